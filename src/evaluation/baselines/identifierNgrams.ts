/**
 * Completion without a model, the second: an n-gram model over the tokens of the text above, with back-off. It says
 * one token after the other while it is sure enough of all of them together, at most to the end of the line.
 */
import { codeTokens } from '../codeTokens.ts';
import type { Document } from '../document.ts';

export type NgramLimits = {
  /** Tokens that are looked at before the next one. */
  readonly order: number;
  /** Of all that is proposed together. */
  readonly minProbability: number;
};

/** Chosen on 34 files of Python's standard library: every other suggestion is right there. */
const LIMITS: NgramLimits = { order: 4, minProbability: 0.75 };

const MAX_TOKENS = 30;
const SHORTEST = 2;

const LINE_END = '\n';

/** How likely a new word goes on with one letter rather than another. */
const ONE_LETTER = 0.1;

type Counts = Map<string, number>;

/** How often each token followed a context. Contexts of all lengths, the empty one too. */
type Followers = Map<string, Counts>;

/** Keeps what it has counted until the lines above change. */
export function identifierNgrams(
  limits: NgramLimits = LIMITS,
): (document: Pick<Document, 'before'>) => string {
  let known: { readonly above: string; readonly followers: Followers } | undefined;
  return ({ before }) => {
    const lineStart = before.lastIndexOf('\n') + 1;
    const above = before.slice(0, lineStart);
    if (known?.above !== above) known = { above, followers: countFollowers(above, limits.order) };
    const { tokens, begun } = splitAtCursor(before.slice(lineStart));
    const context = [...tokensOf(lastLines(above, limits.order)), ...tokens];
    const text = proceed(known.followers, { context, begun, limits });
    return text.trim().length < SHORTEST ? '' : text;
  };
}

/** Tokens with the space before them, a line end behind each line, and no indentation. */
function tokensOf(text: string): string[] {
  return text.split('\n').flatMap((line, index, { length }) => {
    const isLast = index === length - 1;
    return [...lineTokens(line), ...(isLast ? [] : [LINE_END])];
  });
}

function lineTokens(line: string): string[] {
  let end = line.length - line.trimStart().length;
  return codeTokens(line).map(({ text, start }) => {
    const token = line.slice(end, start + text.length);
    end = start + text.length;
    return token;
  });
}

/** The last word, string or space of a line may be the beginning of a longer one. */
function splitAtCursor(prefix: string): { tokens: string[]; begun: string } {
  const tokens = lineTokens(prefix);
  const trailing = tokens.length === 0 ? '' : prefix.slice(prefix.trimEnd().length);
  if (trailing !== '') return { tokens, begun: trailing };
  const last = tokens.at(-1) ?? '';
  return /[\p{L}\p{N}_"']/u.test(last) ? { tokens: tokens.slice(0, -1), begun: last } : { tokens, begun: '' };
}

function countFollowers(text: string, order: number): Followers {
  const followers: Followers = new Map();
  const tokens = tokensOf(text);
  for (const [index, token] of tokens.entries()) {
    for (let length = 0; length <= Math.min(order, index); length++) {
      const key = keyOf(tokens.slice(index - length, index));
      const counts = followers.get(key) ?? new Map<string, number>();
      followers.set(key, counts.set(token, (counts.get(token) ?? 0) + 1));
    }
  }
  return followers;
}

type Beginning = {
  readonly context: readonly string[];
  readonly begun: string;
  readonly limits: NgramLimits;
};

function proceed(followers: Followers, { context, begun, limits }: Beginning): string {
  const said: string[] = [];
  let probability = 1;
  while (said.length < MAX_TOKENS) {
    const recent = [...context, ...said].slice(-limits.order);
    const next = likeliest(followers, recent, said.length === 0 ? begun : '');
    if (next === undefined || next.token === LINE_END) break;
    probability *= next.probability;
    if (probability < limits.minProbability) break;
    said.push(next.token);
  }
  return said.join('').slice(begun.length);
}

/** The likeliest token that begins with `begun`, and its probability among all that do. */
function likeliest(
  followers: Followers,
  context: readonly string[],
  begun: string,
): { token: string; probability: number } | undefined {
  const counts = countsOf(followers, context);
  const possible = begun === '' ? counts.at(-1) : counts[0];
  const tokens = [...(possible?.keys() ?? [])].filter((token) => token.startsWith(begun));
  const all = tokens.map((token) => ({ token, probability: probabilityOf(token, counts) }));
  const best = all.reduce((a, b) => (b.probability > a.probability ? b : a), { token: '', probability: 0 });
  if (best.token === '') return undefined;
  const unseen = unseenProbability(counts) * ONE_LETTER ** begun.length;
  const normaliser = begun === '' ? 1 : all.reduce((sum, { probability }) => sum + probability, unseen);
  return { token: best.token, probability: best.probability / normaliser };
}

/** What followed the end of the context: of no token, of the last one, of the last two, as far as that was seen. */
function countsOf(followers: Followers, context: readonly string[]): Counts[] {
  const counts: Counts[] = [];
  for (let length = 0; length <= context.length; length++) {
    const seen = followers.get(keyOf(context.slice(context.length - length)));
    if (seen === undefined) break;
    counts.push(seen);
  }
  return counts;
}

/** Witten and Bell's back-off: where many different tokens followed, a new one is likely, and shorter contexts count. */
function probabilityOf(token: string, counts: readonly Counts[]): number {
  return counts.reduce((shorter, seen) => {
    const total = totalOf(seen);
    return ((seen.get(token) ?? 0) + seen.size * shorter) / (total + seen.size);
  }, 0);
}

function unseenProbability(counts: readonly Counts[]): number {
  return counts.reduce((unseen, seen) => (unseen * seen.size) / (totalOf(seen) + seen.size), 1);
}

function totalOf(counts: Counts): number {
  let total = 0;
  for (const count of counts.values()) total += count;
  return total;
}

function keyOf(context: readonly string[]): string {
  return context.map((token) => token.trim()).join(' ');
}

/** The last lines that have so many tokens together, line ends included. */
function lastLines(text: string, nTokens: number): string {
  return text
    .split('\n')
    .slice(-nTokens - 1)
    .join('\n');
}
