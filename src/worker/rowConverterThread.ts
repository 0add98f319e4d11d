/** Entry of a thread that converts rows for an import: one answer for each job, in order. */
import { parentPort } from 'node:worker_threads';
import { present } from '../base/assert.ts';
import { convertRows, type ConvertedRows, type RowsJob } from '../importer/rowConversion.ts';

const port = present(parentPort ?? undefined, 'the port of a thread');

port.on('message', (job: RowsJob) => {
  const converted = convertRows(job);
  port.postMessage(converted, buffersOf(converted));
});

/** What is handed over instead of copied. */
function buffersOf(converted: ConvertedRows): ArrayBuffer[] {
  return converted.kind === 'rows' ? [converted.values.buffer, converted.scales.buffer] : [];
}
