import { describe, expect, it } from 'vitest';
import { TokenDecoder, Tokenizer } from '../../../src/tokenizer/tokenizer.ts';
import { seededRandom } from '../../../src/base/seededRandom.ts';

const texts = [
  '',
  'def add(a, b):\n    return a + b\n',
  '\t\tif x:\r\n\t\t\t\t\t\t\t\t\t\t\tpass',
  'naïve café — 日本語 👩‍👩‍👧 \u{1F600}',
  '<|endoftext|> in the middle <|endoftext|> and twice <|endoftext|>',
  '\uFEFFa byte order mark',
  `${' '.repeat(33)}thirty-three spaces`,
  ' \u00a0\u2003 odd spaces \u2028\u2029',
  '\0\u0001\u007f control',
  'x'.repeat(5_000),
  '='.repeat(3_000),
];

for (const name of ['gpt2', 'codegen'] as const) {
  describe(`the ${name} tokenizer`, () => {
    const tokenizer = new Tokenizer(name);

    it.each(texts.map((text) => [JSON.stringify(text.slice(0, 30)), text]))('gives %s back', (_, text) => {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    });

    it('gives 2,000 random strings back', () => {
      const random = seededRandom(7);
      const alphabet = [
        ' ',
        '  ',
        '\t',
        '\n',
        '\r\n',
        'a',
        'def ',
        '_',
        '"',
        '𝒳',
        'é',
        '\uFEFF',
        '<|endoftext|>',
        '日',
        '\u0300',
        '0',
      ];
      for (let round = 0; round < 2_000; round++) {
        const length = Math.floor(random() * 40);
        const text = Array.from({ length }, () => alphabet[Math.floor(random() * alphabet.length)]).join('');
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }
    });

    it('knows only ids that it can produce', () => {
      const size = name === 'gpt2' ? 50_257 : 50_295;
      expect(tokenizer.vocabulary.size).toBe(size);
      expect(tokenizer.vocabulary.bytesOf(size)).toBeUndefined();
    });
  });
}

it('encodes as the published vocabulary does', () => {
  // From GPT-2's own encoder: "Hello world" and "<|endoftext|>" as plain text.
  expect(new Tokenizer('gpt2').encode('Hello world')).toEqual([15496, 995]);
  expect(new Tokenizer('gpt2').encode('<|endoftext|>')).not.toContain(50_256);
});

it('encodes runs of whitespace as CodeGen does', () => {
  const { encode } = { encode: (text: string) => new Tokenizer('codegen').encode(text) };
  expect(encode('  ')).toEqual([50_286]);
  expect(encode(' '.repeat(31))).toEqual([50_257]);
  expect(encode(' '.repeat(32))).toEqual([50_257, 220]);
  expect(encode(' '.repeat(33))).toEqual([50_257, 50_286]);
  expect(encode('\t'.repeat(9))).toEqual([50_287]);
  expect(encode('\t\t')).toEqual([50_294]);
  expect(encode(' \t\t')).toEqual([220, 50_294]);
});

it('keeps a character that is spread over tokens to its stream', () => {
  const tokenizer = new Tokenizer('gpt2');
  const ids = tokenizer.encode('日');
  expect(ids.length).toBeGreaterThan(1);
  const cut = new TokenDecoder(tokenizer.vocabulary);
  expect(cut.push(ids[0]!)).toBe('');
  expect(tokenizer.decode(tokenizer.encode('plain'))).toBe('plain');
  expect(cut.end()).toBe('\uFFFD');
});

it('finds every token that agrees with a beginning', () => {
  const { vocabulary } = new Tokenizer('gpt2');
  const wanted = new TextEncoder().encode(' retu');
  const found = vocabulary
    .compatibleWith(wanted)
    .map((id) => new TextDecoder().decode(vocabulary.bytesOf(id)));
  expect(found).toEqual(expect.arrayContaining([' returns', ' return', ' ret', ' r', ' ']));
  for (const text of found) expect(text.startsWith(' retu') || ' retu'.startsWith(text)).toBe(true);
});
