/** What could be written next in a task's file: a field that is missing, a value that a field may have. */
import { say, type Sentence } from '../base/sentence.ts';
import { splitFile } from './taskParts.ts';
import { TASK_FIELDS } from './taskFields.ts';

export type Suggestion = {
  readonly label: string;
  readonly says: Sentence;
  /** A snippet in VS Code's form. */
  readonly snippet: string;
  /** How much of what stands before the cursor it takes the place of. */
  readonly nReplaced: number;
};

const SKELETON = `---
id: \${1:my-task}
title: \${2:My Task}
input: \${3|selection,file,typed|}
output: \${4|view,insert,replace,document,copy|}
stop: ["\\\\n\\\\n"]
---
\${5:Text: An example.
Answer: What the model should say to it.}

Text: {{input}}
Answer:
`;

export function suggestionsAt(text: string, offset: number): readonly Suggestion[] {
  if (text.trim() === '') {
    return [{ label: 'task', says: say`A whole task, to be filled in.`, snippet: SKELETON, nReplaced: 0 }];
  }
  const parts = splitFile(text);
  if (parts === undefined || offset < parts.yamlStart || offset > parts.yamlStart + parts.yaml.length)
    return [];
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  const [, key = '', written = ''] = /^(\w+):[ \t]*(\S*)$/.exec(line) ?? [];
  if (key !== '') return valuesOf(key, written.length);
  return /^\w*$/.test(line) ? missingFields(parts.yaml, line) : [];
}

function valuesOf(key: string, nReplaced: number): Suggestion[] {
  const field = Object.hasOwn(TASK_FIELDS, key) ? TASK_FIELDS[key] : undefined;
  if (field === undefined) return [];
  const values = (field.values ?? [field.example]).filter((value) => value !== undefined);
  return values.map((value) => ({ label: value, says: field.says, snippet: value, nReplaced }));
}

function missingFields(yaml: string, begun: string): Suggestion[] {
  // The line of the cursor is no field yet.
  const present = new Set([...yaml.matchAll(/^(\w+):/gm)].map((match) => match[1]));
  return Object.entries(TASK_FIELDS)
    .filter(([key]) => !present.has(key))
    .map(([key, { says, values, example = '' }]) => ({
      label: key,
      says,
      snippet:
        values === undefined ? `${key}: \${1:${escaped(example)}}` : `${key}: \${1|${values.join(',')}|}`,
      nReplaced: begun.length,
    }));
}

/** Within a placeholder of a snippet. */
function escaped(text: string): string {
  return text.replace(/[\\$}]/g, '\\$&');
}
