/** Removing a model folder: only one of ours, with nothing in it but what belongs to a model. */
import { lstat, readdir, rm, rmdir } from 'node:fs/promises';
import path from 'node:path';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { MANIFEST_FILE, MODEL_CARD_FILE, WEIGHTS_FILE } from './manifest.ts';

/** The manifest last: a folder that was removed by half is still listed, and can be removed again. */
const FILES = [WEIGHTS_FILE, MODEL_CARD_FILE, MANIFEST_FILE];

/** Fails with why the folder has to stay. */
export async function checkRemovable(folder: string, modelsFolder: string): Promise<void> {
  if (path.dirname(path.resolve(folder)) !== path.resolve(modelsFolder))
    throw refusal(say`${folder} was not installed by GPT-J. Remove it by hand.`);
  if (!(await lstat(folder)).isDirectory())
    throw refusal(say`${folder} is a link to another folder. Remove it by hand.`);
  const entries = await readdir(folder, { withFileTypes: true });
  const stranger = entries.find((entry) => !entry.isFile() || !FILES.includes(entry.name));
  if (stranger !== undefined)
    throw refusal(
      say`${stranger.name} in ${folder} does not belong to the model. Move it elsewhere, and try again.`,
    );
  if (!entries.some(({ name }) => name === MANIFEST_FILE))
    throw refusal(say`${folder} is not a model folder: it has no ${MANIFEST_FILE}. Remove it by hand.`);
}

/** For ever. Anything that has come into the folder meanwhile stays, and the folder with it. */
export async function deleteFolder(folder: string): Promise<void> {
  for (const name of FILES) await rm(path.join(folder, name), { force: true });
  await rmdir(folder);
}

function refusal(sentence: ReturnType<typeof say>): UserError {
  return new UserError('bad-argument', sentence);
}
