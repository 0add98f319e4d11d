/** Where a generated text ends, by the rules of its request. */
import type { StopRule } from '../model/generation.ts';

/** How much of `text` is kept if a rule has been met: the least that any asks for. undefined: go on. */
export function findStop(text: string, rules: readonly StopRule[]): number | undefined {
  const ends = rules.map((rule) => endBy(rule, text)).filter((end) => end !== undefined);
  return ends.length === 0 ? undefined : Math.min(...ends);
}

/** How much of `text` is kept for certain, whatever comes next: the rest may be the beginning of an end. */
export function settledLength(text: string, rules: readonly StopRule[]): number {
  return Math.min(text.length, ...rules.map((rule) => settledBy(rule, text)));
}

function settledBy(rule: StopRule, text: string): number {
  const lineStart = text.lastIndexOf('\n') + 1;
  const line = text.slice(lineStart);
  switch (rule.kind) {
    case 'before':
      return text.length - overlap(text, rule.text);
    case 'behind':
    case 'lines':
      return text.length;
    case 'line-without':
      return lineStart === 0 || line.startsWith(rule.prefix) ? text.length : lineStart - 1;
    case 'dedent':
      return lineStart === 0 || line.trim() !== '' ? text.length : lineStart - 1;
  }
}

/** Characters at the end of `text` that `wanted` begins with. */
function overlap(text: string, wanted: string): number {
  let length = Math.min(text.length, wanted.length - 1);
  while (length > 0 && !wanted.startsWith(text.slice(-length))) length--;
  return Math.max(0, length);
}

function endBy(rule: StopRule, text: string): number | undefined {
  switch (rule.kind) {
    case 'before':
      return found(text.indexOf(rule.text));
    case 'behind':
      return found(text.indexOf(rule.text), rule.text.length);
    case 'lines':
      return endOfLine(text, rule.count);
    case 'line-without':
      return beforeLine(
        text,
        (line, isWhole) => !line.startsWith(rule.prefix) && (isWhole || !rule.prefix.startsWith(line)),
      );
    case 'dedent':
      return beforeLine(text, (line) => leavesBlock(line, rule.columns));
  }
}

/** A line that begins with a closing bracket still belongs to what it closes. */
function leavesBlock(line: string, columns: number): boolean {
  const text = line.trimStart();
  return text !== '' && line.length - text.length < columns && !/^[)\]}]/.test(text);
}

function found(index: number, plus = 0): number | undefined {
  return index < 0 ? undefined : index + plus;
}

/** End of the text before the first line, after the first, that `ends` it. The last line may not be whole yet. */
function beforeLine(text: string, ends: (line: string, isWhole: boolean) => boolean): number | undefined {
  const lines = text.split('\n');
  let start = (lines[0] ?? '').length;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    if (ends(line, index < lines.length - 1)) return start;
    start += 1 + line.length;
  }
  return undefined;
}

/** Where line number `count` (from 1) ends, once its line feed is there. */
function endOfLine(text: string, count: number): number | undefined {
  let end = -1;
  for (let line = 0; line < count; line++) {
    end = text.indexOf('\n', end + 1);
    if (end < 0) return undefined;
  }
  return end;
}
