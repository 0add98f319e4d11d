/**
 * Code → what a model says about it, as a whole where it fits the model's window, or else part by part in the order of
 * the text. Of a part that cannot be split, the last lines are left out, and it is known which.
 */
import { UserError } from '../base/userError.ts';
import type { Generated, GenerateRequest, ModelSummary } from '../model/generation.ts';
import type { Part } from '../python/part.ts';
import type { Lines } from '../python/textLines.ts';
import { explain, readExplanation, type Cut } from './explain.ts';

/** What has been said about one part so far. */
export type Section = {
  readonly part: Part;
  readonly text: string;
  readonly state: 'growing' | 'whole' | 'endless' | 'empty';
  /** Lines of the part that the model was not shown; the first of them in part. */
  readonly leftOut?: Lines;
};

/** Asks the model, and tells the answer as it grows. */
export type Ask = (request: GenerateRequest, onText: (text: string) => void) => Promise<Generated>;

export type ExplainContext = {
  readonly model: Pick<ModelSummary, 'name' | 'prompts' | 'nPositions'>;
  readonly ask: Ask;
  /** What has been said, whenever it grows. */
  readonly onSections: (sections: readonly Section[]) => void;
};

/** More characters than a token of code has on average: what exceeds it need not be tried. */
const MOST_CHARACTERS_PER_TOKEN = 6;
/** Statements go together as long as they are likely to fit at once, beside their headers. */
const CHARACTERS_TOGETHER_PER_TOKEN = 2;
/** What stays of the lines when those before were still too long. */
const SHRINKING = 0.75;

export async function explainParts(part: Part, context: ExplainContext): Promise<readonly Section[]> {
  const done: Section[] = [];
  const waiting = [part];
  const inOrder = {
    ...context,
    onSections: (grown: readonly Section[]) => context.onSections([...done, ...grown]),
  };
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    let section = await unlessTooLong(next, next.code, inOrder);
    if (section === undefined) {
      const parts = next.split(context.model.nPositions * CHARACTERS_TOGETHER_PER_TOKEN);
      waiting.unshift(...parts);
      if (parts.length > 0) continue;
      section = await explainBeginning(next, inOrder);
    }
    done.push(section);
    context.onSections([...done]);
  }
  return done;
}

/** Nothing at all is no explanation. */
export function checkSaid(sections: readonly Section[]): void {
  if (sections.some(({ state }) => state !== 'empty')) return;
  throw new UserError('internal', 'The model had nothing to say about this code. Select a whole function.');
}

/** With as many of its first lines as fit. */
async function explainBeginning(part: Part, context: ExplainContext): Promise<Section> {
  const { first, last } = part.lines;
  const lines = part.code.split('\n');
  const nHeaders = Math.max(0, lines.length - (last - first + 1));
  let nKept = lines.length - nHeaders;
  while (nKept > 1) {
    nKept = Math.max(1, Math.floor(nKept * SHRINKING));
    const code = lines.slice(0, nHeaders + nKept).join('\n');
    const section = await unlessTooLong(part, code, context);
    if (section !== undefined) return { ...section, leftOut: { first: first + nKept, last } };
  }
  const firstLine = lines
    .slice(0, nHeaders + 1)
    .join('\n')
    .slice(0, mostCharacters(context));
  return { ...(await explainPart(part, firstLine, context, 'end')), leftOut: { first, last } };
}

async function unlessTooLong(
  part: Part,
  code: string,
  context: ExplainContext,
): Promise<Section | undefined> {
  if (code.length > mostCharacters(context)) return undefined;
  try {
    return await explainPart(part, code, context, 'never');
  } catch (error) {
    if (error instanceof UserError && error.code === 'too-long') return undefined;
    throw error;
  }
}

function mostCharacters({ model }: ExplainContext): number {
  return model.nPositions * MOST_CHARACTERS_PER_TOKEN;
}

async function explainPart(
  part: Part,
  code: string,
  { model, ask, onSections }: ExplainContext,
  cut: Cut,
): Promise<Section> {
  const prompt = model.prompts.explain;
  const onText = (answer: string) => {
    const text = prompt === undefined ? '' : readExplanation(answer, prompt);
    onSections([{ part, text, state: 'growing' }]);
  };
  const { text, isEndless } = await explain(code, model, (request) => ask(request, onText), cut);
  if (!/\p{Letter}/u.test(text)) return { part, text: '', state: 'empty' };
  return { part, text: isEndless ? wholeSentences(text) : text, state: isEndless ? 'endless' : 'whole' };
}

/** Without the sentence that was broken off, unless there is no other. */
function wholeSentences(text: string): string {
  return /^[^]*[.!?](?=\s)/.exec(text)?.[0] ?? text;
}
