/** What a failure of the disk means to the user. What is none stays what it is. */
import { say } from '../base/sentence.ts';
import { messageOf, UserError } from '../base/userError.ts';

export function diskFailure(error: unknown, folder: string): unknown {
  if (error instanceof UserError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new UserError('disk', say`There is no space left for ${folder}. Free some, and try again.`);
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new UserError(
      'disk',
      say`${folder} cannot be written. Allow that, and try again.`,
      messageOf(error),
    );
  }
  return new UserError(
    'disk',
    say`${folder} cannot be used (${code}). See what is there, and try again.`,
    messageOf(error),
  );
}

/** Runs what writes into `folder`. */
export async function onDisk<T>(folder: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw diskFailure(error, folder);
  }
}
