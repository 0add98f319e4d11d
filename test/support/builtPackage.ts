// Where `npm run package` puts the extension package for this machine, or for another one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const projectRoot = join(import.meta.dirname, '../..');

export const thisTarget = `${process.platform}-${process.arch}`;

export function builtPackage(target = thisTarget): string {
  const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as {
    version: string;
  };
  return join(projectRoot, `out/gptj-code-${target}-${version}.vsix`);
}
