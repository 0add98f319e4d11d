/** The German texts against the English ones, and the English bundle against what the sources hold. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { sentencesIn } from '../scripts/l10n/sentences.mjs';

type Texts = Readonly<Record<string, string>>;

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Texts;

const manifest = { english: read('package.nls.json'), german: read('package.nls.de.json') };
const bundle = { english: read('l10n/bundle.l10n.json'), german: read('l10n/bundle.l10n.de.json') };

/** Places, code, links: what a text holds in every language. */
const FIXED = /\{+\d+\}+|\{\{\w+\}\}|\{ [^}]+ \}|`[^`]+`|\(command:[^)]+\)|https?:\/\/[^\s)]+|gptj\.\w+/g;
/** Words that are the same in both languages. */
const SHARED = /^(?:GPT-J|Chat|GB|MB|min|s|tokens?|,|:|;|\.|%|\(|\)|")*$/;

describe.each(Object.entries({ manifest, bundle }))('the German %s', (_, { english, german }) => {
  it('has every text, and no other', () => expect(Object.keys(german)).toEqual(Object.keys(english)));

  it('holds in each what is not translated', () => {
    const fixedIn = (text = '') => (text.match(FIXED) ?? []).sort();
    for (const [key, text] of Object.entries(english))
      expect(fixedIn(german[key]), key).toEqual(fixedIn(text));
  });

  it('leaves nothing in English', () => {
    const words = (text: string) => text.replace(FIXED, '').replace(/\s/g, '');
    const same = Object.entries(english).filter(([key, text]) => german[key] === text);
    expect(same.map(([, text]) => text).filter((text) => !SHARED.test(words(text)))).toEqual([]);
  });

  it('names commands as the German palette does', () => {
    const titles = Object.entries(manifest.english).filter(([key]) => key.startsWith('command.'));
    for (const [key, text] of Object.entries(english)) {
      for (const [, title] of text.matchAll(/["*]GPT-J: ([^"*]+)["*]/g)) {
        const name = titles.find(([, english]) => english === title)?.[0] ?? `no command "${title}"`;
        expect(german[key], key).toContain(`GPT-J: ${manifest.german[name] ?? name}`);
      }
    }
  });
});

it('a sentence is found wherever it is made, as the key that it is looked up by', () => {
  const source = `
    throw new UserError('disk', say\`\${file} has \${n + 1} bytes.\`);
    throw new UserError('disk', isFull ? 'The disk is full.' : \`It is not.\`, 'for the log');
    const problem = say\`nothing\`;
    log.info('not shown'); new Error('not shown'); other\`not shown\`;`;
  expect(sentencesIn(source)).toEqual(['{0} has {1} bytes.', 'The disk is full.', 'It is not.', 'nothing']);
});
