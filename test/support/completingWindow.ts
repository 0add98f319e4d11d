// A window that completes, as a program of its own: `completingWindow.cjs <temp folder> <worker> <model folder>
// <isolation>`. It loads the model, asks for completions as the editor would and prints what came of each.
import './watchConnections.ts';
import path from 'node:path';
import { EngineHost } from '../../src/client/engineHost.ts';
import { ModelClaim } from '../../src/client/modelClaim.ts';
import { ModelHold } from '../../src/client/modelHold.ts';
import { Completer } from '../../src/completion/completer.ts';
import { maxCharactersBefore, takeSnapshot } from '../../src/completion/snapshot.ts';
import type { IsolationSetting } from '../../src/client/startPlan.ts';
import { StartLatch } from '../../src/model/startLatch.ts';
import { LIBRARY_PY } from './unseenFiles.ts';

const [temp = '', workerFile = '', modelFolder = '', isolation = 'thread'] = process.argv.slice(2);

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

const engine = new EngineHost({
  workerFile,
  latch: new StartLatch(temp),
  claim: new ModelClaim(new ModelHold(path.join(temp, 'hold'), 'window')),
  log: { info: () => undefined, warn: tell, error: tell },
  loadOptions: () => ({ modelFolder, nThreads: 1, device: 'auto', stateFolder: temp }),
  isolation: () => isolation as IsolationSetting,
  onState: () => undefined,
  onNotice: () => undefined,
});
const completer = new Completer(
  { generate: (request, signal) => engine.generate(request, { signal }) },
  { gate: false, ahead: false },
);

async function complete(text: string): Promise<string> {
  const model = await engine.ready();
  const source = { length: text.length, slice: (start: number, end: number) => text.slice(start, end) };
  const snapshot = takeSnapshot(source, text.length, {
    ...{ uri: 'file:///a.py', languageId: 'python' },
    maxBefore: maxCharactersBefore(model),
  });
  const outcome = await completer.complete(snapshot, new AbortController().signal);
  return outcome.kind === 'offer' ? outcome.source : outcome.reason;
}

async function main(): Promise<void> {
  const outcomes: string[] = [];
  for (const line of ['def add_member(self, name):\n    self.', 'for member in ', 'for member in ']) {
    outcomes.push(await complete(`${LIBRARY_PY}\n${line}`));
  }
  await engine.close();
  process.stdout.write(`${JSON.stringify(outcomes)}\n`);
}

void main();
