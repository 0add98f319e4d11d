/** Parsers of the dialects that are not prepared: whether a statement is one of theirs, whatever its names mean. */
import mysql from 'node-sql-parser/build/mysql';
import postgresql from 'node-sql-parser/build/postgresql';
import { messageOf } from '../base/userError.ts';

const PARSERS = {
  mysql: { parser: mysql, database: 'MySQL' },
  postgresql: { parser: postgresql, database: 'PostgreSQL' },
};

/** What the parser says against the statement. */
export function parseProblem(sql: string, dialect: 'mysql' | 'postgresql'): string | undefined {
  const { parser, database } = PARSERS[dialect];
  try {
    new parser.Parser().astify(sql, { database });
    return undefined;
  } catch (error) {
    return messageOf(error).split('\n')[0];
  }
}
