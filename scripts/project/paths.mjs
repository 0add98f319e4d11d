// Where things are: every script asks here, so that all work from whatever folder they are started in.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const projectRoot = fileURLToPath(new URL('../../', import.meta.url)).replace(/[\\/]$/, '');

/** Everything built, packaged, photographed or counted goes here; git ignores it. */
export const outFolder = join(projectRoot, 'out');

/** Editors, and what they keep between runs; git ignores it. */
export const editorsFolder = join(projectRoot, '.vscode-test');

/** The platform's name as VS Code and ONNX Runtime both write it, such as `linux-x64`. */
export const thisTarget = `${process.platform}-${process.arch}`;
