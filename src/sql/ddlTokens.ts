/** The words of a statement that makes or changes a table: names out of their quotes, signs, and everything else as it is. */

export type DdlToken =
  | { readonly kind: 'name'; readonly text: string; readonly isQuoted: boolean }
  | { readonly kind: 'sign'; readonly text: string }
  | { readonly kind: 'other'; readonly text: string };

const TOKEN =
  /"(?<double>(?:[^"]|"")*)"|`(?<back>(?:[^`]|``)*)`|\[(?<bracket>[^\]]*)\]|(?<text>'(?:[^']|'')*')|(?<word>[\p{L}_][\p{L}\p{N}_$]*)|(?<sign>[(),.;])|(?<other>\S)/gu;

export function ddlTokens(statement: string): DdlToken[] {
  return [...statement.matchAll(TOKEN)].map(({ groups = {} }): DdlToken => {
    const { double, back, bracket, word, sign } = groups;
    const quoted = double?.replaceAll('""', '"') ?? back?.replaceAll('``', '`') ?? bracket;
    if (quoted !== undefined) return { kind: 'name', text: quoted, isQuoted: true };
    if (word !== undefined) return { kind: 'name', text: word, isQuoted: false };
    if (sign !== undefined) return { kind: 'sign', text: sign };
    return { kind: 'other', text: groups['text'] ?? groups['other'] ?? '' };
  });
}

/** Reads on from one place. */
export class DdlReader {
  readonly #tokens: readonly DdlToken[];
  #at = 0;

  constructor(tokens: readonly DdlToken[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Goes over these words if they come next. */
  skip(...words: readonly string[]): boolean {
    const isNext = words.every((word, index) => this.#is(this.#at + index, word));
    if (isNext) this.#at += words.length;
    return isNext;
  }

  /** Goes over any of these words, in any order. */
  skipAny(...words: readonly string[]): void {
    while (words.some((word) => this.skip(word)));
  }

  /** A name without the schema that it is in. */
  name(): (DdlToken & { kind: 'name' }) | undefined {
    let name: (DdlToken & { kind: 'name' }) | undefined;
    do {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'name') return name;
      name = token;
      this.#at++;
    } while (this.skip('.'));
    return name;
  }

  /** Names in brackets. Of an expression, nothing is left. */
  names(): (DdlToken & { kind: 'name' })[] {
    if (!this.skip('(')) return [];
    return splitAtCommas(this.untilClosed()).flatMap(([first]) => (first?.kind === 'name' ? [first] : []));
  }

  /** What stands in a bracket that has been opened; the closing one is gone over. */
  untilClosed(): DdlToken[] {
    const inner: DdlToken[] = [];
    for (let depth = 0; !this.isAtEnd; this.#at++) {
      const token = this.#tokens[this.#at];
      if (token === undefined) break;
      if (isSign(token, ')') && depth-- === 0) {
        this.#at++;
        break;
      }
      if (isSign(token, '(')) depth++;
      inner.push(token);
    }
    return inner;
  }

  rest(): readonly DdlToken[] {
    return this.#tokens.slice(this.#at);
  }

  next(): DdlToken | undefined {
    return this.#tokens[this.#at++];
  }

  #is(index: number, word: string): boolean {
    const token = this.#tokens[index];
    return token !== undefined && !(token.kind === 'name' && token.isQuoted) && sameWord(token.text, word);
  }
}

export function splitAtCommas(tokens: readonly DdlToken[]): DdlToken[][] {
  const parts: DdlToken[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (isSign(token, '(')) depth++;
    if (isSign(token, ')')) depth--;
    if (depth === 0 && isSign(token, ',')) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}

export function isSign(token: DdlToken | undefined, sign: string): boolean {
  return token?.kind === 'sign' && token.text === sign;
}

function sameWord(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
