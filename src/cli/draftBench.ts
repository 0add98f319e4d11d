/**
 * What drafting brings. `bench --trace` completes files at many places as the editor would, without and with drafts,
 * and records what could have been drafted at each token; `bench --replay` plays that on a model of any shape.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { UserError } from '../base/userError.ts';
import type { EngineClient } from '../client/engineClient.ts';
import { Completer } from '../completion/completer.ts';
import { maxCharactersBefore, takeSnapshot } from '../completion/snapshot.ts';
import { parseDraftTrace, type DraftedGeneration, type DraftTrace } from '../model/draftTrace.ts';
import type { Generated, GenerateRequest, ModelSummary } from '../model/generation.ts';
import { deviceOf, withEngine, withModel, type Answer, type Arguments } from './command.ts';
import { readText } from './score.ts';

const PLACES_PER_FILE = 6;
const PROMPT_TOKENS = 256;
/** A model that takes a tenth of a second for a token replays this many in some minutes. */
const REPLAYED_TOKENS = 600;

/** Both ways of one answer. */
type Recorded = { readonly request: GenerateRequest; readonly plain: Generated; readonly drafted: Generated };

/** Files → a trace, and how much faster drafting was on the way. */
export async function recordTrace(args: Arguments, out: string): Promise<Answer> {
  args.positional(0, 'files to complete');
  const nPlaces = args.whole('places', { min: 1, max: 1_000 }) ?? PLACES_PER_FILE;
  const files = await Promise.all(
    args.positionals.map(async (file) => ({ file, text: await readText(file) })),
  );
  const recorded = await withModel(args, async (client, model) => {
    const all: Recorded[] = [];
    for (const { file, text } of files)
      for (const cursor of places(text, nPlaces))
        all.push(...(await complete(client, model, { file, text, cursor })));
    return all;
  });
  const generations = recorded.map(({ request, drafted }): DraftedGeneration => ({
    maxTokens: request.maxTokens,
    steps: drafted.draftSteps ?? [],
  }));
  await writeFile(out, encode({ generations }));
  return answerOf(summary(recorded));
}

/** A trace on the model in `folder`. */
export async function replayTrace(args: Arguments, folder: string, file: string): Promise<Answer> {
  const trace = parseDraftTrace(await readFile(file, 'utf8').catch(() => ''), file);
  const nThreads = args.whole('threads', { min: 0, max: 64 }) ?? 0;
  return withEngine(async (client) => {
    const { nPositions } = await client.call('load', {
      modelFolder: folder,
      nThreads,
      device: deviceOf(args),
    });
    const longest = Math.max(0, ...trace.generations.map(({ steps }) => steps.length));
    const most = nPositions - longest;
    if (most < 1) throw new UserError('bad-argument', `The model's window is too short for ${file}.`);
    const promptTokens = args.whole('prompt', { min: 1, max: most }) ?? Math.min(PROMPT_TOKENS, most);
    const tokens = args.whole('generate', { min: 2, max: 10_000_000 }) ?? REPLAYED_TOKENS;
    const replayed = await client.call('replayDrafts', { trace: sample(trace, tokens), promptTokens });
    const { callsDrafted, proposed, accepted, msPlain, msDrafted } = replayed;
    return answerOf({
      ...replayed,
      tokensPerCall: replayed.tokens / callsDrafted,
      acceptance: proposed === 0 ? 0 : accepted / proposed,
      decodeSpeedup: msPlain / msDrafted,
    });
  });
}

/** Generations from all over the trace, of together about so many tokens. */
function sample({ generations }: DraftTrace, tokens: number): DraftTrace {
  const withSteps = generations.filter(({ steps }) => steps.length > 0);
  const total = withSteps.reduce((sum, { steps }) => sum + steps.length, 0);
  const stride = Math.max(1, total / tokens);
  const nTaken = Math.max(1, Math.floor(withSteps.length / stride));
  return {
    generations: Array.from(
      { length: Math.min(nTaken, withSteps.length) },
      (_, index) => withSteps[Math.floor(index * stride)],
    ).filter((generation) => generation !== undefined),
  };
}

/** Ends of text that somebody may just have typed: in turn the indentation of a line, and the middle of one. */
function places(text: string, nPlaces: number): number[] {
  return Array.from({ length: nPlaces }, (_, index) => {
    const near = Math.floor(((index + 1) / (nPlaces + 1)) * text.length);
    const start = text.lastIndexOf('\n', near) + 1;
    const line = text.slice(start, lineEndOf(text, near));
    const indentation = line.length - line.trimStart().length;
    return start + (index % 2 === 0 ? indentation : Math.max(indentation, line.length >> 1));
  });
}

function lineEndOf(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** As the editor would while the line is typed: what will stand behind the cursor on it is not there yet. */
async function complete(
  client: EngineClient,
  model: ModelSummary,
  { file, text, cursor }: { file: string; text: string; cursor: number },
): Promise<Recorded[]> {
  const typed = text.slice(0, cursor) + text.slice(lineEndOf(text, cursor));
  const snapshot = takeSnapshot(
    { length: typed.length, slice: (start, end) => typed.slice(start, end) },
    cursor,
    {
      ...{ uri: file, languageId: 'python', maxBefore: maxCharactersBefore(model) },
    },
  );
  const recorded: Recorded[] = [];
  const generate = async (request: GenerateRequest) => {
    const plain = await client.call('generate', { ...request, drafting: false });
    const drafted = await client.call('generate', { ...request, drafting: 'traced' });
    recorded.push({ request, plain, drafted });
    return drafted;
  };
  // What follows a suggestion is not asked for: the next place would end it.
  const completer = new Completer({ generate }, { ahead: false });
  await completer.complete(snapshot, new AbortController().signal);
  return recorded;
}

function summary(recorded: readonly Recorded[]): Record<string, number> {
  const total = (of: (one: Recorded) => number) => recorded.reduce((sum, one) => sum + of(one), 0);
  const tokens = total(({ drafted }) => drafted.draftSteps?.length ?? 0);
  const accepted = total(({ drafted }) => drafted.draft?.accepted ?? 0);
  return {
    ...{ generations: recorded.length, tokens, accepted },
    proposed: total(({ drafted }) => drafted.draft?.proposed ?? 0),
    callsDrafted: tokens - accepted,
    tokensPerCall: tokens / (tokens - accepted),
    acceptance:
      accepted /
      Math.max(
        1,
        total(({ drafted }) => drafted.draft?.proposed ?? 0),
      ),
    differing: recorded.filter(({ plain, drafted }) => plain.ids.join() !== drafted.ids.join()).length,
    decodeSpeedup: total(({ plain }) => plain.ms.decode) / total(({ drafted }) => drafted.ms.decode),
  };
}

/** A generation a line. */
function encode({ generations }: DraftTrace): string {
  return `{"generations":[\n${generations.map((one) => JSON.stringify(one)).join(',\n')}\n]}\n`;
}

function answerOf(figures: Record<string, number>): Answer {
  const rows = Object.entries(figures).map(
    ([name, value]) => `${name.padEnd(24)}${value.toFixed(Number.isInteger(value) ? 0 : 2).padStart(12)}`,
  );
  return { json: figures, text: rows.join('\n') };
}
