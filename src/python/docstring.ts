/** Docstrings: code without them, and code with one more, in the style of its file. */
import { hasErrorIn, type Definition, type PythonFile, type Span } from './structure.ts';
import {
  indentationAt,
  isBlank,
  lineEnd,
  lineEndOf,
  lineStart,
  nextLineStart,
  wholeLines,
} from './textLines.ts';
import { MAX_COLUMNS, paragraphsOf, splitSentence, wrap } from './wrap.ts';

/** What takes the place of a span of the text. */
export type Edit = Span & { readonly text: string };

/** The code of a span without the docstrings of its outermost functions and classes. */
export function withoutDocstrings({ text, definitions }: PythonFile, span: Span): string {
  let code = '';
  let doneTo = span.end - wholeLines(text, span).length;
  let outermostTo = span.start;
  for (const definition of definitions) {
    if (definition.start < outermostTo || definition.end > span.end) continue;
    outermostTo = definition.end;
    const docstring = docstringLines(text, definition);
    if (docstring === undefined) continue;
    code += text.slice(doneTo, docstring.start);
    doneTo = docstring.end;
  }
  return code + text.slice(doneTo, span.end);
}

/** The docstring with its lines; undefined where the code would not be whole without it. */
function docstringLines(text: string, { body, docstring }: Definition): Span | undefined {
  const [first, second] = body.statements;
  if (docstring === undefined || first === undefined) return undefined;
  if (first.end > docstring.end) {
    const behind = /^[)\s]*;[ \t]*/.exec(text.slice(docstring.end, first.end))?.[0] ?? '';
    return { start: docstring.start, end: docstring.end + behind.length };
  }
  if (second === undefined) return undefined;
  const ownLine = lineStart(text, docstring.start);
  const below = nextLineStart(text, body.header.end);
  const start = isBlank(text.slice(below, ownLine)) ? below : ownLine;
  return { start, end: nextLineStart(text, docstring.end) };
}

export type DocstringOptions = {
  /** One step of indentation, where the file shows none. */
  readonly indentationStep: string;
};

/** undefined where the header is not complete. A docstring that is there is replaced. */
export function docstringEdit(
  file: PythonFile,
  definition: Definition,
  words: string,
  { indentationStep }: DocstringOptions,
): Edit | undefined {
  const { text } = file;
  const { start, body, docstring, kind } = definition;
  const [first] = body.statements;
  if (first === undefined || hasErrorIn(file, { start, end: first.start })) return undefined;
  const lineBreak = lineEndOf(text);
  const isBelow = !isOnHeaderLine(text, body.header.end, first.start);
  const indentation = isBelow
    ? indentationAt(text, first.start)
    : indentationAt(text, body.header.start) + (stepIn(file) ?? indentationStep);
  const string = docstringText(words, { indentation, quotes: quotesIn(file) }).join(lineBreak);
  if (docstring !== undefined) return { ...docstring, text: string };
  const below = `${lineBreak}${indentation}`;
  if (!isBelow) return { start: body.header.end, end: first.start, text: `${below}${string}${below}` };
  const at = lineEnd(text, body.header.end);
  // An empty line sets a class's docstring apart, as PEP 257 has it.
  const isApart = kind === 'function' || isBlank(text.slice(at, lineEnd(text, nextLineStart(text, at))));
  return { start: at, end: at, text: `${below}${string}${isApart ? '' : lineBreak}` };
}

/** `def f(): return 1`, and the same with a line that a backslash continues. */
function isOnHeaderLine(text: string, headerEnd: number, bodyStart: number): boolean {
  return !text
    .slice(headerEnd, bodyStart)
    .replace(/\\\r?\n/g, '')
    .includes('\n');
}

type Style = { readonly indentation: string; readonly quotes: string };

/** As lines. All but the first are indented. */
function docstringText(words: string, { indentation, quotes }: Style): string[] {
  const [first = '', ...paragraphs] = paragraphsOf(words).map((paragraph) => escape(paragraph, quotes));
  const [summary, further] = splitSentence(first);
  const rest = further === '' ? paragraphs : [further, ...paragraphs];
  const columns = MAX_COLUMNS - indentation.length;
  const line = quotes + summary + quotes;
  if (rest.length === 0 && line.length <= columns) return [line];
  const [firstLine = '', ...others] = wrap(quotes + summary, columns);
  const below = [...others, ...rest.flatMap((paragraph) => ['', ...wrap(paragraph, columns)]), quotes];
  return [firstLine, ...below.map((text) => (text === '' ? '' : indentation + text))];
}

/** Backslashes, and quotes that could end the string. */
function escape(words: string, quotes: string): string {
  const quote = quotes.charAt(0);
  return words
    .replaceAll('\\', '\\\\')
    .replace(new RegExp(`${quote}{3,}|${quote}$`, 'g'), (run) => run.replace(/./g, '\\$&'));
}

/** The quotes of most docstrings in the file. */
function quotesIn({ text, definitions }: PythonFile): string {
  const docstrings = definitions.flatMap(({ docstring }) => docstring ?? []);
  const single = docstrings.filter(({ start }) => /^\(?\s*[rRuU]?'/.test(text.slice(start, start + 8)));
  return single.length > docstrings.length / 2 ? "'''" : '"""';
}

/** How far a body is indented in this file. */
function stepIn({ text, definitions }: PythonFile): string | undefined {
  for (const { body } of definitions) {
    const [first] = body.statements;
    const outside = indentationAt(text, body.header.start);
    const inside = first === undefined ? '' : indentationAt(text, first.start);
    if (inside.length > outside.length) return inside.slice(outside.length);
  }
  return undefined;
}
