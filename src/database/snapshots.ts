/**
 * A database file is never opened itself: a copy is. Nothing can be written to it, no lock is left beside it, and a
 * program that has it open is not disturbed.
 */
import { constants } from 'node:fs';
import { copyFile, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';

/** Copying more would take long, and fill the disk that temporary files are on. */
const MAX_BYTES = 2 ** 31;

const MAGIC = 'SQLite format 3\0';
/** Where the header says which journal is kept: 2 is the write-ahead log, which cannot be read here. */
const JOURNAL_AT = 18;

type Snapshot = { readonly key: string; readonly folder: string; readonly database: Database };

export class Snapshots {
  #last: Snapshot | undefined;

  constructor() {
    // Also when the thread is ended in the middle of a query.
    process.on('exit', () => this.#drop());
  }

  async open(file: string): Promise<Database> {
    const key = await keyOf(file);
    if (this.#last?.key === key) return this.#last.database;
    this.#drop();
    const folder = await mkdtemp(path.join(tmpdir(), 'gptj-database-'));
    try {
      const copy = path.join(folder, 'copy.db');
      await copyFile(file, copy, constants.COPYFILE_FICLONE);
      await keepNoLog(copy);
      const database = new Database(copy, { readOnly: true, fileMustExist: true });
      database.all('SELECT count(*) FROM sqlite_schema');
      this.#last = { key, folder, database };
      return database;
    } catch (error) {
      await rm(folder, { recursive: true, force: true });
      throw new UserError(
        'bad-argument',
        say`${file} cannot be read as a SQLite database: ${messageOf(error)}.`,
      );
    }
  }

  #drop(): void {
    if (this.#last === undefined) return;
    this.#last.database.close();
    rmSync(this.#last.folder, { recursive: true, force: true });
    this.#last = undefined;
  }
}

/** What the file is now. Fails where it is no database, or is being written to. */
async function keyOf(file: string): Promise<string> {
  const { size, mtimeMs } = await stat(file).catch((error: unknown) => {
    throw new UserError('disk', say`${file} cannot be read. Pick another database.`, messageOf(error));
  });
  if (size > MAX_BYTES)
    throw new UserError('bad-argument', say`${file} is larger than 2 GB, which is too large to be copied.`);
  if ((await sizeOf(`${file}-journal`)) > 0 || (await sizeOf(`${file}-wal`)) > 0) {
    throw new UserError(
      'bad-argument',
      say`Another program is writing to ${file}, or has not closed it. Close the database there, then try again.`,
    );
  }
  return `${file} ${size} ${mtimeMs}`;
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

async function keepNoLog(copy: string): Promise<void> {
  const handle = await open(copy, 'r+');
  try {
    const header = Buffer.alloc(JOURNAL_AT + 2);
    const { bytesRead } = await handle.read(header, 0, header.length, 0);
    if (bytesRead === header.length && header.toString('latin1', 0, MAGIC.length) === MAGIC)
      await handle.write(Buffer.of(1, 1), 0, 2, JOURNAL_AT);
  } finally {
    await handle.close();
  }
}
