/**
 * A model folder that is being written: it lies beside its place, with a journal of what is finished. A process that is
 * killed leaves it, and the next import of the same checkpoint goes on with it.
 *
 * Its name tells the process that writes it. A new name is given to what is taken over, so only one can take it.
 */
import { randomUUID } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Fields, type Source } from '../base/fields.ts';
import { isAlive } from '../base/isAlive.ts';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { MANIFEST_FILE, WEIGHTS_FILE } from '../model/manifest.ts';

/** The weights file up to the end of a tensor. */
export type JournalEntry = { readonly tensor: string; readonly endBytes: number; readonly sha256: string };

export type Partial = {
  readonly folder: string;
  /** What is finished, in the order of the file. Nothing of it has been looked at. */
  readonly journal: readonly JournalEntry[];
};

const JOURNAL_FILE = 'journal.jsonl';
const SOURCE: Source = { file: JOURNAL_FILE, code: 'internal' };

/** Some 150 bytes for each of the tensors. */
const MAX_JOURNAL_BYTES = 10_000_000;

/** A process number may have been given to another process since; nobody writes nothing for this long. */
const SILENT_MS = 10 * 60_000;

/**
 * Takes over what an import of `origin` has left beside `target`, or begins anew. What is left of imports of anything
 * else to this place can never be finished, and is removed.
 * @param origin tells what is written, byte for byte: a hash of where it comes from and how it is stored
 */
export async function takePartial(target: string, origin: string): Promise<Partial> {
  let taken: Partial | undefined;
  for (const left of await abandoned(target)) {
    const journal = taken === undefined ? await readJournal(left, origin) : undefined;
    if (journal === undefined) await rm(left, { recursive: true, force: true });
    else taken = await takeOver(left, { folder: newName(target), journal });
  }
  if (taken !== undefined) return taken;
  const folder = newName(target);
  await mkdir(folder, { recursive: true });
  return { folder, journal: [] };
}

/** Begins the journal with what is finished: a line that was cut off would spoil the next one. */
export async function startJournal(
  folder: string,
  origin: string,
  finished: readonly JournalEntry[],
): Promise<void> {
  const lines = [{ origin }, ...finished].map((line) => `${JSON.stringify(line)}\n`);
  await writeFile(path.join(folder, JOURNAL_FILE), lines.join(''));
}

export async function recordFinished(folder: string, entry: JournalEntry): Promise<void> {
  await appendFile(path.join(folder, JOURNAL_FILE), `${JSON.stringify(entry)}\n`);
}

/** Gives the folder its place. Fails where another process has been faster, whose model stays as it is. */
export async function complete(folder: string, target: string): Promise<void> {
  await rm(path.join(folder, JOURNAL_FILE));
  try {
    // Never onto a folder that holds something: systems refuse that in one step.
    await rename(folder, target);
  } catch (error) {
    if (!(await isThere(target))) throw error;
    throw new UserError(
      'bad-argument',
      say`${path.basename(target)} has been imported by another window meanwhile, and is there. What this window made was removed.`,
    );
  }
}

async function isThere(folder: string): Promise<boolean> {
  return stat(path.join(folder, MANIFEST_FILE)).then(
    () => true,
    () => false,
  );
}

function newName(target: string): string {
  return `${target}.partial-${process.pid}-${randomUUID().slice(0, 8)}`;
}

async function abandoned(target: string): Promise<string[]> {
  const parent = path.dirname(target);
  const names = await readdir(parent).catch(() => []);
  const found: string[] = [];
  for (const name of names) {
    const suffix = name.startsWith(path.basename(target)) ? name.slice(path.basename(target).length) : '';
    const pid = /^\.partial-(\d{1,10})-[0-9a-f]{8}$/.exec(suffix)?.[1];
    if (pid === undefined) continue;
    const folder = path.join(parent, name);
    if (!isAlive(Number(pid)) || (await silentMs(folder)) > SILENT_MS) found.push(folder);
  }
  return found;
}

async function silentMs(folder: string): Promise<number> {
  const info = await stat(path.join(folder, WEIGHTS_FILE)).catch(() => undefined);
  return info === undefined ? 0 : Date.now() - info.mtimeMs;
}

async function takeOver(from: string, partial: Partial): Promise<Partial | undefined> {
  return rename(from, partial.folder).then(
    () => partial,
    () => undefined,
  );
}

/** The finished part, if it is an import of `origin`. The last line may have been cut off. */
async function readJournal(folder: string, origin: string): Promise<JournalEntry[] | undefined> {
  try {
    const file = path.join(folder, JOURNAL_FILE);
    if ((await stat(file)).size > MAX_JOURNAL_BYTES) return undefined;
    const [first, ...lines] = (await readFile(file, 'utf8')).split('\n').slice(0, -1).map(parseLine);
    return first?.string('origin') === origin ? lines.map(parseEntry) : undefined;
  } catch {
    return undefined;
  }
}

function parseLine(line: string): Fields {
  return new Fields(JSON.parse(line), SOURCE);
}

function parseEntry(fields: Fields): JournalEntry {
  return {
    tensor: fields.string('tensor'),
    endBytes: fields.count('endBytes'),
    sha256: fields.string('sha256'),
  };
}
