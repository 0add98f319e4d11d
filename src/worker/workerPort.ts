/** The way back to whoever started this worker: a thread's port, or a child process's channel. */
import { parentPort, type MessagePort } from 'node:worker_threads';
import type { EngineCalls } from '../protocol/calls.ts';
import type { FromWorker, Port, ToWorker } from '../protocol/messages.ts';

export type WorkerPort = Port<ToWorker<EngineCalls>, FromWorker<EngineCalls>> & {
  /** Call when all work is over: what has been said goes out, and the worker ends when nothing is left to do. */
  close(): void;
  /** Tells that this worker should end although nobody has called it to: for one, its parent is gone. */
  onLeft(listener: () => void): void;
};

export function workerPort(): WorkerPort {
  return parentPort === null ? processPort() : threadPort(parentPort);
}

function threadPort(port: MessagePort): WorkerPort {
  return {
    postMessage: (message) => port.postMessage(message),
    on: (event, listener) => port.on(event, listener),
    // A closed port sends nothing. Then nothing is left to do, and the thread ends.
    close: () => port.close(),
    // A thread ends with its process.
    onLeft: () => undefined,
  };
}

function processPort(): WorkerPort {
  let written = Promise.resolve();
  return {
    postMessage: (message) => {
      let done: () => void = () => undefined;
      const isWritten = new Promise<void>((resolve) => (done = resolve));
      // With a callback, since a parent that is gone is no error here.
      process.send?.(message, undefined, undefined, () => done());
      written = isWritten;
    },
    on: (event, listener) => process.on(event, listener),
    // In the order in which it was said: when the last has been written, all has.
    close: () => void written.then(() => process.connected && process.disconnect()),
    onLeft: (listener) => {
      process.once('disconnect', listener);
      // A terminal sends these to every process in it; ended at once, this one would look like a crash.
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, listener);
    },
  };
}
