/** The source tree as data: every file, what it imports (types too), and the names it uses. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

export const SOURCE = path.resolve(import.meta.dirname, '../../src');

export type SourceFile = {
  /** Below `src/`, with `/`. */
  readonly name: string;
  readonly text: string;
  /** Modules as written, or files below `src/`. A type is a dependency too. */
  readonly imports: readonly string[];
  /** Identifiers that the code reads, calls or names a type by. */
  readonly identifiers: ReadonlySet<string>;
};

export function sourceFiles(): SourceFile[] {
  return readdirSync(SOURCE, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) =>
      parseSource(name.split(path.sep).join('/'), readFileSync(path.join(SOURCE, name), 'utf8')),
    );
}

export function parseSource(name: string, text: string): SourceFile {
  const imports: string[] = [];
  const identifiers = new Set<string>();
  const visit = (node: ts.Node): void => {
    const specifier = importedBy(node);
    if (specifier !== undefined) imports.push(resolve(name, specifier));
    if (ts.isIdentifier(node)) identifiers.add(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(name, text, ts.ScriptTarget.Latest));
  return { name, text, imports, identifiers };
}

/** What `import … from`, `export … from`, `import('…')` and `typeof import('…')` name. */
function importedBy(node: ts.Node): string | undefined {
  const named =
    ts.isImportDeclaration(node) || ts.isExportDeclaration(node)
      ? node.moduleSpecifier
      : ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)
        ? node.argument.literal
        : ts.isCallExpression(node) && isLoading(node.expression)
          ? node.arguments[0]
          : undefined;
  return named !== undefined && ts.isStringLiteralLike(named) ? named.text : undefined;
}

function isLoading(callee: ts.Expression): boolean {
  return (
    callee.kind === ts.SyntaxKind.ImportKeyword || (ts.isIdentifier(callee) && callee.text === 'require')
  );
}

function resolve(from: string, specifier: string): string {
  return specifier.startsWith('.') ? path.posix.join(path.posix.dirname(from), specifier) : specifier;
}
