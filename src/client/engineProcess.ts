/**
 * The engine in a process of its own: the one place that starts a process, which is this extension's own worker and
 * nothing else. A native crash ends that process alone, and shows here as a signal.
 */
import { fork, type ChildProcess } from 'node:child_process';
import type { Readable } from 'node:stream';
import { say } from '../base/sentence.ts';
import { messageOf } from '../base/userError.ts';
import type { Ending, EngineLink } from './engineLink.ts';

/** As much of what it wrote last as goes into the log. */
const KEPT_CHARACTERS = 4_000;

/** Signals by which somebody asks a process to end; it does so by itself, unless it has only just begun. */
const REQUESTS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** Windows has no signals: a crash ends a process with the exception's number, 0xC0000005 for one. */
const FIRST_WINDOWS_EXCEPTION = 0xc0000000;

export function startProcess(workerFile: string): EngineLink {
  const child = fork(workerFile, {
    // Typed arrays and undefined cross as they do between threads.
    serialization: 'advanced',
    // Without execArgv the child would inherit flags of the editor's process, like an inspector's port.
    execArgv: [],
    // The editor's own program is Electron, which is Node where it is told so.
    env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: undefined },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const lastWords = keepLast(child.stderr);
  return {
    pid: child.pid ?? Number.NaN,
    // With a callback, since without one what is said to a dead child is an error that nobody catches.
    postMessage: (message) => void child.send(message, () => undefined),
    on: (_, listener) => child.on('message', listener),
    ended: endingOf(child, lastWords),
    giveUp: () => void child.kill('SIGKILL'),
  };
}

async function endingOf(child: ChildProcess, lastWords: () => string): Promise<Ending> {
  let problem: string | undefined;
  child.on('error', (error) => (problem = messageOf(error)));
  const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    // Not 'exit', which may come before the last messages.
    child.on('close', (...how) => resolve(how));
    // One that has not been started has nothing to close.
    if (child.pid === undefined) child.on('error', () => resolve([null, null]));
  });
  const cause = signal ?? `exit code ${code ?? 'unknown'}`;
  const detail = [problem ?? 'it ended by itself', `${cause}\n${lastWords()}`].join(', ').trimEnd();
  if (signal === 'SIGKILL') {
    const sentence = say`The model's process was ended from outside (${signal}), perhaps for want of memory. Restart it with "GPT-J: Restart".`;
    return { how: 'killed', sentence, detail };
  }
  if (signal === null ? Number(code) >= FIRST_WINDOWS_EXCEPTION : !REQUESTS.includes(signal)) {
    const sentence = say`The model's process has crashed (${cause}). Restart it with "GPT-J: Restart".`;
    return { how: 'crashed', sentence, detail };
  }
  return { how: 'ended', sentence: say`The model has stopped. Restart it with "GPT-J: Restart".`, detail };
}

/** Reads all of it, so that a child which says much is never held up, and keeps the end. */
function keepLast(stream: Readable | null): () => string {
  let kept = '';
  stream?.setEncoding('utf8').on('data', (text: string) => (kept = (kept + text).slice(-KEPT_CHARACTERS)));
  return () => kept;
}
