/** Code that was read some time ago, found again in a text that may have been changed around it. */

/** Where it begins; the nearest to where it was, if there are several. Whole lines match whole lines. */
export function findAgain(text: string, code: string, wasAt: number): number | undefined {
  let nearest: number | undefined;
  for (let at = text.indexOf(code); at >= 0; at = text.indexOf(code, at + 1)) {
    if (!isWhole(text, at, at + code.length)) continue;
    if (nearest === undefined || Math.abs(at - wasAt) < Math.abs(nearest - wasAt)) nearest = at;
  }
  return nearest;
}

/** It does not begin or end inside of a word. */
function isWhole(text: string, start: number, end: number): boolean {
  const cutsWord = (at: number) => /^[\p{L}\p{N}_]{2}$/u.test(text.slice(at - 1, at + 1));
  return !cutsWord(start) && !cutsWord(end);
}
