/**
 * A file of a checkpoint, read by ranges: it may be far larger than the memory. Every range is held against the size
 * of the file before anything is allocated for it.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { say, type Sentence } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';

export class SourceFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly #handle: FileHandle;

  private constructor(file: string, sizeBytes: number, handle: FileHandle) {
    this.path = file;
    this.sizeBytes = sizeBytes;
    this.#handle = handle;
  }

  static async open(file: string): Promise<SourceFile> {
    // Looked at before it is opened: opening a pipe would wait for somebody to write to it.
    const info = await stat(file).catch(() => undefined);
    if (info?.isFile() !== true) return badFile(file, say`is not a file that can be read`);
    return new SourceFile(file, info.size, await open(file, 'r'));
  }

  /** Opens a file for as long as it is used. */
  static async using<T>(file: string, use: (file: SourceFile) => Promise<T>): Promise<T> {
    const source = await SourceFile.open(file);
    try {
      return await use(source);
    } finally {
      await source.close();
    }
  }

  async bytes(position: number, length: number): Promise<Buffer<ArrayBuffer>> {
    if (!(position >= 0 && length >= 0 && position + length <= this.sizeBytes))
      this.fail(say`${length} bytes are expected at byte ${position}, but the file has ${this.sizeBytes}`);
    // A buffer of its own, which can be handed to another thread.
    const target = Buffer.from(new ArrayBuffer(length));
    for (let done = 0; done < length;) {
      const { bytesRead } = await this.#handle.read(target, done, length - done, position + done);
      // It may have become shorter since its size was taken.
      if (bytesRead === 0)
        this.fail(say`ends at byte ${position + done}, before the data that its header tells of`);
      done += bytesRead;
    }
    return target;
  }

  async close(): Promise<void> {
    await this.#handle.close();
  }

  fail(problem: Sentence): never {
    return badFile(this.path, problem);
  }

  /** For what no damage explains. */
  distrust(problem: Sentence): never {
    throw new UserError(
      'bad-checkpoint',
      say`${path.basename(this.path)}: ${problem}. Take the checkpoint from somebody you trust.`,
    );
  }
}

export function badFile(file: string, problem: Sentence): never {
  throw new UserError(
    'bad-checkpoint',
    say`${path.basename(file)}: ${problem}. Download the checkpoint again.`,
  );
}
