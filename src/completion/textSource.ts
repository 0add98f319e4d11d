/** A document that can be read in parts, by UTF-16 offsets. */
export type TextSource = { readonly length: number; slice(start: number, end: number): string };

/** Line ends are always `\n` here. */
export function unixLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}
