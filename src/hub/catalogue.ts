/**
 * Models of the family that were made for code, or for answers, from small to large. What they take follows from their
 * sizes; the hub says exactly how much there is to fetch before anything of it is fetched.
 */
export type CatalogueEntry = {
  readonly title: string;
  /** On the hub. */
  readonly id: string;
  readonly revision: string;
  readonly nParameters: number;
  readonly licence: string;
  /** About. */
  readonly downloadBytes: number;
  /** In 4 bits. */
  readonly weightsBytes: number;
  /** Keys and values of 2,048 tokens. */
  readonly cacheBytes: number;
  /** Programs of HumanEval, in Python, that are right at the first try, in percent. */
  readonly humanEval?: { readonly passAt1: number; readonly source: string };
};

const CODEGEN_PAPER = 'Nijkamp et al. 2022, arXiv:2203.13474, table 1';
const CODEX_PAPER = 'Chen et al. 2021, arXiv:2107.03374, table 1';
const BSD = 'bsd-3-clause';
const APACHE = 'apache-2.0';

const CODEGEN_350M = {
  ...{ revision: 'main', licence: BSD, nParameters: 356_773_888, downloadBytes: 797e6 },
  ...{ weightsBytes: 201_572_352, cacheBytes: 335_544_320 },
};
const CODEGEN_2B = {
  ...{ revision: 'main', licence: BSD, nParameters: 2_779_601_920, downloadBytes: 5.69e9 },
  ...{ weightsBytes: 1_566_535_680, cacheBytes: 1_342_177_280 },
};
const CODEGEN_6B = {
  ...{ revision: 'main', licence: BSD, nParameters: 7_064_619_008, downloadBytes: 14.3e9 },
  ...{ weightsBytes: 3_978_698_752, cacheBytes: 2_214_592_512 },
};
const GPTJ_6B = {
  ...{ licence: APACHE, nParameters: 6_051_226_848, downloadBytes: 12.2e9 },
  ...{ weightsBytes: 3_407_958_912, cacheBytes: 1_879_048_192 },
};

export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    ...{ title: 'CodeGen 350M mono', id: 'Salesforce/codegen-350M-mono', ...CODEGEN_350M },
    humanEval: { passAt1: 12.76, source: CODEGEN_PAPER },
  },
  { title: 'CodeGen 350M multi', id: 'Salesforce/codegen-350M-multi', ...CODEGEN_350M },
  {
    ...{ title: 'CodeGen 2B mono', id: 'Salesforce/codegen-2B-mono', ...CODEGEN_2B },
    humanEval: { passAt1: 23.7, source: CODEGEN_PAPER },
  },
  { title: 'CodeGen 2B multi', id: 'Salesforce/codegen-2B-multi', ...CODEGEN_2B },
  {
    ...{ title: 'CodeGen 6B mono', id: 'Salesforce/codegen-6B-mono', ...CODEGEN_6B },
    humanEval: { passAt1: 26.13, source: CODEGEN_PAPER },
  },
  { title: 'CodeGen 6B multi', id: 'Salesforce/codegen-6B-multi', ...CODEGEN_6B },
  {
    // The branch in half precision: half as much to fetch, and an import would round to it anyway.
    ...{ title: 'GPT-J-6B', id: 'EleutherAI/gpt-j-6b', revision: 'float16', ...GPTJ_6B },
    humanEval: { passAt1: 11.62, source: CODEX_PAPER },
  },
  { title: 'GPT-JT-6B', id: 'togethercomputer/GPT-JT-6B-v1', revision: 'main', ...GPTJ_6B },
];
