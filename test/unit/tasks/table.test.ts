import { describe, expect, it } from 'vitest';
import { spell } from '../../../src/base/sentence.ts';
import { convertTable } from '../../../src/tasks/table.ts';
import { TABLE_FORMS, type TableForm } from '../../../src/tasks/task.ts';

const FORMS: Readonly<Record<TableForm, string>> = {
  csv: 'name,note,age\nAda,"a | b, c",36\n"Bo ""B""",,7',
  markdown: '| name | note | age |\n| --- | --- | --- |\n| Ada | a \\| b, c | 36 |\n| Bo "B" |  | 7 |',
  json: JSON.stringify(
    [
      { name: 'Ada', note: 'a | b, c', age: 36 },
      { name: 'Bo "B"', note: '', age: 7 },
    ],
    undefined,
    2,
  ),
};

const pairs = TABLE_FORMS.flatMap((from) => TABLE_FORMS.map((to) => [from, to] as const));

describe('a table', () => {
  it.each(pairs)('in %s becomes the same in %s', (from, to) => {
    expect(convertTable(FORMS[from], from, to)).toEqual({ text: FORMS[to] });
  });

  it.each([
    ['spaces around cells', ' a , b\n 1 , 2 \n', 'a,b\n1,2'],
    ['empty lines', 'a,b\n\n1,2\n\n', 'a,b\n1,2'],
    ['a line break in a cell', 'a,b\n"1\n2",3', 'a,b\n"1\n2",3'],
  ])('in CSV may have %s', (_, text, expected) => {
    expect(convertTable(text, 'csv', 'csv')).toEqual({ text: expected });
  });

  it('in Markdown may do without the outer bars', () => {
    expect(convertTable('a | b\n:--|--:\n1 | 2', 'markdown', 'csv')).toEqual({ text: 'a,b\n1,2' });
  });

  it('keeps numbers that are written in another way as they are', () => {
    const { text } = convertTable('a,b,c\n007,1e3,-2.5', 'csv', 'json') as { text: string };
    expect(JSON.parse(text)).toEqual([{ a: '007', b: '1e3', c: -2.5 }]);
  });

  it('may have columns with strange names', () => {
    const { text } = convertTable('__proto__,constructor\n1,2', 'csv', 'json') as { text: string };
    expect(text).toBe('[\n  {\n    "__proto__": 1,\n    "constructor": 2\n  }\n]');
    expect(convertTable(text, 'json', 'csv')).toEqual({ text: '__proto__,constructor\n1,2' });
  });

  it('of any other JSON stays as it is', () => {
    expect(convertTable('{"a":[1]}', 'json', 'json')).toEqual({ text: '{\n  "a": [\n    1\n  ]\n}' });
  });
});

it.each([
  ['csv', 'a,b\n1,2,3', 'its rows have different numbers of cells'],
  ['csv', 'a,b\n1,"2', 'its quotation marks do not match'],
  ['csv', 'a,b', 'it has no rows'],
  ['csv', '', 'it has no rows'],
  ['csv', 'a,a\n1,2', 'two of its columns have the same name'],
  ['markdown', 'a | b\n1 | 2', 'its second line is not like'],
  ['markdown', 'Here it is:\n| a |', 'a line has no |'],
  ['markdown', '| a | b |\n|---|---|\n| 1 |', 'its rows have different numbers of cells'],
  ['json', '[{"a": 1}', 'it is not valid'],
  ['json', '{"a": 1}', 'it is not a list of flat objects'],
  ['json', '[{"a": [1]}]', 'it is not a list of flat objects'],
] as const)('what is no table in %s is told: %j', (from, text, reason) => {
  const to = from === 'csv' ? 'markdown' : 'csv';
  const result = convertTable(text, from, to);
  expect('problem' in result && spell(result.problem)).toBe(
    `The answer cannot be read as ${from}: ${reason}${reason.endsWith('like') ? ' | --- | --- |' : ''}. It is shown as the model wrote it.`,
  );
});
