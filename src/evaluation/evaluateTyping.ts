/** The report on simulated typing: a completer and the two baselines without a model, on the same stretches. */
import { identifierNgrams } from './baselines/identifierNgrams.ts';
import { similarLine } from './baselines/similarLine.ts';
import type { Document, Stretch, Suggest } from './document.ts';
import { figuresOf, qualityOf, sumOf, type Quality, type Tally, type TypingFigures } from './tally.ts';
import { typeStretch } from './typing.ts';

export type TypingReport = { readonly files: number } & TypingFigures & {
    readonly baselines: { readonly similarLine: Quality; readonly identifierNgrams: Quality };
    /** Of the completer. */
    readonly byExtension: Readonly<Record<string, { readonly files: number } & TypingFigures>>;
  };

/** @param suggestFor what answers while one stretch is typed */
export async function evaluateTyping(
  stretches: readonly Stretch[],
  suggestFor: (stretch: Stretch) => Suggest,
  nowMs: () => number,
): Promise<TypingReport> {
  const typed: Typed[] = [];
  for (const stretch of stretches)
    typed.push({ stretch, tally: await typeStretch(stretch, suggestFor(stretch), nowMs) });
  const extensions = [...new Set(stretches.map(extensionOf))].sort();
  return {
    ...reportOn(typed),
    baselines: {
      similarLine: await baseline(stretches, () => similarLine),
      identifierNgrams: await baseline(stretches, () => identifierNgrams()),
    },
    byExtension: Object.fromEntries(
      extensions.map((extension) => [
        extension,
        reportOn(typed.filter(({ stretch }) => extensionOf(stretch) === extension)),
      ]),
    ),
  };
}

type Typed = { readonly stretch: Stretch; readonly tally: Tally };

function reportOn(typed: readonly Typed[]): { files: number } & TypingFigures {
  const files = new Set(typed.map(({ stretch }) => stretch.file)).size;
  return { files, ...figuresOf(sumOf(typed.map(({ tally }) => tally))) };
}

/** A baseline costs next to nothing, so its time is not taken. */
async function baseline(
  stretches: readonly Stretch[],
  begin: () => (document: Document) => string,
): Promise<Quality> {
  const tallies: Tally[] = [];
  for (const stretch of stretches) {
    const complete = begin();
    tallies.push(
      await typeStretch(
        stretch,
        (document) => ({ text: complete(document) }),
        () => 0,
      ),
    );
  }
  return qualityOf(sumOf(tallies));
}

/** ".py"; '' without one. */
function extensionOf({ file }: Stretch): string {
  return /[^/\\](\.[^./\\]+)$/.exec(file)?.[1] ?? '';
}
