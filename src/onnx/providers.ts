/** Which execution providers of the runtime really start on this machine. */
import { messageOf } from '../base/userError.ts';
import { Graph } from './graph.ts';
import { encodeModel } from './modelProto.ts';
import { loadRuntime } from './session.ts';

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

/** The first line of the runtime's message, without the place in its source and the condition that failed. */
function reasonOf(message: string): string {
  return (message.split('\n')[0] ?? '').replace(/^\/\S+:\d+ .* was (?:true|false)\. /, '');
}
