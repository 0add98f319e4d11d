/**
 * Replays recorded drafts on any model: random weights confirm nothing, so the trace says how much of a draft is right,
 * while the lengths are chosen, the calls made and their costs learned as in a generation.
 */
import type { DraftedGeneration, Replayed, ReplayParams } from '../model/draftTrace.ts';
import type { ChunkPlanner } from './chunkPlanner.ts';
import { mostDrafted } from './drafter.ts';
import { DraftPolicy, newDraftKnowledge, type DraftKnowledge } from './draftPolicy.ts';
import type { KvCache } from './kvCache.ts';
import type { Model } from './model.ts';
import { runInChunks } from './runInChunks.ts';
import { greatest } from './sampler.ts';
import type { Call } from './turns.ts';

export type ReplayContext = { readonly model: Model; readonly planner: ChunkPlanner; readonly call: Call };

type Replay = ReplayContext & { readonly cache: KvCache; readonly drafts: DraftKnowledge };

type Way = {
  readonly ms: number;
  readonly calls: number;
  readonly proposed: number;
  readonly accepted: number;
};

const CHUNK_TOKENS = 8;

/** Each generation both ways, one after the other, in turns which of them is first: machines change their speed. */
export async function replayDrafts(
  { trace, promptTokens }: ReplayParams,
  context: ReplayContext,
): Promise<Replayed> {
  const cache = context.model.newCache();
  const prompt = Array.from({ length: promptTokens }, (_, index) => idAt(index));
  const longest = Math.max(0, ...trace.generations.map(({ steps }) => steps.length));
  cache.reserve(promptTokens + longest);
  for (let start = 0; start < promptTokens; start += CHUNK_TOKENS) {
    const chunk = prompt.slice(start, start + CHUNK_TOKENS);
    await context.call(() => runInChunks(context.model, cache, chunk, CHUNK_TOKENS));
  }
  const replay = { ...context, cache, drafts: newDraftKnowledge() };
  const totals = { plain: nothing(), drafted: nothing() };
  for (const [index, generation] of trace.generations.entries()) {
    for (const way of index % 2 === 0 ? (['plain', 'drafted'] as const) : (['drafted', 'plain'] as const)) {
      cache.truncate(promptTokens);
      totals[way] = sum(totals[way], await run(generation, replay, way === 'drafted'));
    }
  }
  cache.dispose();
  const { plain, drafted } = totals;
  return {
    ...{ tokens: plain.calls, callsPlain: plain.calls, callsDrafted: drafted.calls },
    ...{ proposed: drafted.proposed, accepted: drafted.accepted },
    ...{ msPlain: plain.ms, msDrafted: drafted.ms },
  };
}

async function run(
  { maxTokens, steps }: DraftedGeneration,
  { model, cache, planner, drafts, call }: Replay,
  isDrafted: boolean,
): Promise<Way> {
  const startMs = performance.now();
  const policy = new DraftPolicy(drafts);
  const size = model.architecture.vocabularySize;
  let total = nothing();
  for (let at = 0; at < steps.length;) {
    const [matchTokens = 0, disputed = 0, agreeing = 0] = steps[at] ?? [];
    const evidence = { matchTokens, isDisputed: disputed === 1 };
    // The first token is the prompt's; this step is about the one behind `at + 1` others.
    const most = matchTokens > 0 && isDrafted ? mostDrafted(maxTokens - at - 1, planner) : 0;
    const proposed = policy.choose(evidence, most);
    const accepted = Math.min(proposed, agreeing, steps.length - at - 1);
    const ids = Array.from({ length: 1 + proposed }, (_, index) => idAt(at + index));
    const { length } = cache;
    const callMs = performance.now();
    const { values } = await call(() => model.forward(cache, ids, 'all'));
    drafts.costs.record(ids.length, performance.now() - callMs);
    for (let row = 0; row <= accepted; row++)
      greatest(values.subarray(row * size, (row + 1) * size), { below: model.nKnownIds });
    cache.truncate(length + 1 + accepted);
    const known = Math.min(Math.max(1, proposed), accepted + 1, steps.length - at);
    if (matchTokens > 0 && isDrafted) policy.learn(evidence, { known, right: Math.min(known, agreeing) });
    total = sum(total, { ms: 0, calls: 1, proposed, accepted });
    at += 1 + accepted;
  }
  return { ...total, ms: performance.now() - startMs };
}

/** Ids of no meaning. */
function idAt(index: number): number {
  return (index * 37) % 1000;
}

function nothing(): Way {
  return { ms: 0, calls: 0, proposed: 0, accepted: 0 };
}

function sum(one: Way, other: Way): Way {
  return {
    ms: one.ms + other.ms,
    calls: one.calls + other.calls,
    proposed: one.proposed + other.proposed,
    accepted: one.accepted + other.accepted,
  };
}
