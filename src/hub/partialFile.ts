/**
 * A file that is being fetched: it lies beside its place as `.partial`, with a note of what it is to become, so that a
 * process that is killed at any moment leaves what the next one goes on with. It gets its name once its hash is right.
 */
import type { Hash } from 'node:crypto';
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { Fields, parseJson, type Source } from '../base/fields.ts';
import { cancelled } from '../base/userError.ts';
import { startHash, type Digest } from './digest.ts';
import { onDisk, sizeOf } from './disk.ts';

export type Wanted = { readonly sizeBytes: number; readonly digest: Digest };

/** Pieces of some 64 kB arrive; writing each of them alone would take as long as fetching it. */
const BLOCK_BYTES = 1024 * 1024;

export class PartialFile {
  readonly #file: string;
  readonly #wanted: Wanted;
  readonly #handle: FileHandle;
  #hash: Hash;
  #receivedBytes = 0;
  #etag: string | undefined;
  /** One is filled while the other is written: fresh memory for each would cost more than the copy. */
  #blocks = [Buffer.allocUnsafe(BLOCK_BYTES), Buffer.allocUnsafe(BLOCK_BYTES)] as const;
  #filledBytes = 0;
  /** One write at a time, while the next block is filled. */
  #writing: Promise<void> = Promise.resolve();

  private constructor(file: string, wanted: Wanted, handle: FileHandle) {
    this.#file = file;
    this.#wanted = wanted;
    this.#handle = handle;
    this.#hash = startHash(wanted.digest.kind, wanted.sizeBytes);
  }

  /**
   * With what is there already of the same file. All of it is only a part that is complete: nobody has waited for the
   * disk, so after a power cut a file may have its name, and not its content.
   */
  static async open(file: string, wanted: Wanted, signal?: AbortSignal): Promise<PartialFile> {
    const partial = `${file}.partial`;
    return onDisk(path.dirname(file), async () => {
      if ((await sizeOf(file)) === wanted.sizeBytes) {
        await rename(file, partial);
        await writeNote(file, { ...wanted, etag: undefined });
      }
      const note = await readNote(file, wanted);
      const handle = await open(partial, note === undefined ? 'w+' : 'r+').catch(() => open(partial, 'w+'));
      const opened = new PartialFile(file, wanted, handle);
      try {
        if (note !== undefined) await opened.#takeOver(note.etag, signal);
        return opened;
      } catch (error) {
        await handle.close();
        throw error;
      }
    });
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** What the host calls the file that the part belongs to, where it said so. */
  get etag(): string | undefined {
    return this.#etag;
  }

  /** Forgets what is there: another content begins. */
  async restart(etag?: string): Promise<void> {
    await this.flush();
    await onDisk(path.dirname(this.#file), async () => {
      if (this.#receivedBytes > 0) await this.#handle.truncate(0);
      await writeNote(this.#file, { ...this.#wanted, etag });
    });
    this.#etag = etag;
    this.#begin();
  }

  async append(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length;) {
      const part = chunk.subarray(at, at + BLOCK_BYTES - this.#filledBytes);
      this.#blocks[0].set(part, this.#filledBytes);
      this.#filledBytes += part.length;
      this.#receivedBytes += part.length;
      at += part.length;
      if (this.#filledBytes === BLOCK_BYTES) await this.#write();
    }
  }

  /** Everything that has arrived is on disk. */
  async flush(): Promise<void> {
    await this.#write();
    await this.#writing;
  }

  /** Gives it its name if it is what it should be; says whether it was. */
  async finish(): Promise<boolean> {
    await this.flush();
    if (this.#hash.copy().digest('hex') !== this.#wanted.digest.hex) return false;
    await onDisk(path.dirname(this.#file), async () => {
      await rename(`${this.#file}.partial`, this.#file);
      await rm(noteOf(this.#file), { force: true });
    });
    return true;
  }

  async close(): Promise<void> {
    await this.#writing.catch(() => undefined);
    await this.#handle.close();
  }

  /** Nothing of it is of any use. */
  async discard(): Promise<void> {
    await this.close();
    for (const name of [`${this.#file}.partial`, noteOf(this.#file)]) await rm(name, { force: true });
  }

  #begin(): void {
    this.#hash = startHash(this.#wanted.digest.kind, this.#wanted.sizeBytes);
    this.#receivedBytes = 0;
  }

  async #takeOver(etag: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    const buffer = this.#blocks[0];
    for (;;) {
      if (signal?.aborted === true) throw cancelled();
      const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, this.#receivedBytes);
      if (bytesRead === 0) break;
      this.#hash.update(buffer.subarray(0, bytesRead));
      this.#receivedBytes += bytesRead;
    }
    this.#etag = etag;
    if (this.#receivedBytes > this.#wanted.sizeBytes) {
      await this.#handle.truncate(0);
      this.#begin();
    }
  }

  async #write(): Promise<void> {
    await this.#writing;
    const [block, other] = this.#blocks;
    const bytes = block.subarray(0, this.#filledBytes);
    this.#blocks = [other, block];
    this.#filledBytes = 0;
    const positionBytes = this.#receivedBytes - bytes.length;
    this.#writing = onDisk(path.dirname(this.#file), () => this.#writeAll(bytes, positionBytes));
    // Whoever writes or closes next is told.
    this.#writing.catch(() => undefined);
    this.#hash.update(bytes);
  }

  /** A disk that is almost full writes a part, and says so by a number. */
  async #writeAll(bytes: Buffer, positionBytes: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, positionBytes + at);
      at += bytesWritten;
    }
  }
}

type Note = Wanted & { readonly etag: string | undefined };

function noteOf(file: string): string {
  return `${file}.partial.json`;
}

/** undefined where there is none, or one of another file. */
async function readNote(file: string, { sizeBytes, digest }: Wanted): Promise<Note | undefined> {
  const source: Source = { file: noteOf(file), code: 'disk' };
  try {
    const fields = new Fields(parseJson(await readFile(source.file, 'utf8'), source), source);
    if (fields.count('sizeBytes') !== sizeBytes || fields.object('digest').string('hex') !== digest.hex)
      return undefined;
    return { sizeBytes, digest, etag: fields.has('etag') ? fields.string('etag') : undefined };
  } catch {
    return undefined;
  }
}

async function writeNote(file: string, note: Note): Promise<void> {
  await writeFile(`${noteOf(file)}.new`, JSON.stringify(note));
  await rename(`${noteOf(file)}.new`, noteOf(file));
}
