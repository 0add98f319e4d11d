/** How fast this machine reads memory, all threads together: what decoding is held against. */
import { median } from '../base/median.ts';
import { Graph } from './graph.ts';
import { OnnxSession } from './session.ts';

/** Well above any processor's cache. */
const MEGABYTES = 256;
const ROWS = 8192;
const COLUMNS = (MEGABYTES * 1024 * 1024) / 4 / ROWS;
const N_RUNS = 7;

/** Bytes a second, as the best median of the runtime's own kernels that do nothing but read a large tensor. */
export async function measureBandwidth(nThreads: number): Promise<number> {
  const data = new Float32Array(ROWS * COLUMNS).fill(1);
  const rates: number[] = [];
  for (const operator of ['ReduceSum', 'ReduceMax']) {
    const session = await OnnxSession.load(readingGraph(operator), { weightsFolder: '', nThreads });
    const seconds: number[] = [];
    for (let run = 0; run < N_RUNS; run++) {
      const startMs = performance.now();
      await session.run({ data: { data, shape: [ROWS, COLUMNS] } });
      seconds.push((performance.now() - startMs) / 1000);
    }
    await session.close();
    rates.push(data.byteLength / median(seconds));
  }
  return Math.max(...rates);
}

/** Reduces each row of `data` to one number: every byte is read once. */
function readingGraph(operator: string): Graph {
  const graph = new Graph();
  const data = graph.input('data', 'float32', [ROWS, COLUMNS]);
  const reduced = graph.node(operator, [data, graph.int64s('axes', [1])], { attributes: { keepdims: 0 } });
  graph.output('reduced', reduced, { type: 'float32', shape: [ROWS] });
  return graph;
}
