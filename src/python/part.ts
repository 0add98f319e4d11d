/**
 * A piece of code that is explained at once, or, where a model's window is too small for it, part by part: a class
 * method by method, a function by its statements, a file by its definitions. Each part is shown under the headers
 * that it stands below.
 */
import { withoutDocstrings } from './docstring.ts';
import { skeletonOf } from './skeleton.ts';
import { blocksOf, hasErrorIn, isDefinition } from './structure.ts';
import type { Block, Definition, PythonFile, Span, Statement } from './structure.ts';
import { indentationAt, linesOf, wholeLines, type Lines } from './textLines.ts';

export type Part = {
  readonly subject: Subject;
  readonly span: Span;
  readonly lines: Lines;
  /** Its whole lines as they stand in the file, to find them again. */
  readonly source: string;
  /** What a model is shown: without the docstring, which would be copied instead of the code being read. */
  readonly code: string;
  /** The text does not fit the grammar here. */
  readonly hasErrors: boolean;
  /** What it can be split into; nothing where it is one statement. @param size characters that go together */
  readonly split: (size: number) => readonly Part[];
};

export type Subject =
  | { readonly kind: 'definition'; readonly definition: Definition }
  | { readonly kind: 'code' }
  /** A whole file by its signatures. */
  | { readonly kind: 'outline' };

export function outlinePart(file: PythonFile): Part {
  const { text, statements } = file;
  return {
    ...place(file, { start: 0, end: text.trimEnd().length }),
    subject: { kind: 'outline' },
    code: skeletonOf(file),
    split: (size) => partsOf(file, statements, [], size),
  };
}

export function definitionPart(file: PythonFile, definition: Definition): Part {
  return statementsPart(file, [definition], []);
}

/** Code that was selected, whatever it is. */
export function selectionPart(file: PythonFile, span: Span): Part {
  return {
    ...place(file, span),
    subject: { kind: 'code' },
    code: withoutDocstrings(file, span),
    split: (size) => partsOf(file, innermost(within(file.statements, span)), [], size),
  };
}

/** @param context the headers that the statements stand below */
function partsOf(
  file: PythonFile,
  statements: readonly Statement[],
  context: readonly Block[],
  size: number,
): Part[] {
  const groups: Statement[][] = [];
  for (const statement of statements) {
    const group = groups.at(-1);
    const first = group?.[0];
    if (group === undefined || first === undefined || isDefinition(statement) || isDefinition(first))
      groups.push([statement]);
    else if (statement.end - first.start > size) groups.push([statement]);
    else group.push(statement);
  }
  return groups.map((group) => statementsPart(file, group, context));
}

function statementsPart(file: PythonFile, group: readonly Statement[], context: readonly Block[]): Part {
  const span = { start: group[0]?.start ?? 0, end: group.at(-1)?.end ?? 0 };
  const [only, ...others] = group;
  const isOne = only !== undefined && others.length === 0;
  return {
    ...place(file, span),
    subject: isOne && isDefinition(only) ? { kind: 'definition', definition: only } : { kind: 'code' },
    code: [...context.map((block) => headerLines(file, block, span)), withoutDocstrings(file, span)].join(
      '\n',
    ),
    split: (size) => (isOne ? inside(file, only, context, size) : halves(file, group, context)),
  };
}

function inside(file: PythonFile, statement: Statement, context: readonly Block[], size: number): Part[] {
  return blocksOf(statement).flatMap((block) => {
    const isDocstring = (inner: Statement) =>
      isDefinition(statement) && inner.kind === 'simple' && inner.start === statement.docstring?.start;
    const statements = block.statements.filter((inner) => !isDocstring(inner));
    return partsOf(file, statements, [...context, block], size);
  });
}

function halves(file: PythonFile, group: readonly Statement[], context: readonly Block[]): Part[] {
  const middle = Math.ceil(group.length / 2);
  return [group.slice(0, middle), group.slice(middle)].map((half) => statementsPart(file, half, context));
}

/** A header, and a sign for what was left out between it and the part. */
function headerLines({ text }: PythonFile, { header, statements }: Block, { start }: Span): string {
  const lines = wholeLines(text, header);
  const first = statements[0];
  const isNext = first === undefined || first.start >= start;
  return isNext ? lines : `${lines}\n${indentationAt(text, first.start)}...`;
}

function place(file: PythonFile, span: Span): Pick<Part, 'span' | 'lines' | 'source' | 'hasErrors'> {
  return {
    span,
    lines: linesOf(file.text, span),
    source: wholeLines(file.text, span),
    hasErrors: hasErrorIn(file, span),
  };
}

/** What of the statements lies in a span, cut to it. */
function within(statements: readonly Statement[], span: Span): Statement[] {
  return statements.flatMap((statement): Statement[] => {
    const start = Math.max(statement.start, span.start);
    const end = Math.min(statement.end, span.end);
    if (start >= end) return [];
    if (start === statement.start && end === statement.end) return [statement];
    const blocks = blocksOf(statement)
      .map((block) => ({ ...block, statements: within(block.statements, span) }))
      .filter((block) => block.statements.length > 0);
    return [blocks.length === 0 ? { kind: 'simple', start, end } : { kind: 'compound', start, end, blocks }];
  });
}

/** A selection inside of one function is its statements, not the function with little in it. */
function innermost(statements: readonly Statement[]): readonly Statement[] {
  const [only, ...others] = statements;
  if (only?.kind !== 'compound' || others.length > 0) return statements;
  const [block, ...more] = only.blocks;
  const isBelowHeader = block !== undefined && more.length === 0 && only.start > block.header.start;
  return isBelowHeader ? innermost(block.statements) : statements;
}
