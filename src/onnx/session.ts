/**
 * The one door to ONNX Runtime. A session is a graph that has been loaded; running it is one native call, which
 * holds the calling thread and cannot be stopped. So calls are kept short, and a thread is never ended inside one.
 */
import type * as ort from 'onnxruntime-node';
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { say } from '../base/sentence.ts';
import { UserError } from '../base/userError.ts';
import type { ElementType, Graph } from './graph.ts';
import { encodeModel } from './modelProto.ts';

export type TensorData = Float32Array | BigInt64Array | Int32Array | Uint8Array;

/** What goes in. The runtime reads `data` where it is: a view of a larger array is not copied. */
export type Feed = { readonly data: TensorData; readonly shape: readonly number[] };

/** A tensor that stays on the device. Whoever has it frees it. */
export class DeviceTensor {
  /** For this folder only. */
  readonly tensor: Tensor;

  constructor(tensor: Tensor) {
    this.tensor = tensor;
  }

  dispose(): void {
    this.tensor.dispose();
  }
}

/** The runtime's name of what a graph runs on. */
export type Provider = 'cpu' | 'webgpu' | 'cuda' | 'dml';

export type SessionOptions = {
  /** Folder that the external initialisers lie in. */
  readonly weightsFolder: string;
  readonly nThreads: number;
  /** What the provider has no operator for runs on the processor. */
  readonly provider?: Provider;
  /** Outputs stay on the device: `runOnDevice` returns them. */
  readonly keepsOutputs?: boolean;
  /** Threads wait by spinning for some milliseconds: faster between the parts of a call, at the cost of power. */
  readonly spin?: boolean;
  /** Writes a trace of every operator beside this prefix. */
  readonly profilePrefix?: string;
};

/** Fatal errors only. */
const SILENT = 4;

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
      executionProviders: [options.provider ?? 'cpu'],
      ...(options.keepsOutputs === true && { preferredOutputLocation: 'gpu-buffer' }),
      graphOptimizationLevel: 'all',
      // Electron refuses one allocation of 2 GiB or more, which a growing arena may ask for.
      enableCpuMemArena: false,
      // The lengths change with every call, so a plan of its memory would be made each time and used never.
      enableMemPattern: false,
      // Failures are thrown, and told where they are caught; the runtime's own lines would go to nobody's console.
      logSeverityLevel: SILENT,
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

  /**
   * One native call. The outputs are copies and belong to the caller.
   * @param bound outputs that are written into tensors on the device, which may be inputs of the same call
   */
  async run(
    feeds: Readonly<Record<string, Feed | DeviceTensor>>,
    bound: Readonly<Record<string, DeviceTensor>> = {},
  ): Promise<Record<string, Float32Array>> {
    const fetches: Record<string, Tensor | null> = {};
    for (const name of this.#session.outputNames) fetches[name] = bound[name]?.tensor ?? null;
    const outputs = await this.#session.run(this.#tensors(feeds), fetches);
    const copied = Object.entries(outputs).filter(([name]) => bound[name] === undefined);
    return Object.fromEntries(copied.map(([name, value]) => [name, (value as { data: Float32Array }).data]));
  }

  /** One native call of a session that keeps its outputs. */
  async runOnDevice(
    feeds: Readonly<Record<string, Feed | DeviceTensor>>,
  ): Promise<Record<string, DeviceTensor>> {
    const outputs = await this.#session.run(this.#tensors(feeds));
    return Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, new DeviceTensor(value)]),
    );
  }

  async close(): Promise<void> {
    await this.#session.release();
  }

  #tensors(feeds: Readonly<Record<string, Feed | DeviceTensor>>): Record<string, Tensor> {
    const tensors: Record<string, Tensor> = {};
    for (const [name, feed] of Object.entries(feeds)) {
      tensors[name] =
        feed instanceof DeviceTensor
          ? feed.tensor
          : new this.#runtime.Tensor(elementTypeOf(feed.data), feed.data, feed.shape);
    }
    return tensors;
  }
}

function elementTypeOf(data: TensorData): ElementType {
  if (data instanceof Float32Array) return 'float32';
  if (data instanceof Int32Array) return 'int32';
  return data instanceof BigInt64Array ? 'int64' : 'uint8';
}
