/** complete: what the editor would show at a place in a file, or what follows a prompt from stdin. */
import path from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { spell } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { EngineClient } from '../client/engineClient.ts';
import { Completer } from '../completion/completer.ts';
import { accountOfNothing } from '../completion/decisions.ts';
import { maxCharactersBefore, takeSnapshot, type Snapshot } from '../completion/snapshot.ts';
import { GREEDY, type Generated, type GeneratedSoFar, type Sampling } from '../model/generation.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { readText } from './score.ts';

export const completeCommand: Command = {
  usage:
    '[--file f --line n --column m] [--max-tokens n] [--temperature t] [--seed s] [--raw] [--model <folder>] [--threads n] [--device d]\n' +
    'Without --file the prompt comes from stdin. --raw: what the model says, without stop rules and filters.',
  summary:
    'Completes a file at a place, as the editor does where it is asked to (by itself, it shows only what is sure enough); or a prompt from stdin.',
  options: {
    ...MODEL_OPTION,
    ...RUN_OPTIONS,
    file: { type: 'string' },
    line: { type: 'string' },
    column: { type: 'string' },
    'max-tokens': { type: 'string' },
    temperature: { type: 'string' },
    seed: { type: 'string' },
    raw: { type: 'boolean' },
  },
  run: async (args) => {
    const file = args.text('file');
    const content = file === undefined ? await readAll(process.stdin) : await readText(file);
    const cursor = file === undefined ? content.length : offsetOf(content, args);
    const maxTokens = args.whole('max-tokens', { min: 1, max: 100_000 });
    const { text, tokens, ms } = await withModel(args, async (client, model) => {
      const snapshot = takeSnapshot(
        { length: content.length, slice: (start, end) => content.slice(start, end) },
        cursor,
        { uri: file ?? 'stdin', languageId: languageOf(file), maxBefore: maxCharactersBefore(model) },
      );
      const answer = args.flag('raw')
        ? await completeRaw(client, snapshot, { maxTokens: maxTokens ?? 40, sampling: samplingOf(args) })
        : await completeLikeEditor(client, snapshot, {
            sampling: samplingOf(args),
            ...(maxTokens !== undefined && { maxTokens }),
          });
      return { ...answer, ms: { load: model.loadMs, ...answer.ms } };
    });
    return { json: { text, tokens, ms }, text };
  },
};

type Completed = { readonly text: string; readonly tokens: number; readonly ms: Generated['ms'] };

async function completeLikeEditor(
  client: EngineClient,
  snapshot: Snapshot,
  options: { sampling: Sampling; maxTokens?: number },
): Promise<Completed> {
  const told = new Told();
  const completer = new Completer(
    {
      generate: (request, signal, onProgress) =>
        client.call('generate', request, { signal, onProgress: told.andAlso(onProgress) }),
    },
    { ahead: false, gate: false },
  );
  const outcome = await completer.complete(snapshot, new AbortController().signal, options);
  // It is there as soon as its text is certain, which may be before the generation is over.
  const soFar = outcome.generated === undefined ? told : countsOf(outcome.generated);
  if (outcome.kind === 'offer') return { text: outcome.text, tokens: soFar.tokens, ms: soFar.ms };
  const { outcome: why, nextStep } = accountOfNothing(outcome.reason);
  process.stderr.write(
    `${[why, ...(nextStep === undefined ? [] : [nextStep])].map((sentence) => spell(sentence)).join(' ')}\n`,
  );
  return { text: '', tokens: soFar.tokens, ms: soFar.ms };
}

function countsOf({ ids, ms }: Generated): Omit<Completed, 'text'> {
  return { tokens: ids.length, ms };
}

/** What is known of a generation that goes on. */
class Told {
  tokens = 0;
  readonly #startMs = performance.now();
  #firstMs = this.#startMs;
  #lastMs = this.#startMs;

  /** As the clock shows them, the way to the other thread and back included. */
  get ms(): Generated['ms'] {
    return { prefill: this.#firstMs - this.#startMs, decode: this.#lastMs - this.#firstMs };
  }

  andAlso(onProgress: (soFar: GeneratedSoFar) => void): (soFar: GeneratedSoFar) => void {
    return (soFar) => {
      this.#lastMs = performance.now();
      if (this.tokens === 0) this.#firstMs = this.#lastMs;
      this.tokens = soFar.logProbabilities.length;
      onProgress(soFar);
    };
  }
}

async function completeRaw(
  client: EngineClient,
  { before }: Snapshot,
  { sampling, maxTokens }: { sampling: Sampling; maxTokens: number },
): Promise<Completed> {
  const prompt = { kind: 'text', body: before, after: '', cut: 'start', heal: false } as const;
  const generated = await client.call('generate', {
    prompt,
    maxTokens,
    sampling,
    stop: [],
    priority: 'completion',
  });
  return { text: generated.text, ...countsOf(generated) };
}

/** Offset of a line and column that count from 1. A column past the end of its line is the end of the line. */
function offsetOf(content: string, args: Arguments): number {
  const line = args.whole('line', { min: 1, max: Number.MAX_SAFE_INTEGER });
  const column = args.whole('column', { min: 1, max: Number.MAX_SAFE_INTEGER });
  if (line === undefined || column === undefined)
    throw new UserError('bad-argument', 'Name the place with --line and --column.');
  const lines = content.split('\n');
  const text = lines[line - 1];
  if (text === undefined)
    throw new UserError('bad-argument', `The file has ${lines.length} lines, so there is no line ${line}.`);
  const start = lines.slice(0, line - 1).reduce((sum, { length }) => sum + length + 1, 0);
  return start + Math.min(column - 1, text.replace(/\r$/, '').length);
}

function samplingOf(args: Arguments): Sampling {
  const temperature = args.number('temperature', { min: 0, max: 10 }) ?? 0;
  if (temperature === 0) return GREEDY;
  return { kind: 'random', temperature, seed: args.whole('seed', { min: 0, max: 2 ** 32 - 1 }) ?? 0 };
}

const LANGUAGES: Readonly<Record<string, string>> = {
  '.py': 'python',
  '.sql': 'sql',
  '.js': 'javascript',
  '.ts': 'typescript',
};

export function languageOf(file: string | undefined): string {
  return LANGUAGES[path.extname(file ?? '')] ?? 'plaintext';
}
