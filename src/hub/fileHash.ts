/**
 * The hash of a file while it arrives. That of a large one is computed in a thread of its own: here it would take as long
 * as receiving the file does, and nothing would be received meanwhile.
 */
import { createHash, type Hash } from 'node:crypto';
import { Worker } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import type { DigestKind } from './digest.ts';

/** In the order of the calls. */
export type FileHash = {
  /** The first `nBytes` of a block, which must not change before this is done. */
  readonly update: (blockIndex: number, nBytes: number) => Promise<void>;
  /** Ends it. */
  readonly hex: () => Promise<string>;
  readonly close: () => Promise<void>;
};

export type HashedFile = {
  readonly kind: DigestKind;
  readonly sizeBytes: number;
  /** What the file passes through. Both threads see them, so that only a number goes from one to the other. */
  readonly blocks: readonly Uint8Array<SharedArrayBuffer>[];
};

/** A smaller one is hashed before a thread has started. */
const LARGE_BYTES = 16e6;

/** Beside the bundles there is no file of its own for so little. */
const THREAD = `
  const { createHash } = require('node:crypto');
  const { parentPort, workerData: { algorithm, head, blocks } } = require('node:worker_threads');
  const hash = createHash(algorithm).update(head);
  parentPort.on('message', (block) => {
    if (block === undefined) parentPort.postMessage(hash.digest('hex'));
    else {
      hash.update(blocks[block.index].subarray(0, block.nBytes));
      parentPort.postMessage('');
    }
  });
`;

export function startFileHash({ kind, sizeBytes, blocks }: HashedFile): FileHash {
  const algorithm = kind === 'git' ? 'sha1' : kind;
  // What git puts before a file.
  const head = kind === 'git' ? `blob ${sizeBytes}\0` : '';
  if (sizeBytes < LARGE_BYTES) return hashHere(createHash(algorithm).update(head), blocks);
  const workerData = { algorithm, head, blocks };
  return hashInThread(new Worker(THREAD, { eval: true, execArgv: [], workerData }));
}

function hashHere(hash: Hash, blocks: HashedFile['blocks']): FileHash {
  return {
    update: (blockIndex, nBytes) => {
      hash.update(present(blocks[blockIndex], 'a block').subarray(0, nBytes));
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
  const ask = (block: { readonly index: number; readonly nBytes: number } | undefined) =>
    new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      thread.postMessage(block);
    });
  return {
    update: async (index, nBytes) => {
      await ask({ index, nBytes });
    },
    hex: () => ask(undefined),
    close: async () => {
      await thread.terminate();
    },
  };
}
