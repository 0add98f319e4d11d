/** A document that can be read in parts, by UTF-16 offsets. */
export type TextSource = { readonly length: number; slice(start: number, end: number): string };

/** Line ends are always `\n` here. */
export function unixLineEnds(text: string): string {
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Several texts as one, each but the last with this behind it. Only what is asked for is read of each. */
export function joinedSource(parts: readonly TextSource[], separator: string): TextSource {
  const placed: { readonly source: TextSource; readonly start: number }[] = [];
  let length = 0;
  for (const [index, part] of parts.entries()) {
    const source = index === parts.length - 1 ? part : followedBy(part, separator);
    placed.push({ source, start: length });
    length += source.length;
  }
  const slice = (start: number, end: number) =>
    placed
      .filter((part) => part.start < end && part.start + part.source.length > start)
      .map((part) =>
        part.source.slice(Math.max(0, start - part.start), Math.min(part.source.length, end - part.start)),
      )
      .join('');
  return { length, slice };
}

function followedBy(source: TextSource, separator: string): TextSource {
  const { length } = source;
  const slice = (start: number, end: number) =>
    (start < length ? source.slice(start, Math.min(end, length)) : '') +
    separator.slice(Math.max(0, start - length), Math.max(0, end - length));
  return { length: length + separator.length, slice };
}
