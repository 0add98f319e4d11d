// An import that stops in its middle, as a program of its own to be killed:
// `stoppingImport.mjs <checkpoint> <out> <bits> <tensors>` says on stdout when it has finished so many tensors.
import { importModel } from '../../src/importer/importModel.ts';
import { convertRows } from '../../src/importer/rowConversion.ts';
import { formOfBits } from './resumableImport.ts';

const [checkpoint = '', out = '', bits = '', nTensors = ''] = process.argv.slice(2);
let nConverted = 0;

// Each tensor of the small checkpoint is one run of rows.
await importModel({
  ...{ checkpoint, out, formOf: () => formOfBits(Number(bits)) },
  converter: {
    nAtOnce: 0,
    convert: async (job) => {
      if (nConverted++ < Number(nTensors)) return convertRows(job);
      process.stdout.write('stopped\n');
      return new Promise(() => setInterval(() => undefined, 1_000));
    },
  },
});
