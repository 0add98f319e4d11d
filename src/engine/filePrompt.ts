/**
 * A file that is too long for the window, as ids: the outline of what had to be cut off, then the file from a line
 * start on. Typing only appends to that, since the file is cut at the same place until it has grown by a step:
 * whatever the cache holds stays true.
 */
import type { FilePrompt, OutlineLine } from '../model/generation.ts';
import type { Tokenizer } from '../tokenizer/tokenizer.ts';
import { healed, type FittedPrompt, type Room } from './fittedPrompt.ts';

/** A file is cut at the first line behind a multiple of this share of the window, in characters. */
const STEPS_PER_WINDOW = 8;
const CHARACTERS_PER_TOKEN = 3;

/** Of the window, what the outline may take. */
const OUTLINE_SHARE = 1 / 4;

/** Of that, what imports may take at most. */
const IMPORTS_SHARE = 1 / 2;

export function fitFile(prompt: FilePrompt, tokenizer: Tokenizer, room: Room): FittedPrompt {
  const stepTokens = Math.max(1, Math.floor(room.windowTokens / STEPS_PER_WINDOW));
  const budgetTokens = room.windowTokens - Math.max(room.answerTokens, stepTokens);
  const outlineTokens = Math.floor(room.windowTokens * OUTLINE_SHARE);

  const whole = tokenizer.encode(prompt.body);
  if (prompt.start === 0 && whole.length <= budgetTokens)
    return { ...healed(whole, tokenizer), cutTokens: 0 };

  const cut = cutBody(prompt, tokenizer, {
    budgetTokens: budgetTokens - (prompt.outline.length > 0 ? outlineTokens : 0),
    stepCharacters: stepTokens * CHARACTERS_PER_TOKEN,
  });
  const cutOff = prompt.outline.filter(({ at }) => at < prompt.start + cut.at);
  const outline = encodeOutline(cutOff, tokenizer, outlineTokens);
  const ids = [...outline, ...cut.ids];
  return { ...healed(ids, tokenizer), cutTokens: Math.max(0, whole.length - cut.ids.length) };
}

type Cut = { /** In the body. */ readonly at: number; readonly ids: readonly number[] };

/** The longest end of the body that fits and begins at a line that a step lies before. */
function cutBody(
  { body, start }: FilePrompt,
  tokenizer: Tokenizer,
  { budgetTokens, stepCharacters }: { budgetTokens: number; stepCharacters: number },
): Cut {
  const cuts = [...lineStarts(body, start, stepCharacters)];
  const sizes = cuts.map((at, index) => tokenizer.encode(body.slice(at, cuts[index + 1])).length);
  let first = 0;
  let nTokens = sizes.reduce((sum, size) => sum + size, 0);
  for (; first < cuts.length; first++) {
    const at = cuts[first] ?? 0;
    // The sum of the pieces is an estimate: tokens may reach over a line end.
    if (nTokens <= budgetTokens + sizes.length) {
      const ids = tokenizer.encode(body.slice(at));
      if (ids.length <= budgetTokens) return { at, ids };
    }
    nTokens -= sizes[first] ?? 0;
  }
  // One line longer than the window.
  const ids = tokenizer.encode(body.slice(-budgetTokens * CHARACTERS_PER_TOKEN)).slice(-budgetTokens);
  return { at: body.length, ids };
}

/** Where the body may begin: at its own beginning, and at the first line start behind each multiple of a step. */
function* lineStarts(body: string, start: number, step: number): Generator<number> {
  yield 0;
  let last = 0;
  for (let at = step - (start % step); at < body.length; at += step) {
    const lineEnd = body.indexOf('\n', at - 1);
    if (lineEnd < 0) return;
    if (lineEnd + 1 > last) yield (last = lineEnd + 1);
  }
}

/** Imports from the first on, then the signatures that are nearest to the cut; in the order of the file. */
function encodeOutline(
  lines: readonly OutlineLine[],
  tokenizer: Tokenizer,
  budgetTokens: number,
): readonly number[] {
  const sized = lines.map((line) => ({ line, ids: tokenizer.encode(line.text) }));
  const taken = new Set<(typeof sized)[number]>();
  let rest = budgetTokens;
  const take = (wanted: typeof sized, least: number) => {
    for (const one of wanted) {
      if (rest - one.ids.length < least) return;
      rest -= one.ids.length;
      taken.add(one);
    }
  };
  take(
    sized.filter(({ line }) => line.kind === 'import'),
    budgetTokens * (1 - IMPORTS_SHARE),
  );
  take(sized.filter(({ line }) => line.kind === 'signature').toReversed(), 0);
  return sized.filter((one) => taken.has(one)).flatMap(({ ids }) => ids);
}
