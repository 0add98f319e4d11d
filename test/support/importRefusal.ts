/** What every refused import has in common: one sentence that names the place, and nothing left behind. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { UserError } from '../../src/base/userError.ts';
import { importModel } from '../../src/importer/importModel.ts';
import { FP32 } from '../../src/model/tensors.ts';
import { withTempFolder } from './goldenModel.ts';

/** @param parts what the message must name */
export async function expectRefusal(
  write: (folder: string) => Promise<unknown>,
  parts: string[],
): Promise<void> {
  await withTempFolder(async (temp) => {
    const checkpoint = path.join(temp, 'checkpoint');
    await write(checkpoint);
    const imported = importModel({ checkpoint, out: path.join(temp, 'model'), formOf: () => FP32 });
    const error = await imported.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(UserError);
    const { code, message } = error as UserError;
    expect(code).toBe('bad-checkpoint');
    for (const part of parts) expect(message).toContain(part);
    expect(message).toMatch(/^\S[^\n]*\.$/);
    expect(await readdir(temp)).toEqual(['checkpoint']);
  });
}
