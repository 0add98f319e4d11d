import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { MAX_FILE_BYTES, readTaskBytes, readTaskFile } from '../../../src/tasks/taskFile.ts';
import { problemsIn, taskOf, taskText } from '../../support/taskFiles.ts';

const BUILT_IN = path.resolve('media/tasks');

describe('the tasks that come with the extension', () => {
  const files = readdirSync(BUILT_IN);
  const read = files.map((name) => [name, readTaskBytes(readFileSync(path.join(BUILT_IN, name)))] as const);

  it.each(read)('%s has no problem and says what it does', (name, { task, problems }) => {
    expect(problems).toEqual([]);
    expect(`${task!.id}.md`).toBe(name);
    expect(task!.description).not.toBe('');
  });

  it('are those that the introduction of GPT-J names', () => {
    expect(files.sort()).toEqual(
      ['chat', 'classify', 'ideas', 'question', 'sentiment', 'summary', 'table', 'translate'].map(
        (id) => `${id}.md`,
      ),
    );
  });

  it.each(read)(
    '%s shows examples in the form that it asks for, none of which a stop rule would cut',
    (_, file) => {
      const { template, stop } = file.task!;
      const examples = template[0]!.kind === 'text' ? template[0]!.text : '';
      expect(examples.split('\n\n').length).toBeGreaterThanOrEqual(3);
      const last = template.at(-1)!;
      const cue = last.kind === 'text' ? last.text.slice(last.text.lastIndexOf('\n') + 1) : '';
      // An example's answer begins behind the same words and ends before the next example.
      for (const answer of examples.split(`\n${cue || '\n'}`).slice(1)) {
        const text = answer.split('\n\n')[0]!;
        for (const rule of stop) if (rule.kind === 'before') expect(text).not.toContain(rule.text);
      }
    },
  );
});

describe('a file', () => {
  it('is read with everything that may stand in it', () => {
    const text = `---
id: my-task
title: 'My: Task' # a comment
description: Says it.
input: file
languages: [python, sql]
ask:
  question: What do you want to know?
answer: label
labels: [yes, no, "maybe, later"]
output: copy
stop: ["\\n\\n", { behind: ";" }, { lines: 3 }]
maxTokens: 12
sampling: { temperature: 0.5, topK: 40, topP: 0.9 }
cut: start
---
Text: {{input}}
{{labels}} in {{editorLanguage}}: {{ question }}
`;
    for (const form of [text, text.replaceAll('\n', '\r\n'), `\uFEFF${text}`]) {
      expect(readTaskBytes(new TextEncoder().encode(form))).toMatchObject({
        problems: [],
        task: {
          ...{ id: 'my-task', title: 'My: Task', description: 'Says it.', input: 'file' },
          ...{ languages: ['python', 'sql'], answer: 'label', labels: ['yes', 'no', 'maybe, later'] },
          ...{ output: 'copy', maxTokens: 12, cut: 'start' },
          ask: [{ name: 'question', text: 'What do you want to know?' }],
          stop: [
            { kind: 'before', text: '\n\n' },
            { kind: 'behind', text: ';' },
            { kind: 'lines', count: 3 },
          ],
          sampling: { temperature: 0.5, topK: 40, topP: 0.9 },
          template: [
            { kind: 'text', text: 'Text: ' },
            { kind: 'place', name: 'input' },
            { kind: 'text', text: '\n' },
            { kind: 'place', name: 'labels' },
            { kind: 'text', text: ' in ' },
            { kind: 'place', name: 'editorLanguage' },
            { kind: 'text', text: ': ' },
            { kind: 'place', name: 'question' },
          ],
        },
      });
    }
  });

  it('needs little', () => {
    expect(taskOf()).toMatchObject({
      ...{ answer: 'text', maxTokens: 200, sampling: { temperature: 0 }, cut: 'end', stop: [], ask: [] },
      ...{ languages: [], labels: [] },
    });
  });

  it.each([
    ['no front matter', 'Text: {{input}}', /begins with a line "---".* @T$/],
    ['no end of the front matter', '---\nid: a\n', /begins with a line "---"/],
    ['an empty front matter', '---\n---\n{{input}}', /There are no fields/],
    ['a list in its place', '---\n- a\n---\n{{input}}', /There are no fields/],
    [
      'nothing of what is needed',
      '---\ntitle: A\n---\n{{input}}',
      /"id" is missing.*"input" is missing.*"output" is missing/,
    ],
    [
      'a field that is not known',
      taskText('colour: red\n'),
      /^"colour" is no field of a task\. .*@colour: red$/,
    ],
    ['a field twice', taskText('title: B\n'), /This is not valid YAML: Map keys must be unique/],
    [
      'a name with spaces',
      taskText().replace('a-task', 'A Task'),
      /^"id" must be small letters.*@id: A Task$/,
    ],
    ['a title of two lines', taskText().replace('A Task', '"a\\nb"'), /"title" must be a line of at most 80/],
    [
      'another input',
      taskText().replace('selection', 'clipboard'),
      /"input" must be one of selection, file, typed/,
    ],
    [
      'a number that is none',
      taskText('maxTokens: many\n'),
      /"maxTokens" must be a whole number from 1 to 1024/,
    ],
    ['too many tokens', taskText('maxTokens: 1e9\n'), /"maxTokens" must be/],
    ['a stop rule that is none', taskText('stop: [{ line: 3 }]\n'), /"stop" must be a list/],
    ['an empty stop rule', taskText('stop: [""]\n'), /"stop" must be a list/],
    ['a way to draw that is none', taskText('sampling: { heat: 1 }\n'), /"sampling" must be temperature/],
    ['a temperature of 5', taskText('sampling: { temperature: 5 }\n'), /"sampling" must be temperature/],
    ['a question whose name is taken', taskText('ask: { input: What? }\n'), /"ask" must be/],
    ['a question that is none', taskText('ask: { question: [a] }\n'), /"ask" must be/],
    ['no labels', taskText('answer: label\n'), /^"labels" is missing\. Add it: "ask", or a list of 2 to 50/],
    ['one label', taskText('answer: label\nlabels: [a]\n'), /"labels" must be "ask", or a list of 2/],
    ['a label twice', taskText('answer: label\nlabels: [a, b, a]\n'), /"labels" must be .* different/],
    ['labels that are numbers', taskText('answer: label\nlabels: [1, 2]\n'), /"labels" must be/],
    ['labels without use', taskText('labels: [a, b]\n'), /"labels" goes with "answer: label" only/],
    ['a form without a table', taskText('as: json\n'), /"as" goes with a table only/],
    ['no place for the input', taskText('', 'Hello'), /does not hold \{\{input\}\}/],
    ['no prompt at all', taskText('', ''), /does not hold \{\{input\}\}/],
    ['two places for the input', taskText('', '{{input}} {{input}}'), /holds \{\{input\}\} 2 times/],
    [
      'an unknown place',
      taskText('', '{{input}} {{name}}'),
      /^\{\{name\}\} is no place of this prompt.*@\{\{name\}\}$/,
    ],
    ['a place of the chat', taskText('', '{{history}}{{input}}'), /\{\{history\}\} is no place/],
    ['an alias', taskText('description: &a B\nstop: *a\n'), /"stop" must be a list/],
    ['a tag', taskText('description: !!js/function "x"\n'), /not valid YAML: Unresolved tag/],
    [
      'prototypes',
      taskText('__proto__: { a: 1 }\nconstructor: b\n'),
      /"__proto__" is no field.* @.*"constructor" is no field/,
    ],
    ['a key that is a map', taskText('? { a: b }\n: c\n'), /YAML|plain word/],
    ['a file that is binary', '---\n\0---\n', /The file is binary/],
    ['fields without end', `---\n${'a: b\n'.repeat(3_000)}---\n{{input}}`, /at most 8192 are read/],
  ])('with %s says so', (_, text, expected) => {
    expect(problemsIn(text).join(' ')).toMatch(expected);
    expect(readTaskFile(text).task).toBeUndefined();
  });

  it.each(['[', '{', '{a: ', '[{a: ', '- ', '? ', '? - ', '[? '])(
    'with thousands of %j is not gone into',
    (part) => {
      const [problem] = problemsIn(`---\n${part.repeat(8_000 / part.length)}\n---\n{{input}}`);
      expect(problem).toMatch(/more than 300/);
    },
  );

  it('may nest as deeply as its limits allow', () => {
    for (const part of ['[', '{a: ', '- ', '? ']) {
      expect(problemsIn(`---\n${part.repeat(140)}\n---\n{{input}}`).length).toBeGreaterThan(0);
    }
    const labels = Array.from({ length: 50 }, (_, index) => `\n  - label ${index}`).join('');
    expect(taskOf(`answer: label\nlabels:${labels}\n`).labels).toHaveLength(50);
  });

  it('tells all of its problems at once', () => {
    const text = taskText('colour: red\nmaxTokens: 0\n', '{{inptu}}').replace('selection', 'x');
    expect(problemsIn(text)).toHaveLength(5);
  });

  it('that is too large or no UTF-8 is refused before it is looked at', () => {
    const { problems } = readTaskBytes(new Uint8Array(MAX_FILE_BYTES + 1));
    expect(problems[0]!.sentence.template).toContain('Shorten its examples');
    expect(
      readTaskBytes(Uint8Array.of(0x2d, 0x2d, 0x2d, 0x0a, 0xff)).problems[0]!.sentence.template,
    ).toContain('no text in UTF-8');
  });
});
