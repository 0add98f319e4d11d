/**
 * What a grammar says of a Python file, as data: its statements, and the functions and classes among them. Places are
 * UTF-16 offsets into the text. A span ends behind its last statement, without the comments and lines that follow.
 */

export type Span = { readonly start: number; readonly end: number };

export type PythonFile = {
  readonly text: string;
  readonly statements: readonly Statement[];
  /** Functions and classes at every depth, in the order of the text. */
  readonly definitions: readonly Definition[];
  /** Where the text does not fit the grammar. */
  readonly errors: readonly number[];
};

export type Statement = SimpleStatement | CompoundStatement | Definition;

export type SimpleStatement = Span & { readonly kind: 'simple' };
export type CompoundStatement = Span & { readonly kind: 'compound'; readonly blocks: readonly Block[] };

/** Begins with its first decorator. */
export type Definition = Span & {
  readonly kind: 'function' | 'class';
  readonly name: string;
  /** Their names, in order; none of a class. */
  readonly parameters: readonly string[];
  /** The function or class that it stands in. */
  readonly outer: Definition | undefined;
  readonly body: Block;
  /** The string, with its quotes. */
  readonly docstring: Span | undefined;
};

/** Statements below a header: a branch of a compound statement, or the body of a definition. */
export type Block = {
  /** From the keyword to behind the colon: `else:`, `async def f(x):`. */
  readonly header: Span;
  readonly statements: readonly Statement[];
};

export function isDefinition(statement: Statement): statement is Definition {
  return statement.kind === 'function' || statement.kind === 'class';
}

export function blocksOf(statement: Statement): readonly Block[] {
  if (isDefinition(statement)) return [statement.body];
  return statement.kind === 'compound' ? statement.blocks : [];
}

/** `Library.lend` */
export function qualifiedName({ name, outer }: Definition): string {
  return outer === undefined ? name : `${qualifiedName(outer)}.${name}`;
}

export function hasErrorIn({ errors }: PythonFile, { start, end }: Span): boolean {
  return errors.some((at) => start <= at && at <= end);
}
