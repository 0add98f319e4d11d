import { describe, expect, it } from 'vitest';
import { Completer } from '../../../src/completion/completer.ts';
import { distinctFrom } from '../../../src/completion/alternatives.ts';
import { DEFAULT_THRESHOLD, Feedback } from '../../../src/completion/feedback.ts';
import type { Offer } from '../../../src/completion/outcome.ts';
import type { GenerateRequest } from '../../../src/model/generation.ts';
import { snapshotAt } from '../../support/drawing.ts';
import { said } from '../../support/heldModel.ts';

const SIGNAL = new AbortController().signal;

/** A model whose answer and alternatives are given, and what it was asked. */
function completerOf(
  text: string,
  others: readonly string[],
): { completer: Completer; feedback: Feedback; asked: GenerateRequest[] } {
  const asked: GenerateRequest[] = [];
  const feedback = new Feedback();
  const generate = (request: GenerateRequest) => {
    asked.push(request);
    const alternatives = request.alternatives === undefined ? undefined : others.map(said);
    return Promise.resolve({ ...said(text), ...(alternatives && { alternatives }) });
  };
  return { completer: new Completer({ generate }, { ahead: false, feedback }), feedback, asked };
}

async function offersAt(drawing: string, text: string, others: readonly string[]) {
  const made = completerOf(text, others);
  const snapshot = snapshotAt(drawing);
  const offer = (await made.completer.complete(snapshot, SIGNAL, { isExplicit: true })) as Offer;
  const beside = await made.completer.alternatives(snapshot, offer, SIGNAL);
  return { ...made, offer, beside };
}

describe('alternatives', () => {
  it.each([
    ['the first two that differ', 'a', ['b', 'c', 'd'], ['b', 'c']],
    ['none that only goes on, or is only a part', 'value', ['value + 1', 'val', 'other'], ['other']],
    ['none twice', 'a', ['b', ' b ', 'c'], ['b', 'c']],
    ['none where there are none', 'a', [], []],
  ])('%s', (_, offered, texts, expected) => {
    expect(distinctFrom(offered, texts)).toEqual(expected);
  });

  it('are asked for over the same prompt, and go through the same filters', async () => {
    const { offer, beside, asked } = await offersAt('f(│)', 'alpha)', ['beta)', '  ', 'x', 'gamma']);
    expect(offer.text).toBe('alpha');
    // What would be of no use is dropped, and the bracket that follows is taken off.
    expect(beside).toEqual(['beta', 'gamma']);
    expect(asked.map(({ alternatives }) => alternatives)).toEqual([undefined, 3]);
    expect(asked[1]!.prompt).toEqual(asked[0]!.prompt);
    expect(asked[1]!.minLogProbability).toBeUndefined();
  });

  it('hold the answer itself, where what is offered was found elsewhere', async () => {
    const { completer } = completerOf('likeliest', ['second']);
    const offer: Offer = { kind: 'offer', text: 'remembered', source: 'cache', probability: 1 };
    const beside = await completer.alternatives(snapshotAt('x = │'), offer, SIGNAL);
    expect(beside).toEqual(['likeliest', 'second']);
  });

  it('are remembered: whoever accepts a part of one is offered the rest of it', async () => {
    const { completer, beside, asked } = await offersAt('x = │', 'first(1)', ['second(2)']);
    expect(beside).toEqual(['second(2)']);
    const outcome = await completer.complete(snapshotAt('x = second│'), SIGNAL);
    expect([outcome.kind === 'offer' && outcome.text, asked.length]).toEqual(['(2)', 2]);
  });

  it('are no rejection of the first where one is taken, and all are rejected where none is', async () => {
    const taken = await offersAt('x = │', 'first(1)', ['second(2)']);
    taken.feedback.follow(snapshotAt('x = second(2)│'));
    expect(taken.feedback.thresholdOf('python')).toBeLessThan(DEFAULT_THRESHOLD);
    const rejected = await offersAt('x = │', 'first(1)', ['second(2)']);
    rejected.feedback.follow(snapshotAt('x = other│'));
    expect(rejected.feedback.thresholdOf('python')).toBeGreaterThan(DEFAULT_THRESHOLD);
  });
});
