// Extracts every text that the extension shows into l10n/bundle.l10n.json, for translators.
//   npm run l10n [-- --check]
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { getL10nJson } from '@vscode/l10n-dev';
import { format } from 'prettier';
import { parse } from 'yaml';
import { sentencesIn } from './l10n/sentences.mjs';
import { projectRoot } from './project/paths.mjs';

const bundle = 'l10n/bundle.l10n.json';
/** The command line and what it measures speak English. */
const notShown = /^(?:cli|evaluation)[/.]/;

const text = await format(JSON.stringify(await extract()), { parser: 'json', printWidth: 110 });
const file = join(projectRoot, bundle);
if (!process.argv.includes('--check')) {
  writeFileSync(file, text);
} else if (readFileSync(file, 'utf8') !== text) {
  console.error(`${bundle} is not what the sources say: run "npm run l10n", and translate what is new.`);
  process.exitCode = 1;
}

async function extract() {
  const source = join(projectRoot, 'src');
  const names = readdirSync(source, { recursive: true }).map((name) => name.replaceAll('\\', '/'));
  const sources = names
    .filter((name) => name.endsWith('.ts') && !notShown.test(name))
    .sort()
    .map((name) => readFileSync(join(source, name), 'utf8'));
  const ofEditor = await getL10nJson(sources.map((contents) => ({ contents, extension: '.ts' })));
  const others = [...sources.flatMap(sentencesIn), ...textsOfTasks()];
  const sentences = Object.fromEntries(others.map((text) => [text, text]));
  return Object.fromEntries(
    Object.entries({ ...ofEditor, ...sentences }).sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

/** What the fields of the built-in tasks say to people. */
function textsOfTasks() {
  const folder = join(projectRoot, 'media/tasks');
  return readdirSync(folder).flatMap((name) => {
    const [, fields] = readFileSync(join(folder, name), 'utf8').split(/^---$/m);
    const { title, description, ask = {} } = parse(fields);
    return [title, description, ...Object.values(ask)];
  });
}
