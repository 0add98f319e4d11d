// A window with an engine as a program of its own, `engineWindow.mjs <temp folder> <name>`: a word on stdin, an answer
// on stdout. It has the hold wired as the extension has it.
import path from 'node:path';
import { createInterface } from 'node:readline';
import { UserError } from '../../src/base/userError.ts';
import { EngineHost } from '../../src/client/engineHost.ts';
import type { EngineState } from '../../src/client/engineHostOptions.ts';
import { ModelClaim } from '../../src/client/modelClaim.ts';
import { ModelHold } from '../../src/client/modelHold.ts';
import { GREEDY } from '../../src/model/generation.ts';
import { StartLatch } from '../../src/model/startLatch.ts';

const [temp = '', name = ''] = process.argv.slice(2);
const states: EngineState['kind'][] = [];
let enginePid = '';

const hold = new ModelHold(path.join(temp, 'hold'), name);
const engine = new EngineHost({
  workerFile: path.join(temp, 'worker.js'),
  latch: new StartLatch(path.join(temp, name)),
  claim: new ModelClaim(hold, { largeBytes: 0 }),
  log: {
    info: (line) => (enginePid = /in a process \((\d+)\)/.exec(line)?.[1] ?? enginePid),
    warn: () => undefined,
    error: () => undefined,
  },
  loadOptions: () => ({
    modelFolder: path.join(temp, 'model'),
    nThreads: 1,
    device: 'cpu',
    stateFolder: temp,
  }),
  isolation: () => 'process',
  onState: ({ kind }) => states.push(kind),
  onNotice: () => undefined,
});
hold.onAsked(() => void engine.giveWay());

/** One after the other for ever, as for somebody who types; resolves with what went wrong when the hold is gone. */
async function work(): Promise<string> {
  const failures: string[] = [];
  while (failures.at(-1) !== 'held') {
    try {
      await engine.generate({
        ...{ prompt: { kind: 'ids', ids: [1, 2, 3] }, maxTokens: 200, sampling: GREEDY, stop: [] },
        priority: 'task',
      });
    } catch (error) {
      failures.push(error instanceof UserError ? error.code : String(error));
    }
  }
  return failures.join(' ');
}

const words: Readonly<Record<string, () => Promise<string>>> = {
  start: () => engine.ready().then(() => enginePid, String),
  states: () => Promise.resolve(states.join(' ')),
  work,
};

for await (const word of createInterface({ input: process.stdin })) {
  process.stdout.write(`${(await words[word]?.()) ?? 'unknown word'}\n`);
}
