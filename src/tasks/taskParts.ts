/** The two parts of a task's file, and where they begin in it. */
export type Parts = {
  readonly yaml: string;
  readonly yamlStart: number;
  readonly prompt: string;
  readonly promptStart: number;
};

/** undefined where there is no front matter. */
export function splitFile(text: string): Parts | undefined {
  const opening = /^---[ \t]*\r?\n/.exec(text);
  if (opening === null) return undefined;
  const yamlStart = opening[0].length;
  const closing = /^---[ \t]*(?:\r?\n|$)/m.exec(text.slice(yamlStart));
  if (closing === null) return undefined;
  const promptStart = yamlStart + closing.index + closing[0].length;
  const yaml = text.slice(yamlStart, yamlStart + closing.index);
  return { yaml, yamlStart, prompt: text.slice(promptStart), promptStart };
}
