// Which VS Code the tests and `npm start` run in: the npm package `code-server` 4.x.y carries VS Code 1.x.y.
import { join } from 'node:path';
import { editorsFolder } from '../project/paths.mjs';

/** The oldest that package.json's engines.vscode admits, so that nothing newer is used by mistake. */
const everydayVersion = '4.100.3';

export const hostVersion = process.env.GPTJ_EDITOR_HOST_VERSION || everydayVersion;

export const hostFolder = join(editorsFolder, `host-${hostVersion}`);
