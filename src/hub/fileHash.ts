/**
 * The hash of a file while it arrives. That of a large one is computed in a thread of its own: here it would take as long
 * as receiving the file does, and nothing would be received meanwhile.
 */
import { createHash, type Hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DigestKind } from './digest.ts';

/** In the order of the calls. What an update is given must not change before it is done. */
export type FileHash = {
  readonly update: (bytes: Uint8Array) => Promise<void>;
  /** Ends it. */
  readonly hex: () => Promise<string>;
  readonly close: () => Promise<void>;
};

/** A smaller one is hashed before a thread has started. */
const LARGE_BYTES = 16e6;

/** Beside the bundles there is no file of its own for so little. */
const THREAD = `
  const { createHash } = require('node:crypto');
  const { parentPort, workerData } = require('node:worker_threads');
  const hash = createHash(workerData.algorithm).update(workerData.head);
  parentPort.on('message', (bytes) => parentPort.postMessage(bytes ? void hash.update(bytes) : hash.digest('hex')));
`;

export function startFileHash(kind: DigestKind, sizeBytes: number): FileHash {
  const algorithm = kind === 'git' ? 'sha1' : kind;
  // What git puts before a file.
  const head = kind === 'git' ? `blob ${sizeBytes}\0` : '';
  return sizeBytes < LARGE_BYTES
    ? hashHere(createHash(algorithm).update(head))
    : hashInThread(new Worker(THREAD, { eval: true, execArgv: [], workerData: { algorithm, head } }));
}

function hashHere(hash: Hash): FileHash {
  return {
    update: (bytes) => {
      hash.update(bytes);
      return Promise.resolve();
    },
    hex: () => Promise.resolve(hash.digest('hex')),
    close: () => Promise.resolve(),
  };
}

function hashInThread(thread: Worker): FileHash {
  const waiting: { readonly resolve: (hex: string) => void; readonly reject: (reason: Error) => void }[] = [];
  const fail = (reason: Error) => {
    for (const { reject } of waiting.splice(0)) reject(reason);
  };
  thread.on('message', (hex: string) => waiting.shift()?.resolve(hex));
  thread.on('error', fail);
  thread.on('exit', () => fail(new Error('The thread that computes a hash has ended.')));
  const ask = (bytes: Uint8Array | undefined) =>
    new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      thread.postMessage(bytes);
    });
  return {
    update: async (bytes) => {
      assert(bytes.buffer instanceof SharedArrayBuffer, 'large files are hashed without copying them');
      await ask(bytes);
    },
    hex: () => ask(undefined),
    close: async () => {
      await thread.terminate();
    },
  };
}
