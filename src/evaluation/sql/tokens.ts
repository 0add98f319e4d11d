/** The words, names and literals of SQL text, without grammar: enough to find literals, names and ORDER BY. */

export type SqlToken = {
  readonly kind: 'word' | 'name' | 'text' | 'number' | 'sign';
  /** A quoted name or text without its quotes; a word as it is written. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
};

const TOKEN = new RegExp(
  [
    /(?<space>\s+|--[^\n]*|\/\*[^]*?(?:\*\/|$))/,
    /'(?<text>(?:[^']|'')*)(?:'|$)/,
    /"(?<quoted>(?:[^"]|"")*)(?:"|$)/,
    /`(?<ticked>(?:[^`]|``)*)(?:`|$)/,
    /\[(?<bracketed>[^\]]*)(?:\]|$)/,
    /(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?)/,
    /(?<word>[\p{L}_][\p{L}\p{N}\p{M}_$]*)/u,
    /[^]/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'giu',
);

export function sqlTokens(sql: string): SqlToken[] {
  return [...sql.matchAll(TOKEN)]
    .filter(({ groups }) => groups?.['space'] === undefined)
    .map((match) => ({ ...kindAndValue(match), start: match.index, end: match.index + match[0].length }));
}

function kindAndValue({ 0: piece, groups = {} }: RegExpExecArray): Pick<SqlToken, 'kind' | 'value'> {
  const { text, quoted, ticked, bracketed, number, word } = groups;
  if (text !== undefined) return { kind: 'text', value: text.replaceAll("''", "'") };
  if (quoted !== undefined) return { kind: 'name', value: quoted.replaceAll('""', '"') };
  if (ticked !== undefined) return { kind: 'name', value: ticked.replaceAll('``', '`') };
  if (bracketed !== undefined) return { kind: 'name', value: bracketed };
  if (number !== undefined) return { kind: 'number', value: number };
  return word !== undefined ? { kind: 'word', value: word } : { kind: 'sign', value: piece };
}

export function isWord(token: SqlToken | undefined, word: string): boolean {
  return token?.kind === 'word' && token.value.toUpperCase() === word;
}
