/**
 * A file that is being fetched: it lies beside its place as `.partial`, with a note of what it is to become, so that a
 * process that is killed at any moment leaves what the next one goes on with. It gets its name once its hash is right.
 */
import { open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { present } from '../base/assert.ts';
import { Fields, parseJson, type Source } from '../base/fields.ts';
import { cancelled } from '../base/userError.ts';
import type { Digest } from './digest.ts';
import { onDisk, sizeOf } from './disk.ts';
import { startFileHash, type FileHash } from './fileHash.ts';

export type Wanted = { readonly sizeBytes: number; readonly digest: Digest };

/** Pieces of some 64 kB arrive; writing each of them alone would take as long as fetching it. */
const BLOCK_BYTES = 1024 * 1024;
/** On their way to the disk and into the hash while another is filled: on a busy machine each way takes a while. */
const N_BLOCKS = 8;

export class PartialFile {
  readonly #file: string;
  readonly #wanted: Wanted;
  readonly #handle: FileHandle;
  #hash: FileHash;
  #receivedBytes = 0;
  #etag: string | undefined;
  readonly #blocks = Array.from({ length: N_BLOCKS }, newBlock);
  /** Of each block, its way to the disk and into the hash. */
  readonly #sent: Promise<unknown>[] = Array.from({ length: N_BLOCKS }, () => Promise.resolve());
  /** Which one is being filled. */
  #current = 0;
  #filledBytes = 0;

  private constructor(file: string, wanted: Wanted, handle: FileHandle) {
    this.#file = file;
    this.#wanted = wanted;
    this.#handle = handle;
    this.#hash = this.#startHash();
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
        await opened.close();
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
    await this.#begin();
  }

  append(chunk: Uint8Array): Promise<void> | undefined {
    const room = BLOCK_BYTES - this.#filledBytes;
    if (chunk.length >= room) return this.#appendAcross(chunk, room);
    this.#fill(chunk);
    return undefined;
  }

  /** Everything that has arrived is on disk. */
  async flush(): Promise<void> {
    await this.#send();
    await Promise.all(this.#sent);
  }

  /** Gives it its name if it is what it should be; says whether it was. */
  async finish(): Promise<boolean> {
    await this.flush();
    if ((await this.#hash.hex()) !== this.#wanted.digest.hex) return false;
    await onDisk(path.dirname(this.#file), async () => {
      await rename(`${this.#file}.partial`, this.#file);
      await rm(noteOf(this.#file), { force: true });
    });
    return true;
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#sent);
    await this.#hash.close();
    await this.#handle.close();
  }

  async #begin(): Promise<void> {
    await this.#hash.close();
    this.#hash = this.#startHash();
    this.#receivedBytes = 0;
  }

  /** Hashes what is there, one block while the next one is read. */
  async #takeOver(etag: string | undefined, signal: AbortSignal | undefined): Promise<void> {
    for (;;) {
      if (signal?.aborted === true) throw cancelled();
      const { bytesRead } = await this.#handle.read(this.#block, 0, BLOCK_BYTES, this.#receivedBytes);
      if (bytesRead === 0) break;
      this.#receivedBytes += bytesRead;
      await this.#turn(this.#hash.update(this.#current, bytesRead));
    }
    await Promise.all(this.#sent);
    this.#etag = etag;
  }

  async #appendAcross(chunk: Uint8Array, room: number): Promise<void> {
    this.#fill(chunk.subarray(0, room));
    await this.#send();
    await this.append(chunk.subarray(room));
  }

  #fill(part: Uint8Array): void {
    this.#block.set(part, this.#filledBytes);
    this.#filledBytes += part.length;
    this.#receivedBytes += part.length;
  }

  /** Sends the block on its way, and waits until the next one has come back from its own. */
  async #send(): Promise<void> {
    if (this.#filledBytes === 0) return;
    const [index, nBytes] = [this.#current, this.#filledBytes];
    const bytes = this.#block.subarray(0, nBytes);
    const positionBytes = this.#receivedBytes - nBytes;
    const written = onDisk(path.dirname(this.#file), () => this.#writeAll(bytes, positionBytes));
    const sent = Promise.all([written, this.#hash.update(index, nBytes)]);
    // Whoever needs the block next is told, or whoever flushes.
    sent.catch(() => undefined);
    await this.#turn(sent);
  }

  /** Goes on to the next block, once that has come back from its own way. */
  async #turn(sent: Promise<unknown>): Promise<void> {
    this.#sent[this.#current] = sent;
    this.#current = (this.#current + 1) % N_BLOCKS;
    this.#filledBytes = 0;
    await this.#sent[this.#current];
  }

  get #block(): Uint8Array<SharedArrayBuffer> {
    return present(this.#blocks[this.#current], 'a block');
  }

  #startHash(): FileHash {
    const { digest, sizeBytes } = this.#wanted;
    return startFileHash({ kind: digest.kind, sizeBytes, blocks: this.#blocks });
  }

  /** A disk that is almost full writes a part, and says so by a number. */
  async #writeAll(bytes: Uint8Array, positionBytes: number): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, positionBytes + at);
      at += bytesWritten;
    }
  }
}

function newBlock(): Uint8Array<SharedArrayBuffer> {
  return new Uint8Array(new SharedArrayBuffer(BLOCK_BYTES));
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
