/** Which execution providers of the runtime really start on this machine. */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { messageOf } from '../base/userError.ts';
import { Graph } from './graph.ts';
import { DATA_TYPES, encodeModel } from './modelProto.ts';
import { loadRuntime, OnnxSession, type Provider } from './session.ts';

export type ProviderProbe = {
  readonly name: string;
  /** Why it does not start. */ readonly problem?: string;
};

/** Those that can be started here: what comes with the runtime, and CUDA where its libraries have been put beside it. */
export async function offeredProviders(): Promise<string[]> {
  const { listSupportedBackends } = await loadRuntime();
  return listSupportedBackends()
    .filter(({ name, bundled }) => bundled || (name === 'cuda' && hasCudaLibraries()))
    .map(({ name }) => name);
}

/** CUDA's libraries exist for Linux only, which tells where the runtime has been loaded from. */
function hasCudaLibraries(): boolean {
  const maps = readFileSync('/proc/self/maps', 'utf8');
  const runtime = /(\/.*)\/libonnxruntime\.so/.exec(maps)?.[1];
  return runtime !== undefined && existsSync(path.join(runtime, 'libonnxruntime_providers_cuda.so'));
}

export async function runtimeVersion(): Promise<string> {
  return (await loadRuntime()).env.versions.node ?? '';
}

/** Fails with the runtime's reason where a provider does not start. A driver may crash here. */
export async function startProvider(provider: string): Promise<void> {
  const { InferenceSession } = await loadRuntime();
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', graph.node('Identity', [x]), { type: 'float32', shape: [1] });
  await (await InferenceSession.create(encodeModel(graph), { executionProviders: [provider] })).release();
}

export async function probeProviders(): Promise<ProviderProbe[]> {
  const probes: ProviderProbe[] = [];
  for (const name of await offeredProviders()) {
    try {
      await startProvider(name);
      probes.push({ name });
    } catch (error) {
      probes.push({ name, problem: reasonOf(messageOf(error)) });
    }
  }
  return probes;
}

/** Whether a device computes with 16-bit floats: only a run of one shows it. */
export async function supportsFloat16(provider: Provider): Promise<boolean> {
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1]);
  const half = graph.node('Cast', [x], { attributes: { to: DATA_TYPES.float16 } });
  const sum = graph.node('Add', [half, half]);
  const y = graph.node('Cast', [sum], { attributes: { to: DATA_TYPES.float32 } });
  graph.output('y', y, { type: 'float32', shape: [1] });
  const session = await OnnxSession.load(graph, { weightsFolder: '', nThreads: 1, provider });
  try {
    const { y: doubled } = await session.run({ x: { data: Float32Array.of(1), shape: [1] } });
    return doubled?.[0] === 2;
  } catch {
    return false;
  } finally {
    await session.close();
  }
}

/** The first line of the runtime's message, without the place in its source and the condition that failed. */
function reasonOf(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/^\/\S+:\d+ .* was (?:true|false)\. /, '');
}
