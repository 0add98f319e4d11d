/** The engine in a worker thread of this process. */
import { Worker } from 'node:worker_threads';
import { say } from '../base/sentence.ts';
import { messageOf } from '../base/userError.ts';
import type { EngineLink } from './engineLink.ts';

export function startThread(workerFile: string): EngineLink {
  // Without execArgv the thread would inherit flags of the editor's process, like an inspector's port.
  const worker = new Worker(workerFile, { execArgv: [], name: 'GPT-J' });
  let cause = 'it ended by itself';
  worker.on('error', (error) => (cause = messageOf(error)));
  return {
    pid: process.pid,
    postMessage: (message) => worker.postMessage(message),
    on: (event, listener) => worker.on(event, listener),
    ended: new Promise((resolve) => {
      worker.on('exit', (code) =>
        resolve({
          // A native crash would have left nobody here to hear of it.
          how: 'ended',
          sentence: say`The model has stopped. Restart it with "GPT-J: Restart".`,
          detail: `${cause}, exit code ${code}`,
        }),
      );
    }),
    // To end a thread inside a native call is to abort the whole process.
    giveUp: () => undefined,
  };
}
