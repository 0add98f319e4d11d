/**
 * What the grammar of SQL over a schema of 500 tables and 10,000 columns costs for each token of a statement. Prints one
 * JSON object: `node --import ./scripts/project/typescript.mjs test/bench/mask.ts`.
 */
import { median } from '../../src/base/median.ts';
import { TokenMasks } from '../../src/engine/tokenMask.ts';
import type { Schema } from '../../src/model/databaseSchema.ts';
import { grammarOf } from '../../src/sql/grammar/sqlGrammar.ts';
import { Tokenizer } from '../../src/tokenizer/tokenizer.ts';

const N_TABLES = 500;
const N_COLUMNS = 20;
const N_ROUNDS = 5;
const THINGS = ['order', 'customer', 'invoice', 'product', 'shipment', 'visit', 'device', 'reading'];
const FACTS = ['id', 'name', 'status', 'total', 'created_at', 'note', 'price', 'quantity', 'owner', 'weight'];

const tableName = (index: number) => `${THINGS[index % THINGS.length]}_${index}`;
const columnName = (index: number) => `${FACTS[index % FACTS.length]}_${index}`;
const schema: Schema = {
  dialect: 'sqlite',
  tables: Array.from({ length: N_TABLES }, (_, table) => ({
    name: tableName(table),
    columns: Array.from({ length: N_COLUMNS }, (__, column) => ({ name: columnName(column), type: '' })),
    // Each belongs to the one before it.
    foreignKeys:
      table === 0
        ? []
        : [
            {
              columns: [columnName(8)],
              table: tableName(table - 1),
              references: [columnName(0)],
            },
          ],
  })),
};
const [a, b] = [tableName(17), tableName(18)];
const QUESTION = 'name and total of what is open, 10 or more, the 5 newest, with over 3 of them';
const STATEMENTS = [
  `SELECT * FROM ${a};`,
  `SELECT name_1, total_3 FROM ${a} WHERE status_2 = 'open' AND price_6 > 10 ORDER BY created_at_4 DESC LIMIT 5;`,
  `SELECT ${a}.name_1, COUNT(*) FROM ${a} JOIN ${b} ON ${b}.owner_8 = ${a}.id_0 GROUP BY ${a}.id_0, ${a}.name_1 HAVING COUNT(*) > 3;`,
  `SELECT name_1 FROM ${a} WHERE NOT EXISTS (SELECT 1 FROM ${b} WHERE ${b}.owner_8 = ${a}.id_0);`,
];

const tokenizer = new Tokenizer('codegen');
const masks = new TokenMasks({ vocabulary: tokenizer.vocabulary, nKnownIds: 50_295 }, grammarOf);
const begun = new Uint8Array();
const schemaMs: number[] = [];
const tokenMs: number[] = [];
for (let round = 0; round < N_ROUNDS; round++) {
  for (const statement of STATEMENTS) {
    const startMs = performance.now();
    // Another question each time, as the last one's grammar is kept.
    const question = QUESTION + ' '.repeat(schemaMs.length);
    const mask = masks.create({ kind: 'sql', schema, question, knownTexts: [] });
    schemaMs.push(performance.now() - startMs);
    for (const id of tokenizer.encode(statement)) {
      const beforeMs = performance.now();
      const allowed = mask.allowed(begun);
      tokenMs.push(performance.now() - beforeMs);
      if (!allowed.includes(id)) throw new Error(`Broken invariant: ${statement} is not allowed`);
      mask.accept(id, 0);
    }
  }
}
const sorted = tokenMs.toSorted((x, y) => x - y);
const report = {
  schemaMs: median(schemaMs),
  tokens: tokenMs.length,
  tokenMs: {
    median: median(tokenMs),
    mean: tokenMs.reduce((sum, ms) => sum + ms, 0) / tokenMs.length,
    p95: sorted[Math.floor(sorted.length * 0.95)],
    most: sorted.at(-1),
  },
};
process.stdout.write(`${JSON.stringify(report)}\n`);
