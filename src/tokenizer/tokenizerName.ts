/** The tokenizers there are: GPT-2's byte pairs, and the same with CodeGen's runs of whitespace. */
export const TOKENIZERS = ['gpt2', 'codegen'] as const;
export type TokenizerName = (typeof TOKENIZERS)[number];
