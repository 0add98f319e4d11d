/**
 * A prompt with places like {{input}}. It is taken apart once, before anything of the user is in it: what is put into
 * a place is never looked at for places.
 */
import { say, type Sentence } from '../base/sentence.ts';

export type Piece =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'place'; readonly name: string };
export type Template = readonly Piece[];

/** Something wrong in a text, and where, in UTF-16 units. */
export type Problem = { readonly sentence: Sentence; readonly start: number; readonly end: number };

const PLACE = /\{\{([^{}\n]*)\}\}/g;

/** Spaces and line breaks at its end are no part of it: the model begins with its own. */
export function parseTemplate(
  text: string,
  places: readonly string[],
): { readonly template: Template; readonly problems: readonly Problem[] } {
  const whole = text.trimEnd();
  const problems: Problem[] = [];
  const pieces: Piece[] = [];
  const addText = (piece: string) => {
    if (piece !== '') pieces.push({ kind: 'text', text: piece.replace(/\r\n?/g, '\n') });
  };
  let end = 0;
  for (const match of whole.matchAll(PLACE)) {
    const name = (match[1] ?? '').trim();
    addText(whole.slice(end, match.index));
    end = match.index + match[0].length;
    if (places.includes(name)) pieces.push({ kind: 'place', name });
    else problems.push({ sentence: unknownPlace(name, places), start: match.index, end });
  }
  addText(whole.slice(end));
  return { template: pieces, problems: [...problems, ...countProblems(pieces, places, whole.length)] };
}

/** @param values of every place in the template */
export function fill(template: Template, values: Readonly<Record<string, string>>): string {
  return template
    .map((piece) =>
      piece.kind === 'text'
        ? piece.text
        : Object.hasOwn(values, piece.name)
          ? (values[piece.name] ?? '')
          : '',
    )
    .join('');
}

/** What stands before a place, and behind it. */
export function splitAt(template: Template, name: string): readonly [Template, Template] {
  const at = template.findIndex((piece) => piece.kind === 'place' && piece.name === name);
  return at < 0 ? [[], template] : [template.slice(0, at), template.slice(at + 1)];
}

/** What the user asks must reach the model, and in one place only, since that is where it can be cut. */
function countProblems(pieces: Template, places: readonly string[], end: number): Problem[] {
  const once = ['input', 'history'].filter((name) => places.includes(name));
  return once.flatMap((name) => {
    const count = pieces.filter((piece) => piece.kind === 'place' && piece.name === name).length;
    if (count === 1) return [];
    const sentence =
      count === 0
        ? say`The prompt does not hold ${`{{${name}}}`}. Put it where the text of the user goes.`
        : say`The prompt holds ${`{{${name}}}`} ${count} times. Keep one of them.`;
    return [{ sentence, start: 0, end }];
  });
}

function unknownPlace(name: string, places: readonly string[]): Sentence {
  const known = places.map((place) => `{{${place}}}`).join(', ');
  return say`${`{{${name}}}`} is no place of this prompt. Use one of ${known}, or name it under "ask".`;
}
