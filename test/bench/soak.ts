/**
 * Requests as an editor makes them, thousands of them, many cancelled at a random moment: every one has to end, with its
 * answer or with its cancellation, the answers have to stay the same, and the memory has to stay what it was. Prints one
 * JSON object, and fails where that is not so.
 */
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { median } from '../../src/base/median.ts';
import { seededRandom } from '../../src/base/seededRandom.ts';
import { isCancelled } from '../../src/base/userError.ts';
import { EngineClient } from '../../src/client/engineClient.ts';
import { GREEDY, type GenerateRequest } from '../../src/model/generation.ts';

const ROOT = path.join(import.meta.dirname, '../..');
const HELD_OUT = path.join(ROOT, 'test/heldout/python');
const AT_ONCE = 4;
const CANCELLED_SHARE = 0.5;
const CANCELLED_WITHIN_MS = 40;
const TASK_SHARE = 0.2;
const SAMPLE_EVERY = 100;
const MAX_GROWTH = 0.05;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
  },
});
const nRequests = Number(values.requests);
const random = seededRandom(Number(values.seed));

const counts = { answered: 0, cancelled: 0, lost: 0, otherwise: 0 };
const residentMB: number[] = [];

function requestFor(text: string): GenerateRequest {
  const end = 1 + Math.floor(random() * (text.length - 1));
  const start = Math.max(0, end - 1 - Math.floor(random() * 1_500));
  const isTask = random() < TASK_SHARE;
  return {
    prompt: { kind: 'file', start, body: text.slice(start, end), outline: [] },
    maxTokens: 1 + Math.floor(random() * 12),
    sampling: isTask ? { kind: 'random', temperature: 0.8, seed: Math.floor(random() * 1e6) } : GREEDY,
    stop: random() < 0.5 ? [{ kind: 'before', text: '\n' }] : [],
    priority: isTask ? 'task' : 'completion',
    ...(random() < 0.3 && { copyFrom: [text.slice(end, end + 2_000)] }),
    ...(random() < 0.1 && !isTask && { alternatives: 2 }),
  };
}

/** A task that nobody cancels has to be answered; a completion may give way to a newer one. */
async function askOnce(client: EngineClient, request: GenerateRequest): Promise<void> {
  const controller = new AbortController();
  const isCancelledHere = random() < CANCELLED_SHARE;
  const timer = isCancelledHere
    ? setTimeout(() => controller.abort(), random() * CANCELLED_WITHIN_MS)
    : undefined;
  try {
    await client.call('generate', request, { signal: controller.signal });
    counts.answered++;
  } catch (error) {
    if (!isCancelled(error)) throw error;
    if (isCancelledHere || request.priority === 'completion') counts.cancelled++;
    else counts.lost++;
  } finally {
    clearTimeout(timer);
  }
}

/** The same question in between: what the others leave behind must not change its answer. */
async function textOfReference(client: EngineClient): Promise<string> {
  const body = 'def total(prices):\n    """Returns the sum of all prices."""\n    ';
  const prompt = { kind: 'text', body, after: '', cut: 'never', heal: false } as const;
  const request = { prompt, maxTokens: 24, sampling: GREEDY, stop: [], priority: 'task' } as const;
  return (await client.call('generate', request)).text;
}

function resident(): number {
  return process.memoryUsage.rss() / 1e6;
}

const names = (await readdir(HELD_OUT, { recursive: true })).filter((name) => name.endsWith('.py')).sort();
const texts = await Promise.all(names.map((name) => readFile(path.join(HELD_OUT, name), 'utf8')));
const client = new EngineClient(path.join(ROOT, 'dist/worker.js'));
await client.call('load', { modelFolder: path.join(ROOT, 'models/starter'), nThreads: 0, device: 'cpu' });
const reference = await textOfReference(client);
const began = performance.now();

let asked = 0;
async function keepAsking(): Promise<void> {
  while (asked < nRequests) {
    asked++;
    await askOnce(client, requestFor(texts[Math.floor(random() * texts.length)] ?? ''));
    if ((counts.answered + counts.cancelled) % SAMPLE_EVERY === 0) residentMB.push(resident());
  }
}
await Promise.all(Array.from({ length: AT_ONCE }, keepAsking));
if ((await textOfReference(client)) !== reference) counts.otherwise++;
await client.close();

// The first fifth fills caches and arenas.
const settled = residentMB.slice(Math.floor(residentMB.length / 5));
const fifth = Math.max(1, Math.floor(settled.length / 4));
const [before, after] = [median(settled.slice(0, fifth)), median(settled.slice(-fifth))];
const growth = after / before - 1;
const report = {
  ...{ requests: asked, ...counts, seconds: (performance.now() - began) / 1000 },
  residentMB: { before, after, growth, most: Math.max(...residentMB) },
};
process.stdout.write(`${JSON.stringify(report)}\n`);
if (counts.lost > 0 || counts.otherwise > 0 || growth > MAX_GROWTH) process.exitCode = 1;
