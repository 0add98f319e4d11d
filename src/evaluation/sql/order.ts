/** Whether a query says in which order its rows come, and what it leaves to chance. */
import { isWord, sqlTokens, type SqlToken } from './tokens.ts';

/** Ordered as a whole: an ORDER BY outside of all brackets. */
export function isOrdered(query: string): boolean {
  return orderBys(sqlTokens(query)).some(({ depth }) => depth === 0);
}

/**
 * The query with every tie broken at random: where its rows change from run to run, the data does not decide what it
 * asks for. undefined where it has no ORDER BY. A window's or an aggregate's is left as it is.
 */
export function withRandomTies(query: string): string | undefined {
  const places = orderBys(sqlTokens(query)).map(({ end }) => end);
  if (places.length === 0) return undefined;
  return places.reduceRight((sql, at) => `${sql.slice(0, at)}, random()${sql.slice(at)}`, query);
}

type OrderBy = { readonly depth: number; /** Behind its last term. */ readonly end: number };

function orderBys(tokens: readonly SqlToken[]): OrderBy[] {
  const found: OrderBy[] = [];
  const opened: boolean[] = [];
  tokens.forEach((token, index) => {
    if (token.value === '(' && token.kind === 'sign') opened.push(isWord(tokens[index + 1], 'SELECT'));
    else if (token.value === ')' && token.kind === 'sign') opened.pop();
    const isOfQuery = opened.at(-1) ?? true;
    if (isOfQuery && isWord(token, 'ORDER') && isWord(tokens[index + 1], 'BY'))
      found.push({ depth: opened.length, end: endOfTerms(tokens, index + 2) });
  });
  return found;
}

function endOfTerms(tokens: readonly SqlToken[], first: number): number {
  let depth = 0;
  let end = 0;
  for (const token of tokens.slice(first)) {
    if (token.kind === 'sign' && token.value === '(') depth++;
    else if (token.kind === 'sign' && token.value === ')') depth--;
    if (depth < 0 || (depth === 0 && (isWord(token, 'LIMIT') || token.value === ';'))) break;
    end = token.end;
  }
  return end;
}
