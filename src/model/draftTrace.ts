/**
 * What drafting meets in real answers, recorded so that it can be replayed on a model without sense. Plain data. It
 * holds what could have been drafted at every token, not what was: so drafts of any length can be replayed.
 */
import { UserError } from '../base/userError.ts';

/**
 * One step of an answer, taken token by token: tokens before it that were found elsewhere (0: nothing was), 1 where
 * what follows them differs from place to place, and how many tokens of the longest draft the answer goes on with.
 */
export type DraftStep = readonly [matchTokens: number, isDisputed: 0 | 1, agreeing: number];

export type DraftedGeneration = { readonly maxTokens: number; readonly steps: readonly DraftStep[] };

export type DraftTrace = { readonly generations: readonly DraftedGeneration[] };

export type ReplayParams = {
  readonly trace: DraftTrace;
  /** Tokens in the cache before each generation. */
  readonly promptTokens: number;
};

/** The same generations without and with drafts, in the same minutes. */
export type Replayed = {
  readonly tokens: number;
  readonly callsPlain: number;
  readonly callsDrafted: number;
  readonly proposed: number;
  readonly accepted: number;
  readonly msPlain: number;
  readonly msDrafted: number;
};

/** Reads a trace from a file of the user's. */
export function parseDraftTrace(text: string, file: string): DraftTrace {
  const trace = parse(text);
  if (!isRecord(trace) || !Array.isArray(trace['generations']) || !trace['generations'].every(isGeneration)) {
    throw new UserError('bad-argument', `${file} is no trace of drafts. Make one with bench --trace.`);
  }
  return { generations: trace['generations'] };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isGeneration(value: unknown): value is DraftedGeneration {
  return (
    isRecord(value) &&
    isCount(value['maxTokens']) &&
    Array.isArray(value['steps']) &&
    value['steps'].length < value['maxTokens'] + 1 &&
    value['steps'].every((step: unknown) => Array.isArray(step) && step.length === 3 && step.every(isCount))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0;
}
