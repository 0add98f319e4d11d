/** Which execution providers of the runtime really start on this machine. */
import { messageOf } from '../base/userError.ts';
import { Graph } from './graph.ts';
import { DATA_TYPES, encodeModel } from './modelProto.ts';
import { loadRuntime, OnnxSession, type Provider } from './session.ts';

export type ProviderProbe = {
  readonly name: string;
  /** Why it does not start. */ readonly problem?: string;
};

export async function probeProviders(): Promise<ProviderProbe[]> {
  const { InferenceSession, listSupportedBackends } = await loadRuntime();
  const graph = new Graph();
  const x = graph.input('x', 'float32', [1]);
  graph.output('y', graph.node('Identity', [x]), { type: 'float32', shape: [1] });
  const model = encodeModel(graph);
  const probes: ProviderProbe[] = [];
  for (const { name } of listSupportedBackends()) {
    try {
      await (await InferenceSession.create(model, { executionProviders: [name] })).release();
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
