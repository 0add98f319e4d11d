/** eval typing: simulated typing over files, through the completer of the editor. What is simulated: evaluation/typing.ts. */
import { UserError } from '../base/userError.ts';
import { Completer } from '../completion/completer.ts';
import { maxCharactersBefore, takeSnapshot } from '../completion/snapshot.ts';
import { unixLineEnds } from '../completion/textSource.ts';
import type { Stretch, Suggest } from '../evaluation/document.ts';
import { evaluateTyping, type TypingReport } from '../evaluation/evaluateTyping.ts';
import { sampleStretches, type SourceText } from '../evaluation/stretches.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { languageOf } from './complete.ts';
import { readText } from './score.ts';

const DEFAULT_REQUESTS = 4_000;

/** What a completer can do without. */
const PARTS = ['gate', 'ahead', 'copy', 'outline'] as const;
type Part = (typeof PARTS)[number];

export const evalTypingCommand: Command = {
  usage:
    '<files…> [--sample n] [--seed s] [--threshold p] [--without gate,ahead,copy,outline] [--model <folder>] [--threads n] [--device d]\n' +
    `--sample: requests at the most, ${DEFAULT_REQUESTS} if absent; larger files are typed in part.`,
  summary: 'Types files again, with completions, and counts what is shown, accepted and saved.',
  nPositionals: Infinity,
  options: {
    ...MODEL_OPTION,
    ...RUN_OPTIONS,
    sample: { type: 'string' },
    seed: { type: 'string' },
    without: { type: 'string' },
    threshold: { type: 'string' },
  },
  run: async (args) => {
    args.positional(0, 'a file');
    const maxRequests = args.whole('sample', { min: 1, max: 1_000_000 }) ?? DEFAULT_REQUESTS;
    const seed = args.whole('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 0;
    const without = partsOf(args);
    const sources = await Promise.all([...new Set(args.positionals)].map(readSource));
    const stretches = sampleStretches(sources, { maxRequests, seed });
    if (stretches.length === 0) {
      throw new UserError(
        'bad-argument',
        `--sample is ${maxRequests}; the lines of these files need more requests than that.`,
      );
    }
    const report = await evaluate(stretches, without, args);
    return { json: rounded(report), text: textOf(report) };
  },
};

function partsOf(args: Arguments): Part[] {
  const names = args.text('without')?.split(',') ?? [];
  return names.map((name) => {
    const part = PARTS.find((known) => known === name.trim());
    if (part !== undefined) return part;
    throw new UserError('bad-argument', `--without names "${name}"; it can name ${PARTS.join(', ')}.`);
  });
}

async function readSource(file: string): Promise<SourceText> {
  const text = await readText(file);
  if (/[\0\uFFFD]/.test(text)) throw new UserError('bad-argument', `${file} is no text. Name a text file.`);
  if (text.trim() === '')
    throw new UserError('bad-argument', `${file} is empty. Name a file with some text.`);
  return { file, text: unixLineEnds(text) };
}

function evaluate(
  stretches: readonly Stretch[],
  without: readonly Part[],
  args: Arguments,
): Promise<TypingReport> {
  const threshold = args.number('threshold', { min: 0, max: 1 });
  return withModel(args, async (client, model) => {
    const completer = new Completer(
      { generate: (request, signal, onProgress) => client.call('generate', request, { signal, onProgress }) },
      {
        ...Object.fromEntries(without.map((mechanism) => [mechanism, false])),
        ...(threshold !== undefined && { threshold }),
      },
    );
    const { signal } = new AbortController();
    let nStretches = 0;
    const suggestFor = (stretch: Stretch): Suggest => {
      const options = {
        // Each stretch is a document of its own: other lines of the file are absent from it.
        uri: `${stretch.file}#${++nStretches}`,
        languageId: languageOf(stretch.file),
        maxBefore: maxCharactersBefore(model),
      };
      return async ({ before, after }) => {
        const snapshot = takeSnapshot(before + after, before.length, options);
        const { generated, ...outcome } = await completer.complete(snapshot, signal);
        return {
          text: outcome.kind === 'offer' ? outcome.text : '',
          ...(generated !== undefined && { recomputedTokens: generated.recomputedTokens }),
        };
      };
    };
    try {
      return await evaluateTyping(stretches, suggestFor, () => performance.now());
    } finally {
      completer.clear();
    }
  });
}

/** Numbers as exact as they are worth. */
export function rounded(report: unknown): unknown {
  return JSON.parse(
    JSON.stringify(report, (_, value: unknown) =>
      typeof value === 'number' ? Math.round(value * 1e4) / 1e4 : value,
    ),
  );
}

function textOf({ baselines, ...report }: TypingReport): string {
  const rows = Object.entries({ 'with the model': report, ...baselines }).map(
    ([name, { shown, accepted, shownPrecision, keystrokesSaved }]) =>
      `${name.padEnd(18)}${shown} shown, ${accepted} accepted (${percent(shownPrecision)}), ${percent(keystrokesSaved)} of the keystrokes saved`,
  );
  const { files, characters, requests, latencyMs, afterJumpMs, recomputedTokens, duplicatedLines } = report;
  return [
    `${characters} characters of ${files} files, ${requests} requests`,
    ...rows,
    `${latencyMs.p50.toFixed(1)} ms a request (p95 ${latencyMs.p95.toFixed(1)}; after a jump ${afterJumpMs.p50.toFixed(1)}, p95 ${afterJumpMs.p95.toFixed(1)}), ${recomputedTokens.median} prompt tokens run (p95 ${recomputedTokens.p95}), ${duplicatedLines} duplicated lines`,
  ].join('\n');
}

function percent(share: number): string {
  return Number.isNaN(share) ? '–' : `${(100 * share).toFixed(1)} %`;
}
