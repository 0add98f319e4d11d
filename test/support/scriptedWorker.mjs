// A worker that speaks the engine's protocol and plays a device that crashes. What it does is in the name of the
// model folder: "crashes:webgpu,cpu" dies of a real SIGSEGV when it loads on either; "crashes-at-work:webgpu" when it
// generates there; "moves" fails over to the processor while it generates; "speaks" has a notice. It tries WebGPU
// first. Every start and end is written into `journal` beside this file's copy, with the devices avoided.
import { appendFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers';
import { parentPort } from 'node:worker_threads';

const journal = path.join(import.meta.dirname, 'journal');
const note = (line) => appendFileSync(journal, `${line}\n`);
const send = (message) => (parentPort ? parentPort.postMessage(message) : process.send(message));
const crash = () => process.kill(process.pid, 'SIGSEGV');

let model;

const summary = (device, more = {}) => ({
  ...{ name: 'scripted', precision: '4-bit', device, considered: [], languages: [], prompts: {}, loadMs: 1 },
  ...{ weightsBytes: 1, nPositions: 256, vocabularySize: 1024 },
  hardware: device === 'cpu' ? 'CPU, 1 thread' : 'A GPU',
  ...more,
});

const handlers = {
  load: ({ modelFolder, avoided, stateFolder }) => {
    const [what, devices = ''] = path.basename(modelFolder).split(':');
    note(`load avoiding [${avoided.join()}]`);
    const device = avoided.includes('webgpu') ? 'cpu' : 'webgpu';
    mkdirSync(stateFolder, { recursive: true });
    const record = path.join(stateFolder, `starting-${process.pid}`);
    writeFileSync(record, JSON.stringify({ modelFolder, device }));
    if (what === 'crashes' && devices.includes(device)) crash();
    rmSync(record);
    model = { device, what, devices };
    return summary(device, what === 'speaks' && { notice: { template: 'A GPU is slow.', values: [] } });
  },
  generate: () => {
    const { device, what, devices } = model;
    if (what === 'crashes-at-work' && devices.includes(device)) crash();
    const answer = {
      text: 'x',
      ids: [1],
      logProbabilities: [0],
      tokenEnds: [1],
      stopReason: 'length',
      ms: { prefill: 1, decode: 1 },
    };
    if (what !== 'moves') return answer;
    const notice = { template: 'The GPU was lost.', values: [] };
    return { ...answer, movedTo: summary('cpu', { notice }) };
  },
  close: () => {
    setImmediate(() => (parentPort ? parentPort.close() : process.disconnect()));
  },
};

note(`start ${parentPort ? 'thread' : 'process'}`);
process.on('exit', () => note('end'));
(parentPort ?? process).on('message', ({ kind, id, name, params }) => {
  if (kind === 'call') send({ kind: 'result', id, result: handlers[name](params) });
});
