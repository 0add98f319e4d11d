/**
 * Reads JSON that somebody else wrote. Every accessor checks the type and names the place in its error,
 * so that "manifest.json: architecture.hidden is missing" reaches the user instead of a crash further on.
 */
import { say, type Sentence } from './sentence.ts';
import { UserError, type ErrorCode } from './userError.ts';

/** Where a value was found, and what its absence means to the user. */
export type Source = { readonly file: string; readonly code: ErrorCode };

export class Fields {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #source: Source;

  constructor(value: unknown, source: Source, path = '') {
    this.#source = source;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new UserError(
        source.code,
        say`${source.file}: ${path || say`the content`} is not a JSON object.`,
      );
    }
    this.#values = value as Record<string, unknown>;
  }

  keys(): string[] {
    return Object.keys(this.#values);
  }

  has(key: string): boolean {
    return Object.hasOwn(this.#values, key) && this.#values[key] !== null;
  }

  number(key: string): number {
    const value = this.#own(key);
    return typeof value === 'number' && Number.isFinite(value) ? value : this.fail(key, say`a number`);
  }

  /** A whole number from 0 up to 2^53 - 1: a size or an offset. */
  count(key: string): number {
    const value = this.number(key);
    return Number.isSafeInteger(value) && value >= 0 ? value : this.fail(key, say`a whole number`);
  }

  string(key: string): string {
    const value = this.#own(key);
    return typeof value === 'string' ? value : this.fail(key, say`a text`);
  }

  boolean(key: string): boolean {
    const value = this.#own(key);
    return typeof value === 'boolean' ? value : this.fail(key, say`true or false`);
  }

  object(key: string): Fields {
    return new Fields(this.#own(key), this.#source, this.#join(key));
  }

  strings(key: string): string[] {
    return this.array(key).map((value) =>
      typeof value === 'string' ? value : this.fail(key, say`a list of texts`),
    );
  }

  counts(key: string): number[] {
    const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
    return this.array(key).map((value) =>
      isCount(value) ? value : this.fail(key, say`a list of whole numbers`),
    );
  }

  objects(key: string): Fields[] {
    return this.array(key).map(
      (value, index) => new Fields(value, this.#source, this.#join(`${key}[${index}]`)),
    );
  }

  array(key: string): readonly unknown[] {
    const value = this.#own(key);
    return Array.isArray(value) ? (value as unknown[]) : this.fail(key, say`a list`);
  }

  /** One of the given texts; a number in the file is compared as text. */
  oneOf<const T extends string>(key: string, allowed: readonly T[]): T {
    const value = this.#own(key);
    const text = typeof value === 'number' ? String(value) : value;
    return allowed.find((option) => option === text) ?? this.fail(key, say`one of ${allowed.join(', ')}`);
  }

  /** Says that what is there is not what was wanted. */
  fail(key: string, wanted: Sentence): never {
    const found = this.#own(key);
    const { file, code } = this.#source;
    const place = this.#join(key);
    if (found === undefined) throw new UserError(code, say`${file}: ${place} is missing.`);
    throw new UserError(code, say`${file}: ${place} is ${abbreviated(found)}, not ${wanted}.`);
  }

  // JSON can hold a key named __proto__ or toString; only what the file itself holds counts.
  #own(key: string): unknown {
    return Object.hasOwn(this.#values, key) ? this.#values[key] : undefined;
  }

  #join(key: string): string {
    return this.#path ? `${this.#path}.${key}` : key;
  }
}

/** Longest value that an error repeats. */
const SHOWN_CHARACTERS = 40;

function abbreviated(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text;
}

/** Parses JSON text, or says which file is not JSON. */
export function parseJson(text: string, source: Source): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new UserError(source.code, say`${source.file} is not valid JSON.`);
  }
}
