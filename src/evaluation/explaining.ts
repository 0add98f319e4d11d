/**
 * How much of what a function's docstring says a model says of the function without it: F1 over words, beside a
 * baseline that says the function's name and parameters.
 */
import { median, percentile } from '../base/median.ts';
import { seededRandom } from '../base/seededRandom.ts';
import { docstringParagraphs } from '../python/docstringWords.ts';
import { definitionPart, type Part } from '../python/part.ts';
import { qualifiedName, type PythonFile } from '../python/structure.ts';
import { splitSentence } from '../python/wrap.ts';
import { wordF1, wordsOf } from './words.ts';

export type ExplainCase = {
  readonly file: string;
  readonly name: string;
  /** Shown without its docstring. */
  readonly part: Part;
  readonly parameters: readonly string[];
  /** The docstring's first paragraph. */
  readonly paragraph: string;
};

/** Functions with a docstring, and with something else to explain. */
export function explainCases(file: string, python: PythonFile): ExplainCase[] {
  return python.definitions.flatMap((definition) => {
    const [paragraph] = docstringParagraphs(python, definition);
    if (definition.kind !== 'function' || paragraph === undefined || wordsOf(paragraph).length === 0)
      return [];
    if (definition.body.statements.length < 2) return [];
    const { parameters } = definition;
    const name = qualifiedName(definition);
    return [{ file, name, part: definitionPart(python, definition), parameters, paragraph }];
  });
}

/** The same ones for the same seed. */
export function sampleCases(cases: readonly ExplainCase[], count: number, seed: number): ExplainCase[] {
  const random = seededRandom(seed);
  const drawn = cases.map((_, index) => ({ index, order: random() })).sort((a, b) => a.order - b.order);
  const kept = new Set(drawn.slice(0, count).map(({ index }) => index));
  return cases.filter((_, index) => kept.has(index));
}

export type Explained = {
  readonly text: string;
  /** Until the first words. */
  readonly firstMs: number;
  readonly totalMs: number;
};

/** Means over the functions. */
export type Agreement = { readonly sentenceF1: number; readonly paragraphF1: number };

export type ExplainReport = Agreement & {
  readonly files: number;
  readonly functions: number;
  /** Those of which nothing was said. */
  readonly empty: number;
  readonly baseline: Agreement;
  readonly firstWordsMs: { readonly p50: number; readonly p95: number };
  readonly latencyMs: { readonly p50: number; readonly p95: number };
};

export async function evaluateExplaining(
  cases: readonly ExplainCase[],
  explain: (part: Part) => Promise<Explained>,
): Promise<ExplainReport> {
  const explained: Explained[] = [];
  for (const { part } of cases) explained.push(await explain(part));
  const firstMs = explained.map((one) => one.firstMs);
  const totalMs = explained.map((one) => one.totalMs);
  return {
    files: new Set(cases.map(({ file }) => file)).size,
    functions: cases.length,
    empty: explained.filter(({ text }) => text === '').length,
    ...agreement(
      cases,
      explained.map(({ text }) => text),
    ),
    baseline: agreement(cases, cases.map(nameAndParameters)),
    firstWordsMs: { p50: median(firstMs), p95: percentile(firstMs, 0.95) },
    latencyMs: { p50: median(totalMs), p95: percentile(totalMs, 0.95) },
  };
}

function agreement(cases: readonly ExplainCase[], texts: readonly string[]): Agreement {
  const f1With = (referenceOf: (paragraph: string) => string) => {
    const sum = cases.reduce(
      (total, { paragraph }, index) =>
        total + wordF1(wordsOf(texts[index] ?? ''), wordsOf(referenceOf(paragraph))),
      0,
    );
    return sum / cases.length;
  };
  return {
    sentenceF1: f1With((paragraph) => splitSentence(paragraph)[0]),
    paragraphF1: f1With((paragraph) => paragraph),
  };
}

function nameAndParameters({ name, parameters }: ExplainCase): string {
  const named = parameters.filter((parameter) => parameter !== 'self' && parameter !== 'cls');
  return [name.split('.').at(-1) ?? '', ...named].join(' ');
}
