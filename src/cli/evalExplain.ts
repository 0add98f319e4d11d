/** eval explain: functions with docstrings, explained without them. What is measured: evaluation/explaining.ts. */
import { inSlices } from '../base/inSlices.ts';
import { UserError } from '../base/userError.ts';
import type { EngineClient } from '../client/engineClient.ts';
import { evaluateExplaining, explainCases, sampleCases } from '../evaluation/explaining.ts';
import type { ExplainCase, Explained, ExplainReport } from '../evaluation/explaining.ts';
import type { ModelSummary } from '../model/generation.ts';
import type { Part } from '../python/part.ts';
import { explainParts } from '../tasks/explainParts.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Command } from './command.ts';
import { rounded } from './evalTyping.ts';
import { readPythonText } from './explain.ts';

export const evalExplainCommand: Command = {
  usage:
    '<files…> [--sample n] [--seed s] [--model <folder>] [--threads n] [--device d]\n' +
    '--sample: so many of the functions that have a docstring; all if absent.\n' +
    'F1 is over lower-cased words, identifiers split at _ and capitals; the mean over the functions.',
  summary:
    'Explains functions without their docstrings, and compares the words with those of the docstrings.',
  nPositionals: Infinity,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, sample: { type: 'string' }, seed: { type: 'string' } },
  run: async (args) => {
    args.positional(0, 'a file');
    const count = args.whole('sample', { min: 1, max: 1_000_000 }) ?? Infinity;
    const seed = args.whole('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 0;
    const all: ExplainCase[] = [];
    for (const file of new Set(args.positionals)) all.push(...(await casesOf(file)));
    if (all.length === 0)
      throw new UserError('bad-argument', 'No function in these files has a docstring. Name others.');
    const report = await withModel(args, (client, model) =>
      evaluateExplaining(sampleCases(all, count, seed), (part) => explainTimed(part, client, model)),
    );
    return { json: rounded(report), text: textOf(report) };
  },
};

async function casesOf(file: string): Promise<ExplainCase[]> {
  const { readPython } = await import('../python/bundle.ts');
  return explainCases(file, await inSlices(readPython(await readPythonText(file))));
}

async function explainTimed(part: Part, client: EngineClient, model: ModelSummary): Promise<Explained> {
  const startMs = performance.now();
  let firstMs: number | undefined;
  const sections = await explainParts(part, {
    model,
    ask: (request, onText) => client.call('generate', request, { onProgress: ({ text }) => onText(text) }),
    onSections: (soFar) => {
      if (soFar.some(({ text }) => text !== '')) firstMs ??= performance.now() - startMs;
    },
  });
  const totalMs = performance.now() - startMs;
  const text = sections.map((section) => section.text).join(' ');
  return { text, firstMs: firstMs ?? totalMs, totalMs };
}

function textOf({ baseline, ...report }: ExplainReport): string {
  const { files, functions, empty, firstWordsMs, latencyMs } = report;
  const row = (name: string, f1: { sentenceF1: number; paragraphF1: number }) =>
    `${name.padEnd(22)}F1 ${f1.sentenceF1.toFixed(3)} with the first sentence, ${f1.paragraphF1.toFixed(3)} with the first paragraph`;
  return [
    `${functions} functions of ${files} files, ${empty} without an answer`,
    row('the model', report),
    row('name and parameters', baseline),
    `first words after ${firstWordsMs.p50.toFixed(0)} ms (p95 ${firstWordsMs.p95.toFixed(0)}), all after ${latencyMs.p50.toFixed(0)} ms (p95 ${latencyMs.p95.toFixed(0)})`,
  ].join('\n');
}
