// An import as a program of its own, `racingImport.mjs <checkpoint> <out>`: says when it has begun, goes on when it is told
// to, and says what came of it.
import { once } from 'node:events';
import { messageOf } from '../../src/base/userError.ts';
import { importModel } from '../../src/importer/importModel.ts';
import { convertRows } from '../../src/importer/rowConversion.ts';
import { formOfBits } from './resumableImport.ts';

const [checkpoint = '', out = ''] = process.argv.slice(2);
let told: Promise<unknown> | undefined;

function begun(): Promise<unknown> {
  process.stdout.write('begun\n');
  return once(process.stdin, 'data');
}

const outcome = await importModel({
  ...{ checkpoint, out, formOf: () => formOfBits(4) },
  converter: {
    nAtOnce: 0,
    convert: async (job) => {
      await (told ??= begun());
      return convertRows(job);
    },
  },
}).then(() => 'imported', messageOf);
process.stdout.write(`${outcome}\n`);
process.exit();
