/** What may be said between the editor's thread and the one that runs SQLite. */
import type { Schema, StatementProblem } from '../model/databaseSchema.ts';

export type DatabaseCalls = {
  /** The tables of a database file. */
  readSchema: { params: { readonly file: string }; result: Schema; progress: never };
  /** The tables that statements make, run one after the other; no schema where SQLite refuses one of them. */
  schemaOf: {
    params: { readonly statements: readonly string[] };
    result: { readonly schema?: Schema; readonly problems: readonly StatementProblem[] };
    progress: never;
  };
  /** Whether a statement could be run over these tables; of other dialects than SQLite's, whether it can be read. */
  prepare: {
    params: { readonly schema: Schema; readonly sql: string };
    result: { readonly problem?: string };
    progress: never;
  };
  /** Rows of a query on a database file, which is only read. */
  run: {
    params: { readonly file: string; readonly sql: string; readonly maxRows: number };
    result: QueryResult;
    progress: never;
  };
};

export type QueryResult = {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** There are more rows than were asked for. */
  readonly isCut: boolean;
};
