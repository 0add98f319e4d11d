/**
 * How much of the extension host's thread an extension takes while somebody types: the host is asked, by its signal,
 * to let a profiler in, and every sample with the extension's code on its stack counts.
 */

/** One sample in so many microseconds. */
const SAMPLING_MICROSECONDS = 100;
const INSPECTOR = 'http://127.0.0.1:9229/json/list';

type Frame = {
  readonly id: number;
  readonly callFrame: { readonly url: string };
  readonly children?: readonly number[];
};
type Profile = {
  readonly nodes: readonly Frame[];
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before it. */
  readonly timeDeltas: readonly number[];
};

/**
 * Milliseconds of the extension in each span of `spanMs` while `work` goes on.
 * @param isOwn whether a script is the extension's, by its address
 */
export async function extensionMsPerSpan(
  pid: number,
  { spanMs, isOwn, work }: { spanMs: number; isOwn: (url: string) => boolean; work: () => Promise<void> },
): Promise<number[]> {
  process.kill(pid, 'SIGUSR1');
  const session = await connect();
  await session.call('Profiler.enable');
  await session.call('Profiler.setSamplingInterval', { interval: SAMPLING_MICROSECONDS });
  await session.call('Profiler.start');
  await work();
  const { profile } = (await session.call('Profiler.stop')) as { profile: Profile };
  session.close();
  return perSpan(profile, spanMs, isOwn);
}

function perSpan(
  { nodes, samples, timeDeltas }: Profile,
  spanMs: number,
  isOwn: (url: string) => boolean,
): number[] {
  const own = ownFrames(nodes, isOwn);
  const spans: number[] = [];
  let elapsedMs = 0;
  for (const [index, id] of samples.entries()) {
    const ms = (timeDeltas[index] ?? 0) / 1000;
    elapsedMs += ms;
    const span = Math.floor(elapsedMs / spanMs);
    spans[span] = (spans[span] ?? 0) + (own.has(id) ? ms : 0);
  }
  // A span without a sample is a hole in the array: nothing ran.
  return Array.from({ length: spans.length }, (_, span) => spans[span] ?? 0);
}

/** Frames of the extension, and all that they have called. */
function ownFrames(nodes: readonly Frame[], isOwn: (url: string) => boolean): Set<number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const own = new Set<number>();
  const add = (node: Frame) => {
    own.add(node.id);
    for (const child of node.children ?? []) {
      const called = byId.get(child);
      if (called !== undefined && !own.has(child)) add(called);
    }
  };
  for (const node of nodes) if (isOwn(node.callFrame.url)) add(node);
  return own;
}

type Session = {
  readonly call: (method: string, params?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  readonly close: () => void;
};

async function connect(): Promise<Session> {
  const socket = new WebSocket(await debuggerAddress());
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve);
    socket.addEventListener('error', reject);
  });
  const waiting = new Map<number, (result: unknown) => void>();
  socket.addEventListener('message', ({ data }) => {
    const { id, result } = JSON.parse(String(data)) as { id: number; result: unknown };
    waiting.get(id)?.(result);
  });
  let lastId = 0;
  const call = (method: string, params: Readonly<Record<string, unknown>> = {}) =>
    new Promise<unknown>((resolve) => {
      waiting.set(++lastId, resolve);
      socket.send(JSON.stringify({ id: lastId, method, params }));
    });
  return { call, close: () => socket.close() };
}

/** It takes the host a moment to open the door. */
async function debuggerAddress(): Promise<string> {
  for (let attempt = 0; attempt < 50; attempt++) {
    try {
      const [target] = (await (await fetch(INSPECTOR)).json()) as { webSocketDebuggerUrl: string }[];
      if (target !== undefined) return target.webSocketDebuggerUrl;
    } catch {
      // Not yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`No profiler could be opened at ${INSPECTOR}. Is another program using that port?`);
}
