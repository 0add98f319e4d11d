/**
 * The one door to ONNX Runtime. A session is a graph that has been loaded; running it is one native call, which
 * holds the calling thread and cannot be stopped. So calls are kept short, and a thread is never ended inside one.
 */
import type * as ort from 'onnxruntime-node';
import type { InferenceSession, OnnxValue, Tensor } from 'onnxruntime-node';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { ElementType, Graph } from './graph.ts';
import { encodeModel } from './modelProto.ts';

export type TensorData = Float32Array | BigInt64Array | Uint8Array;

/** What goes in. The runtime reads `data` where it is: a view of a larger array is not copied. */
export type Feed = { readonly data: TensorData; readonly shape: readonly number[] };

export type SessionOptions = {
  /** Folder that the external initialisers lie in. */
  readonly weightsFolder: string;
  readonly nThreads: number;
  /** Threads wait by spinning for some milliseconds: faster between the parts of a call, at the cost of power. */
  readonly spin?: boolean;
  /** Writes a trace of every operator beside this prefix. */
  readonly profilePrefix?: string;
};

type Runtime = typeof ort;

/** Loaded on first use: an import of a model, or an editor on a platform without a runtime, does without it. */
export async function loadRuntime(): Promise<Runtime> {
  try {
    return await import('onnxruntime-node');
  } catch (error) {
    const platform = `${process.platform}-${process.arch}`;
    throw new UserError(
      'no-runtime',
      say`There is no ONNX Runtime for ${platform}: models cannot run here.`,
      String(error),
    );
  }
}

export class OnnxSession {
  readonly #runtime: Runtime;
  readonly #session: InferenceSession;

  private constructor(runtime: Runtime, session: InferenceSession) {
    this.#runtime = runtime;
    this.#session = session;
  }

  static async load(graph: Graph, options: SessionOptions): Promise<OnnxSession> {
    const runtime = await loadRuntime();
    const session = await runtime.InferenceSession.create(encodeModel(graph), {
      executionProviders: ['cpu'],
      graphOptimizationLevel: 'all',
      // Electron refuses one allocation of 2 GiB or more, which a growing arena may ask for.
      enableCpuMemArena: false,
      // The lengths change with every call, so a plan of its memory would be made each time and used never.
      enableMemPattern: false,
      intraOpNumThreads: options.nThreads,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      ...(options.profilePrefix !== undefined && {
        enableProfiling: true,
        profileFilePrefix: options.profilePrefix,
      }),
      extra: {
        session: {
          model_external_initializers_file_folder_path: options.weightsFolder,
          intra_op: { allow_spinning: options.spin === false ? '0' : '1' },
        },
      },
    });
    return new OnnxSession(runtime, session);
  }

  /** One native call. The outputs are copies and belong to the caller. */
  async run(feeds: Readonly<Record<string, Feed>>): Promise<Record<string, Float32Array>> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, { data, shape }] of Object.entries(feeds)) {
      tensors[name] = new this.#runtime.Tensor(elementTypeOf(data), data, shape);
    }
    const outputs = await this.#session.run(tensors);
    return Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, floats(value)]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}

function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  return data instanceof BigInt64Array ? 'int64' : 'uint8';
}

function floats(value: OnnxValue): Float32Array {
  return (value as { data: Float32Array }).data;
}
