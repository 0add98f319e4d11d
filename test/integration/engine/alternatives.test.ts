/** Alternatives on a real session, held against what single calls say of the same model. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { GREEDY, type GenerateRequest } from '../../../src/model/generation.ts';
import { FP32 } from '../../../src/model/tensors.ts';
import { importGolden, readExpected } from '../../support/goldenModel.ts';

const N_TOKENS = 6;
const N_ALTERNATIVES = 4;

let temp: string;
let promptIds: readonly number[];
const engine = new Engine();

beforeAll(async () => {
  temp = await mkdtemp(path.join(tmpdir(), 'gptj-test-'));
  await importGolden('safetensors-f32', path.join(temp, 'model'), FP32);
  await engine.load({ modelFolder: path.join(temp, 'model'), nThreads: 1, device: 'cpu' });
  promptIds = (await readExpected('safetensors-f32')).input_ids;
});
afterAll(async () => {
  await engine.close();
  await rm(temp, { recursive: true });
});

const request = (ids: readonly number[], maxTokens: number, more: Partial<GenerateRequest> = {}) =>
  engine.generate({
    ...{ prompt: { kind: 'ids', ids }, maxTokens, sampling: GREEDY, stop: [], priority: 'task' },
    ignoreEndOfText: true,
    ...more,
  });

/** The ids by how likely they come next, and ln of their probabilities: from the logits of a plain call. */
async function nextAfter(ids: readonly number[]): Promise<{ id: number; logProbability: number }[]> {
  const { last } = await engine.logits(ids, ids.length);
  const known = [...last.subarray(0, 50_256)];
  const logSum = Math.log(known.reduce((sum, logit) => sum + Math.exp(logit), 0));
  return known
    .map((logit, id) => ({ id, logProbability: logit - logSum }))
    .sort((a, b) => b.logProbability - a.logProbability)
    .slice(0, 2);
}

/** The n likeliest turns and what follows each of them, found one by one. */
async function expectedAnswers(n: number): Promise<number[][]> {
  const first = (await request(promptIds, N_TOKENS)).ids;
  const answers = [[...first]];
  let turns = await turnsOf(first, 0);
  while (answers.length <= n) {
    turns = turns.sort((a, b) => b.logProbability - a.logProbability);
    const turn = turns.shift()!;
    const rest = N_TOKENS - turn.ids.length;
    const { ids } = rest === 0 ? { ids: [] } : await request([...promptIds, ...turn.ids], rest);
    answers.push([...turn.ids, ...ids]);
    turns.push(...(await turnsOf(answers.at(-1)!, turn.ids.length)));
  }
  return answers.slice(1);
}

async function turnsOf(
  answer: readonly number[],
  from: number,
): Promise<{ ids: number[]; logProbability: number }[]> {
  const turns: { ids: number[]; logProbability: number }[] = [];
  let soFar = 0;
  for (let index = 0; index < answer.length; index++) {
    const [best, second] = await nextAfter([...promptIds, ...answer.slice(0, index)]);
    if (index >= from) {
      const ids = [...answer.slice(0, index), second!.id];
      turns.push({ ids, logProbability: soFar + second!.logProbability });
    }
    // What a turn took is not the likeliest: its own probability counts.
    soFar += index < from ? 0 : best!.logProbability;
    if (index === from - 1) soFar = await probabilityOf(answer.slice(0, from));
  }
  return turns;
}

async function probabilityOf(ids: readonly number[]): Promise<number> {
  let sum = 0;
  for (const [index, id] of ids.entries()) {
    const next = await nextAfter([...promptIds, ...ids.slice(0, index)]);
    sum += next.find((one) => one.id === id)!.logProbability;
  }
  return sum;
}

describe('alternatives', () => {
  it('turn off where the second choice makes the likeliest text, and go on as the model does', async () => {
    const { ids, alternatives } = await request(promptIds, N_TOKENS, { alternatives: N_ALTERNATIVES });
    expect(ids).toEqual((await request(promptIds, N_TOKENS)).ids);
    expect(alternatives!.map((one) => one.ids)).toEqual(await expectedAnswers(N_ALTERNATIVES));
    const texts = [...alternatives!.map(({ text }) => text)];
    expect(new Set(texts).size).toBe(N_ALTERNATIVES);
    for (const { logProbabilities, tokenEnds } of alternatives!)
      expect([logProbabilities.length, tokenEnds.length]).toEqual([N_TOKENS, N_TOKENS]);
  });

  it('leave the cache as it is good for: what comes next runs no token of the prompt again but the last', async () => {
    await request(promptIds, N_TOKENS, { alternatives: 2 });
    const { recomputedTokens, ids } = await request(promptIds, N_TOKENS);
    expect(recomputedTokens).toBe(1);
    expect(ids).toEqual((await request(promptIds, N_TOKENS, { drafting: false })).ids);
  });

  it('are none where none are asked for', async () => {
    expect((await request(promptIds, 3)).alternatives).toBeUndefined();
    expect((await request(promptIds, 3, { alternatives: 0 })).alternatives).toEqual([]);
  });

  it('obey the rules of the request', async () => {
    const { text: whole } = await request(promptIds, N_TOKENS);
    const end = whole.slice(-1);
    const { text, alternatives } = await request(promptIds, N_TOKENS, {
      ...{ stop: [{ kind: 'before', text: end }], alternatives: 3 },
    });
    expect(alternatives!.length).toBeGreaterThan(0);
    for (const one of [text, ...alternatives!.map((other) => other.text)]) expect(one).not.toContain(end);
  });
});
