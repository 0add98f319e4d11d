/**
 * Reads, converts and writes tensors, all three at the same time: while one run of rows is written, others are
 * converted, and more are read.
 */
import { cancelled } from '../base/userError.ts';
import type { TensorForm, TensorSpec } from '../model/tensors.ts';
import type { Checkpoint } from './checkpoint.ts';
import type { ModelFolderWriter } from './modelFolderWriter.ts';
import type { ConvertedRows, RowConverter, RowPiece } from './rowConversion.ts';
import type { Part, WeightSource } from './weightSources.ts';

/** Numbers that are read and converted at once. */
const CHUNK_ELEMENTS = 1 << 21;

/** How a tensor of the model folder is made. */
export type TensorTask = {
  readonly spec: TensorSpec;
  readonly form: TensorForm;
  readonly source: WeightSource;
};

export type ImportProgress = {
  readonly tensor: string;
  readonly doneElements: number;
  readonly totalElements: number;
};

export type ImportHooks = {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: ImportProgress) => void;
};

export type Conversion = {
  readonly checkpoint: Checkpoint;
  readonly writer: ModelFolderWriter;
  readonly converter: RowConverter;
  readonly hooks: ImportHooks;
};

/** What the writer has already is passed over. */
export async function convertTensors(tasks: readonly TensorTask[], conversion: Conversion): Promise<void> {
  const { writer, converter, hooks } = conversion;
  const totalElements = sizeOf(tasks);
  let doneElements = sizeOf(tasks.slice(0, writer.nFinished));
  const report = (tensor: string): void => {
    if (hooks.signal?.aborted === true) throw cancelled();
    hooks.onProgress?.({ tensor, doneElements, totalElements });
  };
  const scales = new PendingScales(writer);
  const write = async ({ run, rows }: Ahead): Promise<void> => {
    report(run.task.spec.name);
    await scales.append(run, await rows);
    doneElements += run.nElements;
  };

  const ahead: Ahead[] = [];
  try {
    for (const run of runsOf(tasks.slice(writer.nFinished))) {
      const rows = convertRun(run, conversion);
      // A failure is heard when its turn to be written comes.
      rows.catch(() => undefined);
      ahead.push({ run, rows });
      const oldest = ahead.length > converter.nAtOnce ? ahead.shift() : undefined;
      if (oldest !== undefined) await write(oldest);
    }
    for (let oldest = ahead.shift(); oldest !== undefined; oldest = ahead.shift()) await write(oldest);
    report('');
  } finally {
    // Nothing may be read any more when the checkpoint is closed.
    await Promise.allSettled(ahead.map(({ rows }) => rows));
  }
}

/** Rows of a tensor that are handled at once. */
type Run = {
  readonly task: TensorTask;
  readonly first: number;
  readonly end: number;
  readonly nElements: number;
  readonly isLast: boolean;
};

/** Being read and converted. */
type Ahead = { readonly run: Run; readonly rows: Promise<Rows> };

type Rows = Extract<ConvertedRows, { kind: 'rows' }>;

/** The values of a tensor are written as they come, the scales behind all of them. */
class PendingScales {
  readonly #writer: ModelFolderWriter;
  #scales: Uint8Array[] = [];

  constructor(writer: ModelFolderWriter) {
    this.#writer = writer;
  }

  async append({ task: { spec }, isLast }: Run, { values, scales }: Rows): Promise<void> {
    await this.#writer.append(spec.name, values);
    this.#scales.push(scales);
    if (!isLast) return;
    for (const part of this.#scales) await this.#writer.append(spec.name, part);
    this.#scales = [];
    await this.#writer.finishTensor(spec.name);
  }
}

function* runsOf(tasks: readonly TensorTask[]): Generator<Run> {
  for (const task of tasks) {
    const [rows, columns = 1] = task.spec.shape;
    const rowsAtOnce = Math.max(1, Math.floor(CHUNK_ELEMENTS / columns));
    for (let first = 0; first < rows; first += rowsAtOnce) {
      const end = Math.min(rows, first + rowsAtOnce);
      yield { task, first, end, nElements: (end - first) * columns, isLast: end === rows };
    }
  }
}

/** Where a piece of a job comes from, so that a bad number in it can be named. */
type Origin = { readonly part: Part; readonly firstRow: number };

async function convertRun(
  { task: { form, source }, first, end }: Run,
  { checkpoint, converter }: Conversion,
): Promise<Rows> {
  const { arrange, parts } = source;
  const origins: Origin[] = [];
  const pieces: RowPiece[] = [];
  let start = 0;
  for (const part of parts) {
    const from = arrange === 'join' ? first : Math.max(first, start) - start;
    const to = arrange === 'join' ? end : Math.min(end, start + part.rows) - start;
    start += part.rows;
    if (from >= to) continue;
    origins.push({ part, firstRow: from });
    pieces.push(await readPart(checkpoint, part, { from, to }));
  }
  const converted = await converter.convert({ arrange, nRows: end - first, pieces, form });
  return converted.kind === 'rows' ? converted : refuse(converted, origins, checkpoint);
}

async function readPart(
  checkpoint: Checkpoint,
  part: Part,
  { from, to }: { from: number; to: number },
): Promise<RowPiece> {
  const { columns } = part;
  if (part.name === undefined) return { nZeros: (to - from) * columns };
  return checkpoint.read(part.name, (part.firstRow + from) * columns, (part.firstRow + to) * columns);
}

function refuse(
  { piece, element, value }: Extract<ConvertedRows, { kind: 'strange' }>,
  origins: readonly Origin[],
  checkpoint: Checkpoint,
): never {
  const origin = origins[piece];
  if (origin?.part.name === undefined) throw new Error('zeros are numbers');
  const { part, firstRow } = origin;
  return checkpoint.refuse(part.name, (part.firstRow + firstRow) * part.columns + element, value);
}

function sizeOf(tasks: readonly TensorTask[]): number {
  return tasks.reduce((sum, { spec: { shape } }) => sum + shape[0] * (shape[1] ?? 1), 0);
}
