/** Code → a sentence about it. */
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import {
  GREEDY,
  hasNoEnd,
  type Generated,
  type GenerateRequest,
  type ModelSummary,
} from '../model/generation.ts';
import { fillTemplate, type ExplainPrompt } from '../model/prompts.ts';

const MAX_TOKENS = 120;

export type Explanation = {
  /** '' where the model had nothing to say. */
  readonly text: string;
  /** The model found no end, and was stopped. */
  readonly isEndless: boolean;
};

/** What becomes of code that does not fit: it is cut at its end, or refused as too long. */
export type Cut = 'end' | 'never';

/** @param generate asks the model; may report the answer as it grows */
export async function explain(
  code: string,
  { name, prompts }: Pick<ModelSummary, 'name' | 'prompts'>,
  generate: (request: GenerateRequest) => Promise<Generated>,
  cut: Cut,
): Promise<Explanation> {
  const prompt = prompts.explain;
  if (prompt === undefined)
    throw new UserError('bad-model', say`${name} was not made to explain code. Pick another model.`);
  if (code.trim() === '')
    throw new UserError('bad-argument', 'There is no code to explain. Select some first.');
  const { text, stopReason } = await generate(explainRequest(code, prompt, cut));
  return {
    text: readExplanation(text, prompt),
    isEndless: hasNoEnd(stopReason),
  };
}

/** Code is cut at its end, if at all: how a function begins says most about it. */
export function explainRequest(code: string, prompt: ExplainPrompt, cut: Cut): GenerateRequest {
  const [head = '', tail = ''] = splitAtPlace(prompt.template);
  const continues = prompt.linePrefix.trimEnd();
  return {
    prompt: {
      kind: 'text',
      body: head + dedent(code).trimEnd(),
      after: tail,
      cut,
      heal: false,
    },
    maxTokens: MAX_TOKENS,
    sampling: GREEDY,
    stop: continues === '' ? [] : [{ kind: 'line-without', prefix: continues }],
    endsLoops: true,
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

function splitAtPlace(template: string): string[] {
  const marked = fillTemplate(template, { code: '\0' });
  return marked.split('\0');
}
