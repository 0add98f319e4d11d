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
  const shared = Math.min(...withText.map((line) => line.length - line.trimStart().length));
  return lines.map((line) => (line.trim() === '' ? '' : line.slice(shared))).join('\n');
}

/** The first function without its docstring: it would be copied instead of the code being read. */
export function withoutDocstring(code: string): string {
  const definition =
    /^(?:[ \t]*@.*\n)*[ \t]*(?:async[ \t]+def|def|class)\b(?:[^:#'"]|:(?![ \t]*(?:#.*)?\n))*:[ \t]*(?:#.*)?\n/;
  const docstring = /^\s*[rRuUbB]{0,2}("""|''')(?:\\[^]|(?!\1)[^])*\1[ \t]*(?:\n|$)/;
  const head = definition.exec(code)?.[0];
  if (head === undefined) return code;
  return head + code.slice(head.length).replace(docstring, '');
}

function splitAtPlace(template: string): string[] {
  const marked = fillTemplate(template, { code: '\0' });
  return marked.split('\0');
}
