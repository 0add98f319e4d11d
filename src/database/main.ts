/** Entry of the thread that runs SQLite. A call that takes too long is ended with the whole thread. */
import { parentPort } from 'node:worker_threads';
import { assert } from '../base/assert.ts';
import type { DatabaseCalls } from '../protocol/databaseCalls.ts';
import type { FromWorker, Port, ToWorker } from '../protocol/messages.ts';
import { serve } from '../protocol/server.ts';
import { Preparer } from './preparer.ts';
import { runQuery } from './runQuery.ts';
import { readSchema, schemaOf } from './readSchema.ts';
import { Snapshots } from './snapshots.ts';

assert(parentPort !== null, 'this runs in a thread');
const port: Port<ToWorker<DatabaseCalls>, FromWorker<DatabaseCalls>> = parentPort;
const snapshots = new Snapshots();
const preparer = new Preparer();

serve<DatabaseCalls>(port, {
  readSchema: async ({ file }) => readSchema(await snapshots.open(file)),
  schemaOf: ({ statements }) => Promise.resolve(schemaOf(statements)),
  prepare: async ({ schema, sql }) => {
    if (schema.dialect === 'sqlite') return preparer.prepare(schema, sql);
    // Half a megabyte of tables that few need.
    const { parseProblem } = await import('./dialectParser.ts');
    const problem = parseProblem(sql, schema.dialect);
    return problem === undefined ? {} : { problem };
  },
  run: async ({ file, sql, maxRows }) => runQuery(await snapshots.open(file), sql, maxRows),
});
