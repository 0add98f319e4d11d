/** A model folder on disk. It is complete or absent, but somebody may have changed it since. */
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { MANIFEST_FILE, parseManifest, type Manifest } from './manifest.ts';

/** The manifest of a folder whose files are there and of the right size. */
export async function readManifest(folder: string): Promise<Manifest> {
  const manifest = await parseManifestOf(folder);
  for (const { name, sizeBytes } of manifest.files) {
    const found = await stat(path.join(folder, path.basename(name))).catch(() => undefined);
    if (found?.size === sizeBytes) continue;
    const what =
      found === undefined
        ? say`${name} is missing`
        : say`${name} has ${found.size} bytes instead of ${sizeBytes}`;
    throw new UserError('bad-model', say`The model in ${folder} is damaged: ${what}. Import it again.`);
  }
  return manifest;
}

/** The manifest, whatever became of the files that it names. */
export async function parseManifestOf(folder: string): Promise<Manifest> {
  const file = path.join(folder, MANIFEST_FILE);
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    throw new UserError(
      'no-model',
      say`There is no model in ${folder}: it has no ${MANIFEST_FILE}. Pick another folder, or import a model.`,
    );
  }
  return parseManifest(text, file);
}
