/** The cases of an SQL evaluation, one JSON object a line. */
import { Fields, parseJson } from '../../base/fields.ts';
import { say } from '../../base/sentence.ts';
import { UserError } from '../../base/userError.ts';

export type SqlCase = {
  /** `CREATE TABLE` statements. */
  readonly schema: string;
  readonly question: string;
  /** A query that answers it. */
  readonly sql: string;
  /** Statements to run behind the schema: rows that must be there, an index. */
  readonly setup?: string;
};

export function parseCases(text: string, file: string): SqlCase[] {
  const cases = text.split('\n').flatMap((line, index) => {
    if (line.trim() === '') return [];
    const source = { file: `${file}:${index + 1}`, code: 'bad-argument' } as const;
    const fields = new Fields(parseJson(line, source), source);
    return [
      {
        schema: fields.string('schema'),
        question: fields.string('question'),
        sql: fields.string('sql'),
        ...(fields.has('setup') && { setup: fields.string('setup') }),
      },
    ];
  });
  if (cases.length === 0)
    throw new UserError('bad-argument', say`${file} holds no case. Write one JSON object a line.`);
  return cases;
}
