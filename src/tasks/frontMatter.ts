/**
 * The YAML before a prompt, with every problem at its position. Only nodes are looked at, one by one: no alias is
 * followed, no tag is known, and a key is a text like any other.
 */
import { CST, isMap, isScalar, isSeq, Lexer, parseDocument, type Node, type Pair, type YAMLMap } from 'yaml';
import { say, type Sentence } from '../base/sentence.ts';
import type { Problem } from './template.ts';

/** A task with every field, fifty labels and as many languages has some 200. */
const MAX_PARTS = 300;

export class FrontMatter {
  readonly problems: Problem[] = [];
  readonly #start: number;
  readonly #end: number;
  readonly #nodes: ReadonlyMap<string, Place>;

  /** @param start where `yaml` begins in its file */
  constructor(yaml: string, start: number) {
    this.#start = start;
    this.#end = start + yaml.trimEnd().length;
    this.#nodes = this.#parse(yaml);
  }

  /** Reports every key that is not among `known`. */
  onlyKnown(known: readonly string[]): void {
    for (const [key, { at }] of this.#nodes) {
      if (!known.includes(key))
        this.#report(say`"${key}" is no field of a task. Remove it, or use one of: ${known.join(', ')}.`, at);
    }
  }

  has(key: string): boolean {
    return this.#nodes.has(key);
  }

  fail(key: string, sentence: Sentence): void {
    this.#report(sentence, this.#nodes.get(key)?.at);
  }

  /** Where a value stands in the file. */
  placeOf(key: string): Range {
    return this.#nodes.get(key)?.at ?? { start: this.#start, end: this.#end };
  }

  /** A text of one line. Like the others, it gives a value in any case: what is wrong is reported. */
  text(key: string, { max, wanted, fallback }: { max: number; wanted: Sentence; fallback?: string }): string {
    if (fallback !== undefined && !this.has(key)) return fallback;
    const value = this.#scalar(key);
    if (typeof value === 'string' && isLine(value, max)) return value.trim();
    this.#notWanted(key, wanted);
    return fallback ?? '';
  }

  oneOf<const T extends string>(key: string, options: readonly [T, ...T[]], fallback?: T): T {
    if (fallback !== undefined && !this.has(key)) return fallback;
    const value = this.#scalar(key);
    const found = options.find((option) => option === value);
    if (found === undefined) this.#notWanted(key, say`one of ${options.join(', ')}`);
    return found ?? fallback ?? options[0];
  }

  /** Whether just this word stands there. */
  isWord(key: string, word: string): boolean {
    return this.#scalar(key) === word;
  }

  /** A whole number. */
  count(key: string, { min, max, fallback }: { min: number; max: number; fallback: number }): number {
    if (!this.has(key)) return fallback;
    const value = this.#scalar(key);
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    this.#notWanted(key, say`a whole number from ${min} to ${max}`);
    return fallback;
  }

  /** Texts in a list. */
  texts(
    key: string,
    { max, maxCount, wanted }: { max: number; maxCount: number; wanted: Sentence },
  ): string[] {
    const items = this.items(key, maxCount, wanted);
    const texts = items.map((item) => (isScalar(item) ? item.value : undefined));
    const lines = texts.filter((text) => typeof text === 'string').filter((text) => isLine(text, max));
    if (lines.length < texts.length) this.#notWanted(key, wanted);
    return lines.map((text) => text.trim());
  }

  items(key: string, maxCount: number, wanted: Sentence): readonly unknown[] {
    const node = this.#nodes.get(key)?.value;
    if (isSeq(node) && node.items.length > 0 && node.items.length <= maxCount) return node.items;
    this.#notWanted(key, wanted);
    return [];
  }

  /** The fields of a map, each a text or a number. */
  map(key: string, wanted: Sentence): readonly Entry[] {
    const node = this.#nodes.get(key)?.value;
    if (isMap(node)) return entriesOf(node);
    this.#notWanted(key, wanted);
    return [];
  }

  #scalar(key: string): unknown {
    const node = this.#nodes.get(key)?.value;
    return isScalar(node) ? node.value : undefined;
  }

  #notWanted(key: string, wanted: Sentence): void {
    this.fail(
      key,
      this.has(key) ? say`"${key}" must be ${wanted}.` : say`"${key}" is missing. Add it: ${wanted}.`,
    );
  }

  #report(sentence: Sentence, at?: Range): void {
    this.problems.push({ sentence, start: at?.start ?? this.#start, end: at?.end ?? this.#end });
  }

  #parse(yaml: string): Map<string, Place> {
    if (isTangled(yaml)) {
      this.#report(
        say`This has more than ${MAX_PARTS} keys, lists and items. Write one field a line, like "id: my-task".`,
      );
      return new Map();
    }
    const document = parseDocument(yaml, {
      prettyErrors: false,
      schema: 'core',
      stringKeys: true,
      merge: false,
    });
    for (const { message, pos } of [...document.errors, ...document.warnings]) {
      const [start, end] = pos.map((offset) => this.#start + Math.min(offset, yaml.length)) as [
        number,
        number,
      ];
      const reason = message.split('\n')[0] ?? '';
      this.#report(say`This is not valid YAML: ${reason}.`, { start, end: Math.max(end, start + 1) });
    }
    const { contents } = document;
    if (isMap(contents)) return new Map(contents.items.flatMap((pair) => this.#place(pair)));
    if (this.problems.length === 0)
      this.#report(say`There are no fields here. Write one a line, like "id: my-task".`);
    return new Map();
  }

  #place({ key, value }: Pair): [string, Place][] {
    const [name, keyRange] = isScalar(key) ? [String(key.value), key.range] : [undefined, undefined];
    if (name === undefined) {
      this.#report(say`A field's name must be a plain word. Write fields like "id: my-task".`);
      return [];
    }
    const range = (value as Node | null)?.range ?? keyRange ?? [0, 0, 0];
    const start = this.#start + (keyRange?.[0] ?? range[0]);
    return [[name, { value, at: { start, end: Math.max(start + 1, this.#start + range[1]) } }]];
  }
}

/** In a file, in UTF-16 units. */
export type Range = { readonly start: number; readonly end: number };
export type Entry = readonly [key: string, value: unknown];

type Place = { readonly value: unknown; readonly at: Range };

/** What is no scalar has the value undefined, which is no value that anybody wants. */
export function entriesOf(map: YAMLMap): readonly Entry[] {
  return map.items.map(({ key, value }) => [
    isScalar(key) ? String(key.value) : '',
    isScalar(value) ? value.value : undefined,
  ]);
}

/**
 * Whether there is more structure than any task has. Whoever reads YAML goes down into it, and some thousand levels
 * end the whole process: V8 has no stack left for a regular expression. The lexer only goes along it.
 */
function isTangled(yaml: string): boolean {
  let nParts = 0;
  for (const token of new Lexer().lex(yaml)) {
    if (STRUCTURE.has(CST.tokenType(token) ?? '')) nParts++;
    if (nParts > MAX_PARTS) return true;
  }
  return false;
}

const STRUCTURE: ReadonlySet<string> = new Set([
  ...['flow-seq-start', 'flow-map-start', 'seq-item-ind', 'explicit-key-ind', 'map-value-ind'],
]);

function isLine(text: string, max: number): boolean {
  return text.trim() !== '' && text.length <= max && !/[\r\n]/.test(text);
}
