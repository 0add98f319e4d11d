/** The lines of a file that tell a model what it cannot see: what is imported, and what is defined by which name. */
import type { OutlineLine } from '../model/generation.ts';
import { unixLineEnds, type TextSource } from './textSource.ts';

type Patterns = { readonly imports: RegExp; readonly signatures: RegExp };

const PYTHON: Patterns = {
  imports: /^(?:import|from)\s/,
  signatures: /^\s*(?:class|def|async\s+def)\s/,
};

const OTHERS: Patterns = {
  imports: /^\s*(?:import|use|using|package|#include|require)\b|^(?:const|let|var)\b.*\brequire\(/,
  signatures:
    /^\s*(?:(?:export|default|public|private|protected|static|abstract|async|pub|final)\s+)*(?:function|class|interface|struct|enum|trait|impl|fn|func|type|module|namespace)\b|^CREATE\s+TABLE\b/i,
};

/** A line longer than this is data, or minified. */
const LONGEST_LINE = 200;

/** @param at where `text` begins in its file, in UTF-16 units */
export function outlineOf(text: string, languageId: string, at = 0): OutlineLine[] {
  const { imports, signatures } = languageId === 'python' ? PYTHON : OTHERS;
  const outline: OutlineLine[] = [];
  let start = at;
  for (const line of text.split('\n')) {
    const kind = imports.test(line) ? 'import' : signatures.test(line) ? 'signature' : undefined;
    if (kind !== undefined && line.length <= LONGEST_LINE)
      outline.push({ kind, at: start, text: `${line}\n` });
    start += line.length + 1;
  }
  return outline;
}

/**
 * The outlines of what lies above the text that a completion looks at. That is most of a long file, so it is read
 * again only when the anchor has moved.
 */
/** How much of a file is read: its first characters, with the imports, and so many just above the anchor. */
const MAX_TOP = 8_000;
const MAX_ABOVE = 200_000;
const MAX_TEXT = 16_000;
const MAX_DOCUMENTS = 20;

/** What lies above the text that a completion looks at. */
export type Above = {
  readonly outline: readonly OutlineLine[];
  /** The part of it that is nearest. */
  readonly text: string;
};

export const NOTHING: Above = { outline: [], text: '' };

export class Outlines {
  readonly #known = new Map<string, { readonly start: number; readonly above: Above }>();

  /** Of the first `start` characters. */
  above(source: TextSource, start: number, document: { uri: string; languageId: string }): Above {
    if (start === 0) return NOTHING;
    const known = this.#known.get(document.uri);
    if (known?.start === start) return known.above;
    const from = Math.max(0, start - MAX_ABOVE);
    const top = from === 0 ? '' : source.slice(0, Math.min(from, MAX_TOP));
    const text = unixLineEnds(source.slice(from, start));
    const outline = [
      ...outlineOf(unixLineEnds(top), document.languageId),
      ...outlineOf(text, document.languageId, from),
    ];
    const above = { outline, text: text.slice(-MAX_TEXT) };
    this.#known.delete(document.uri);
    this.#known.set(document.uri, { start, above });
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_DOCUMENTS && oldest !== undefined) this.#known.delete(oldest);
    return above;
  }
}
