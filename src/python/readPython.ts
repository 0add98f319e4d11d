/** A Python file's text → its structure, in small steps (see grammar.ts). */
import { childrenOf, parse, type Node, type Tree } from './grammar.ts';
import type { Block, CompoundStatement, Definition, PythonFile, Span, Statement } from './structure.ts';

/** Nodes looked at between two pauses. */
const NODES_AT_ONCE = 500;

const COMPOUND = /^(?:If|While|For|Try|With|Match)Statement$|^MatchClause$/;
const DEFINITION = /^(?:Decorated|Function|Class)(?:Statement|Definition)$/;

export function* readPython(text: string): Generator<undefined, PythonFile> {
  const tree = yield* parse(text);
  const definitions: Definition[] = [];
  const reading: Reading = { text, definitions, outer: undefined };
  const statements: Statement[] = [];
  for (const child of childrenOf(tree.topNode)) {
    statements.push(...readStatement(child, reading));
    yield;
  }
  // A definition is complete when all in it has been read; the text has it before those.
  definitions.sort((a, b) => a.start - b.start);
  return { text, statements, definitions, errors: yield* errorsIn(tree, text) };
}

type Reading = {
  readonly text: string;
  /** All that were met. */
  readonly definitions: Definition[];
  readonly outer: Definition | undefined;
};

/** None for a comment, an error or a sign; several where the text does not fit the grammar. */
function readStatement(node: Node, reading: Reading): Statement[] {
  if (DEFINITION.test(node.name)) return [readDefinition(node, reading)];
  if (COMPOUND.test(node.name)) return [readCompound(node, reading)];
  if (node.type.isError) return [...childrenOf(node)].flatMap((child) => readStatement(child, reading));
  if (node.type.is('Statement')) return [{ kind: 'simple', ...spanOf(node) }];
  return [];
}

function readCompound(node: Node, reading: Reading): CompoundStatement {
  const blocks: Block[] = [];
  let header: Node | undefined;
  for (const child of childrenOf(node)) {
    header ??= child.name === 'Comment' ? undefined : child;
    // The clauses of `match` are statements of its body.
    if (child.name !== 'Body' && child.name !== 'MatchBody') continue;
    blocks.push({
      header: { start: header?.from ?? child.from, end: child.from + 1 },
      statements: [...childrenOf(child)].flatMap((statement) => readStatement(statement, reading)),
    });
    header = undefined;
  }
  return { kind: 'compound', ...spanOf(node), blocks };
}

function readDefinition(node: Node, reading: Reading): Definition {
  const { text, definitions, outer } = reading;
  const bare = node.getChild('FunctionDefinition') ?? node.getChild('ClassDefinition') ?? node;
  const name = bare.getChild('VariableName');
  const body = bare.getChild('Body');
  const statements: Statement[] = [];
  const definition: Definition = {
    kind: bare.name === 'ClassDefinition' ? 'class' : 'function',
    name: name === null ? '' : text.slice(name.from, name.to),
    parameters: parametersOf(bare, text),
    ...spanOf(node),
    outer,
    body: { header: { start: bare.from, end: body === null ? endOf(bare) : body.from + 1 }, statements },
    docstring: body === null ? undefined : docstringIn(body, text),
  };
  definitions.push(definition);
  if (body !== null) {
    // The functions in it name it as the one that they stand in.
    for (const child of childrenOf(body))
      statements.push(...readStatement(child, { ...reading, outer: definition }));
  }
  return definition;
}

/** A name behind `=` is a default. */
function parametersOf(definition: Node, text: string): string[] {
  const names = definition.getChild('ParamList')?.getChildren('VariableName') ?? [];
  return names
    .filter(({ prevSibling }) => prevSibling?.name !== 'AssignOp')
    .map(({ from, to }) => text.slice(from, to));
}

/** The first statement, where it is a string that Python takes for one: no bytes, nothing to be formatted. */
function docstringIn(body: Node, text: string): Span | undefined {
  const first = [...childrenOf(body)].find(({ type }) => type.is('Statement'));
  const statement = first?.name === 'StatementGroup' ? first.firstChild : first;
  const value = statement?.name === 'ExpressionStatement' ? statement.firstChild : null;
  let bare = value;
  while (bare?.name === 'ParenthesizedExpression') bare = bare.getChild('Expression');
  const strings = bare?.name === 'ContinuedString' ? [...childrenOf(bare)] : [bare];
  const isDocstring = strings.every(
    (part) =>
      part?.name === 'Comment' || (part?.name === 'String' && !/^[rR]?[bB]/.test(text.slice(part.from))),
  );
  return isDocstring && value !== null ? { start: value.from, end: value.to } : undefined;
}

function spanOf(node: Node): Span {
  return { start: node.from, end: endOf(node) };
}

/** A node with a body ends with the line end below it; what is meant is where its last statement ends. */
function endOf(node: Node): number {
  let last: Node = node;
  for (;;) {
    const inside: Node | undefined = lastOf(last);
    if (inside === undefined) return last.to;
    last = inside;
  }
}

function lastOf(node: Node): Node | undefined {
  let child = node.lastChild;
  while (child !== null && (child.name === 'Comment' || (child.type.isError && child.from === child.to)))
    child = child.prevSibling;
  return child ?? undefined;
}

function* errorsIn(tree: Tree, text: string): Generator<undefined, number[]> {
  const errors: number[] = [];
  const cursor = tree.cursor();
  let nNodes = 0;
  do {
    const { type, from, to } = cursor;
    if (type.isError) errors.push(from === to ? behindText(text, from) : from);
    if (++nNodes % NODES_AT_ONCE === 0) yield;
  } while (cursor.next());
  return errors;
}

/** What is missing is missed by what stands before, not by what may follow some lines further down. */
function behindText(text: string, offset: number): number {
  let at = offset;
  while (at > 0 && /\s/.test(text.charAt(at - 1))) at--;
  return at;
}
