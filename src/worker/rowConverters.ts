/** A few threads that convert rows for an import, so that it takes as many processors as there are. */
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import { messageOf } from '../base/userError.ts';
import type { ConvertedRows, RowConverter, RowPiece, RowsJob } from '../importer/rowConversion.ts';

/** The bundle beside this one. */
const THREAD_FILE = path.join(__dirname, 'rowConverter.js');

/** Reading and writing do not keep up with more. */
const MAX_THREADS = 8;

/** Each thread has a job, and the next one waits for it. */
const JOBS_PER_THREAD = 2;

/** Starts the threads and ends them whatever happens. */
export async function withRowConverters<T>(use: (converter: RowConverter) => Promise<T>): Promise<T> {
  const nThreads = Math.min(availableParallelism(), MAX_THREADS);
  const threads = Array.from({ length: nThreads }, () => new ConverterThread(THREAD_FILE));
  const leastBusy = () =>
    present(threads.toSorted((a, b) => a.nWaiting - b.nWaiting)[0], 'a thread that converts');
  try {
    return await use({
      convert: (job) => leastBusy().convert(job),
      nAtOnce: nThreads * JOBS_PER_THREAD,
    });
  } finally {
    await Promise.all(threads.map((thread) => thread.end()));
  }
}

type Waiting = {
  readonly resolve: (converted: ConvertedRows) => void;
  readonly reject: (reason: Error) => void;
};

class ConverterThread {
  readonly #worker: Worker;
  /** The thread answers in order. */
  readonly #waiting: Waiting[] = [];
  #end: Error | undefined;

  constructor(file: string) {
    // Without execArgv the thread would inherit flags of the editor's process, like an inspector's port.
    this.#worker = new Worker(file, { execArgv: [], name: 'GPT-J import' });
    this.#worker.on('message', (converted: ConvertedRows) => this.#waiting.shift()?.resolve(converted));
    this.#worker.on('error', (error) => this.#fail(error));
    this.#worker.on('exit', () => this.#fail(new Error('a thread of the import has ended')));
  }

  get nWaiting(): number {
    return this.#waiting.length;
  }

  async convert(job: RowsJob): Promise<ConvertedRows> {
    if (this.#end !== undefined) throw this.#end;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#worker.postMessage(job, job.pieces.flatMap(buffersOf));
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: unknown): void {
    this.#end ??= error instanceof Error ? error : new Error(messageOf(error));
    for (const { reject } of this.#waiting.splice(0)) reject(this.#end);
  }
}

/** What is handed over instead of copied. */
function buffersOf(piece: RowPiece): ArrayBuffer[] {
  return 'nZeros' in piece ? [] : [piece.bytes.buffer];
}
