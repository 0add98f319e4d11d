/** explain: what a model says of Python, from a terminal. */
import path from 'node:path';
import { inSlices } from '../base/inSlices.ts';
import { UserError } from '../base/userError.ts';
import { unixLineEnds } from '../completion/textSource.ts';
import type { Part } from '../python/part.ts';
import { qualifiedName, type Span } from '../python/structure.ts';
import type { Lines } from '../python/textLines.ts';
import { checkSaid, explainParts, type Section } from '../tasks/explainParts.ts';
import { MODEL_OPTION, RUN_OPTIONS, withModel, type Arguments, type Command } from './command.ts';
import { readText } from './score.ts';

export const explainCommand: Command = {
  usage:
    '<file> [--lines a-b | --line n] [--model <folder>] [--threads n] [--device d]\n' +
    '--lines: these; --line: the function or class that the line is in; neither: the whole file.',
  summary: 'Explains Python in a sentence, or part by part where it is long.',
  nPositionals: 1,
  options: { ...MODEL_OPTION, ...RUN_OPTIONS, lines: { type: 'string' }, line: { type: 'string' } },
  run: async (args) => {
    const text = await readPythonText(args.positional(0, 'a file'));
    const selection = selectionOf(text, args);
    const { readPython, targetOf } = await import('../python/bundle.ts');
    const part = targetOf(await inSlices(readPython(text)), selection);
    const sections = await withModel(args, (client, model) =>
      explainParts(part, {
        model,
        ask: (request) => client.call('generate', request),
        onSections: () => undefined,
      }),
    );
    checkSaid(sections);
    for (const { leftOut } of sections) if (leftOut !== undefined) process.stderr.write(leftOutLine(leftOut));
    return { json: { text: textOf(sections), parts: sections.map(partOf) }, text: textOf(sections) };
  },
};

export async function readPythonText(file: string): Promise<string> {
  if (!/^(?:\.pyi?w?)?$/i.test(path.extname(file)))
    throw new UserError('bad-argument', `${file} is no Python file. Name one that ends with .py.`);
  return unixLineEnds((await readText(file)).replace(/^\uFEFF/, ''));
}

function leftOutLine({ first, last }: Lines): string {
  return `The code was longer than the model reads: lines ${first} to ${last} were left out.\n`;
}

function textOf(sections: readonly Section[]): string {
  const headed = sections.length > 1;
  return sections
    .map(({ part, text }) => (headed ? `${nameOf(part)} (${rangeOf(part.lines)})\n${text}` : text))
    .join('\n\n');
}

function partOf({ part, text, state, leftOut }: Section): unknown {
  return {
    name: nameOf(part),
    lines: rangeOf(part.lines),
    text,
    state,
    leftOut: leftOut && rangeOf(leftOut),
  };
}

function nameOf({ subject }: Part): string {
  return subject.kind === 'definition' ? qualifiedName(subject.definition) : subject.kind;
}

function rangeOf({ first, last }: Lines): string {
  return `${first}-${last}`;
}

/** Lines from 1, both included; or a cursor in a line. */
function selectionOf(text: string, args: Arguments): Span {
  const starts = [0, ...Array.from(text.matchAll(/\n/g), ({ index }) => index + 1)];
  const startOf = (line: number) => starts[line - 1] ?? text.length;
  const line = args.whole('line', { min: 1, max: starts.length });
  if (line !== undefined) return { start: startOf(line), end: startOf(line) };
  const range = args.text('lines');
  if (range === undefined) return { start: 0, end: text.length };
  const [first = 0, last = 0] = (/^(\d+)-(\d+)$/.exec(range) ?? []).slice(1).map(Number);
  if (first < 1 || first > last || first > starts.length) {
    throw new UserError(
      'bad-argument',
      `--lines is "${range}"; it must be like 3-10, within the file's ${starts.length} lines.`,
    );
  }
  return { start: startOf(first), end: startOf(last + 1) };
}
