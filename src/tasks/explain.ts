/** Code → a sentence about it. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import { GREEDY, type Generated, type GenerateRequest, type ModelSummary } from '../model/generation.ts';
import { fillTemplate, type ExplainPrompt } from '../model/prompts.ts';

const MAX_TOKENS = 120;

export type Explanation = {
  readonly text: string;
  /** Tokens at the end of the code that the model did not see. */
  readonly cutTokens: number;
};

/** @param generate asks the model; may report the answer as it grows */
export async function explain(
  code: string,
  { name, prompts }: Pick<ModelSummary, 'name' | 'prompts'>,
  generate: (request: GenerateRequest) => Promise<Generated>,
): Promise<Explanation> {
  const prompt = prompts.explain;
  if (prompt === undefined)
    throw new UserError('bad-model', say`${name} was not made to explain code. Pick another model.`);
  if (code.trim() === '')
    throw new UserError('bad-argument', 'There is no code to explain. Select some first.');
  const { text, cutTokens } = await generate(explainRequest(code, prompt));
  const explanation = readExplanation(text, prompt);
  if (explanation === '')
    throw new UserError('internal', 'The model had nothing to say about this code. Select a whole function.');
  return { text: explanation, cutTokens };
}

/** The code is cut at its end if it does not fit: how a function begins says most about it. */
export function explainRequest(code: string, prompt: ExplainPrompt): GenerateRequest {
  const [head = '', tail = ''] = splitAtPlace(prompt.template);
  const continues = prompt.linePrefix.trimEnd();
  return {
    prompt: {
      kind: 'text',
      body: head + withoutDocstring(dedent(code)).trimEnd(),
      after: tail,
      cut: 'end',
      heal: false,
    },
    maxTokens: MAX_TOKENS,
    sampling: GREEDY,
    stop: continues === '' ? [] : [{ kind: 'line-without', prefix: continues }],
    priority: 'task',
  };
}

/** The answer as running text: the comment signs are taken off, lines are joined, an empty line is a paragraph. */
export function readExplanation(answer: string, { linePrefix }: ExplainPrompt): string {
  const sign = linePrefix.trim();
  const lines = answer
    .split('\n')
    .map((line) => (sign !== '' && line.startsWith(sign) ? line.slice(sign.length) : line).trim());
  return lines
    .join('\n')
    .split(/\n{2,}/)
    .map((paragraph) => paragraph.replaceAll('\n', ' ').trim())
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** Takes off the indentation that all lines share. */
export function dedent(code: string): string {
  const lines = code
    .replace(/\r\n?/g, '\n')
    .replace(/^(?:[ \t]*\n)+/, '')
    .split('\n');
  const withText = lines.filter((line) => line.trim() !== '');
  const indentations = withText.map((line) => line.length - line.trimStart().length);
  // Not spread into arguments: a whole file has more lines than a call takes.
  const shared = indentations.reduce((least, indentation) => Math.min(least, indentation), Infinity);
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(shared))).join('\n');
}

/** The first function without its docstring: it would be copied instead of the code being read. */
export function withoutDocstring(code: string): string {
  const head = DEFINITION.exec(code);
  if (head === null) return code;
  const bodyStart = head.index + head[0].length;
  const body = code.slice(bodyStart).replace(DOCSTRING, '');
  return body.trim() === '' ? code : code.slice(0, bodyStart) + body;
}

/** `def`, `async def` or `class` up to the colon that ends its line, over texts, comments and other colons. */
const DEFINITION =
  /^[ \t]*(?:async[ \t]+def|def|class)\b(?:"[^"\n]*"|'[^'\n]*'|#.*|:(?![ \t]*(?:#.*)?\n)|[^:#'"])*:[ \t]*(?:#.*)?\n/m;

/** A text that is a statement of its own. A backslash and what follows it belong together, or matching explodes. */
const DOCSTRING =
  /^\s*[rRuU]{0,2}(?:("{3}|'{3})(?:\\[^]|(?!\1)[^\\])*\1|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')[ \t]*(?:#.*)?(?:\n|$)/;

function splitAtPlace(template: string): string[] {
  const marked = fillTemplate(template, { code: '\0' });
  return marked.split('\0');
}
