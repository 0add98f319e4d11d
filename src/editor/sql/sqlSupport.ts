/** Everything of the editor that is about SQL: what its commands do, and what it owns. */
import path from 'node:path';
import type * as vscode from 'vscode';
import type { EngineHost } from '../../client/engineHost.ts';
import { DatabaseClient } from '../../database/databaseClient.ts';
import type { ReadingRules } from '../readingRules.ts';
import { QueryRuns } from './queryRuns.ts';
import { SchemaSource } from './schemaSource.ts';
import { SchemaTree } from './schemaTree.ts';
import { SqlTranslation } from './translation.ts';

export type SqlSupportOptions = {
  readonly engine: EngineHost;
  readonly extensionFolder: string;
  readonly memory: vscode.Memento;
  readonly readingRules: ReadingRules;
};

export class SqlSupport implements vscode.Disposable {
  readonly source: SchemaSource;
  readonly runs: QueryRuns;
  readonly translation: SqlTranslation;
  readonly #tree: SchemaTree;
  readonly #database: DatabaseClient;

  constructor({ engine, extensionFolder, memory, readingRules }: SqlSupportOptions) {
    const database = new DatabaseClient(path.join(extensionFolder, 'dist', 'database.js'));
    this.#database = database;
    this.source = new SchemaSource(database, memory, readingRules);
    this.#tree = new SchemaTree(this.source);
    this.runs = new QueryRuns(database, this.source);
    this.translation = new SqlTranslation({ engine, database, source: this.source });
  }

  dispose(): void {
    for (const one of [this.#tree, this.runs, this.translation, this.source]) one.dispose();
    void this.#database.close();
  }
}
