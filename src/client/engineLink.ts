/** What a started engine is to the editor's side, whether it runs in a thread or in a process of its own. */
import type { Sentence } from '../base/sentence.ts';
import type { EngineCalls } from '../protocol/calls.ts';
import type { FromWorker, Port, ToWorker } from '../protocol/messages.ts';

/** `thread`: inside this process, which a native crash takes with it. `process`: in a child, which dies alone. */
export type Isolation = 'thread' | 'process';

export type EngineLink = Port<FromWorker<EngineCalls>, ToWorker<EngineCalls>> & {
  /** Of the process that makes the native calls, under which it records what it tries. */
  readonly pid: number;
  /** Never fails, and resolves once everything that was said before the end has been heard. */
  readonly ended: Promise<Ending>;
  /** Asked to end long ago, it has not: a call may hang in a driver. A thread cannot be helped. */
  giveUp(): void;
};

export type Ending = {
  /**
   * `ended`: in an orderly or at least in JavaScript's way. `killed`: from outside, for want of memory perhaps.
   * `crashed`: in native code.
   */
  readonly how: 'ended' | 'killed' | 'crashed';
  /** For the user. */
  readonly sentence: Sentence;
  /** For the log. */
  readonly detail: string;
};
