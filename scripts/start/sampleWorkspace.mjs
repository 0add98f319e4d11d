// A copy of the sample workspace to play in. What was changed there stays until the system clears its temporary files.
import { cpSync, existsSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { projectRoot } from '../project/paths.mjs';

/** Outside of the project: its out/ is ignored by git, and GPT-J reads nothing that git is told to ignore. */
export function copySampleWorkspace(parent = tmpdir()) {
  const copy = join(parent, `gptj-code-sample-${userInfo().username}`);
  if (!existsSync(copy)) cpSync(join(projectRoot, 'media/sample-workspace'), copy, { recursive: true });
  return copy;
}
