/**
 * One window at a time holds a large model: two of them may not fit into memory. Another window learns who holds it,
 * and may ask for it. Files only; where they cannot be written, nobody is locked out and there is no hold.
 *
 * A hold is over when it was given back, when its process is gone, or when its heartbeat stopped: a process id may
 * belong to another program after a reboot. A machine that slept stops all heartbeats at once, so whoever finds one
 * too old lets its holder have one more; and a holder that was passed over finds out at its next heartbeat.
 */
import { randomUUID } from 'node:crypto';
import { systemClock, type Clock } from '../base/clock.ts';
import { isAlive } from '../base/isAlive.ts';
import { say, type Sentence } from '../base/sentence.ts';
import { cancelled, UserError } from '../base/userError.ts';
import { weightsBytes, type Manifest } from '../model/manifest.ts';
import { HoldFiles, type HoldRecord, type LastHold } from './holdFiles.ts';

/** `window` and `modelName` are '' where the file does not tell. */
export type Holder = Pick<HoldRecord, 'window' | 'modelName' | 'pid' | 'sinceMs'>;

export type Taken =
  | { readonly kind: 'held' }
  | { readonly kind: 'elsewhere'; readonly holder: Holder; readonly number: number };

/** Why a holder has to stop: another window asks, or has the hold already. */
export type Asked =
  { readonly kind: 'asked'; readonly window: string; readonly modelName: string } | { readonly kind: 'lost' };

/** A smaller model fits twice into the memory of any machine that runs an editor. */
export const LARGE_BYTES = 1e9;

export const HEARTBEAT_MS = 2000;
/** An editor that is busy may miss many beats. */
export const STALE_MS = 20_000;
/** As long as a living holder may need for one more heartbeat. */
const GRACE_MS = 1.5 * HEARTBEAT_MS;

/** How often a window that waits for the model looks whether it is free. */
export const LOOK_MS = 200;
/** A holder hears at its next heartbeat. */
export const REACT_WITHIN_MS = 4 * HEARTBEAT_MS;
/** A native call ends, and gigabytes are given back. */
export const RELEASE_WITHIN_MS = 30_000;
/** What was asked longer ago was asked by a window that is gone, or before this machine slept. */
const ASK_LASTS_MS = REACT_WITHIN_MS + 2000;
/** Each try is lost to a window that takes it; so many in a row do not happen, unless the files make no sense. */
const MAX_TRIES = 20;

export function needsHold(manifest: Pick<Manifest, 'files'>, largeBytes = LARGE_BYTES): boolean {
  return weightsBytes(manifest) > largeBytes;
}

export class ModelHold {
  readonly #files: HoldFiles;
  readonly #window: string;
  readonly #pid: number;
  readonly #clock: Clock;
  #listener: (asked: Asked) => void = () => undefined;
  #own: { readonly number: number; readonly record: HoldRecord } | undefined;
  #endHeartbeat: () => void = () => undefined;
  #isBeating = false;
  #queue: Promise<unknown> = Promise.resolve();

  /**
   * @param folder one for all windows of this machine
   * @param window what people call this window
   */
  constructor(folder: string, window: string, { pid = process.pid, clock = systemClock } = {}) {
    this.#files = new HoldFiles(folder);
    this.#window = window;
    this.#pid = pid;
    this.#clock = clock;
  }

  /** Called when this window has to stop its model; it does that, then releases. May be called more than once. */
  onAsked(listener: (asked: Asked) => void): void {
    this.#listener = listener;
  }

  /** The hold, or who has it. Taking again what is held only tells the model's new name. */
  async take(modelName: string): Promise<Taken> {
    return this.#inTurn(async () => {
      try {
        return await this.#take(modelName);
      } catch {
        // A folder that cannot be written or read: better two models than none.
        return { kind: 'held' };
      }
    });
  }

  /** Gives it back. Does nothing where it is not held. */
  async release(): Promise<void> {
    await this.#inTurn(async () => {
      const own = this.#own;
      this.#forget();
      // Where this fails, it ends with this process or some seconds after the last heartbeat.
      if (own !== undefined) await this.#files.replace(own.number, 'released').catch(() => undefined);
    });
  }

  /** Asks the holder to give it up; resolves when it is ours. */
  async takeOver(modelName: string, { signal }: { readonly signal: AbortSignal }): Promise<void> {
    let asked: { readonly number: number; readonly atMs: number } | undefined;
    try {
      for (;;) {
        if (signal.aborted) throw cancelled();
        const taken = await this.take(modelName);
        if (taken.kind === 'held') return;
        const { holder, number } = taken;
        if (asked === undefined) {
          asked = { number, atMs: this.#clock.nowMs() };
          await this.#ask(number, modelName);
        } else if (asked.number === number) {
          await this.#checkPatience(holder, number, this.#clock.nowMs() - asked.atMs);
        } else {
          throw new UserError('held', say`${nameOf(holder)} was faster and has the model now. Try again.`);
        }
        await this.#clock.wait(LOOK_MS, signal);
      }
    } finally {
      if (asked !== undefined) await this.#files.withdraw(asked.number).catch(() => undefined);
    }
  }

  async #take(modelName: string): Promise<Taken> {
    if (await this.#isStillOwn()) return this.#rename(modelName);
    for (let tries = 0; tries < MAX_TRIES; tries++) {
      const last = await this.#files.last();
      const holder = last === undefined ? undefined : await this.#holderOf(last);
      if (last !== undefined && holder !== undefined)
        return { kind: 'elsewhere', holder, number: last.number };
      if (await this.#claim((last?.number ?? 0) + 1, modelName)) break;
    }
    return { kind: 'held' };
  }

  /** What was held before a sleep may not be held after it. */
  async #isStillOwn(): Promise<boolean> {
    const own = this.#own;
    if (own === undefined) return false;
    const last = await this.#files.last();
    if (this.#own === own && (last === undefined || isOfOthers(last, own))) this.#lose();
    return this.#own === own;
  }

  async #rename(modelName: string): Promise<Taken> {
    if (this.#own !== undefined) {
      const { number, record } = this.#own;
      this.#own = { number, record: { ...record, modelName } };
      await this.#files.replace(number, this.#own.record);
      await this.#files.beat(number, this.#clock.nowMs());
    }
    return { kind: 'held' };
  }

  /** Takes a number. It is ours if nobody has made it before, and nobody a higher one. */
  async #claim(number: number, modelName: string): Promise<boolean> {
    const nowMs = this.#clock.nowMs();
    const record = { id: randomUUID(), window: this.#window, modelName, pid: this.#pid, sinceMs: nowMs };
    if (!(await this.#files.create(number, record))) return false;
    await this.#files.beat(number, nowMs);
    if ((await this.#files.last())?.number !== number) {
      await this.#files.remove(number);
      return false;
    }
    this.#own = { number, record };
    this.#endHeartbeat = this.#clock.every(HEARTBEAT_MS, () => void this.#heartbeat());
    await this.#files.tidy(number).catch(() => undefined);
    return true;
  }

  /** Who has it, if anybody still does. */
  async #holderOf(last: LastHold): Promise<Holder | undefined> {
    const { content, number, heartbeatMs } = last;
    if (content === 'released' || (content !== undefined && this.#isGone(content))) return undefined;
    const holder = content ?? { window: '', modelName: '', pid: 0, sinceMs: heartbeatMs };
    if (this.#isFresh(heartbeatMs)) return holder;
    await this.#clock.wait(GRACE_MS);
    const again = await this.#files.last();
    if (again !== undefined && again.number !== number) return this.#holderOf(again);
    return again === undefined || again.heartbeatMs === heartbeatMs ? undefined : holder;
  }

  /** Our own process id in a record of somebody else's is that of a process before us. */
  #isGone({ pid }: HoldRecord): boolean {
    return pid === this.#pid || !isAlive(pid);
  }

  /** A heartbeat from the future is one from before the clock was set back. */
  #isFresh(heartbeatMs: number): boolean {
    return Math.abs(this.#clock.nowMs() - heartbeatMs) <= STALE_MS;
  }

  /** Looks first and beats then: after a sleep the hold may belong to another window. */
  async #heartbeat(): Promise<void> {
    const own = this.#own;
    if (own === undefined || this.#isBeating) return;
    this.#isBeating = true;
    try {
      const last = await this.#files.last();
      if (this.#own !== own) return;
      if (last === undefined || isOfOthers(last, own)) {
        this.#lose();
        return;
      }
      if (last.content === undefined) await this.#files.replace(own.number, own.record);
      await this.#files.beat(own.number, this.#clock.nowMs());
      if (last.isAsked) await this.#hear(own.number);
    } catch {
      // A disk that does not answer now may do so at the next beat.
    } finally {
      this.#isBeating = false;
    }
  }

  async #hear(number: number): Promise<void> {
    const request = await this.#files.hear(number);
    if (request === undefined || this.#own?.number !== number) return;
    if (Math.abs(this.#clock.nowMs() - request.askedMs) > ASK_LASTS_MS) return;
    this.#listener({ kind: 'asked', window: request.window, modelName: request.modelName });
  }

  async #ask(number: number, modelName: string): Promise<void> {
    try {
      await this.#files.ask(number, { window: this.#window, modelName, askedMs: this.#clock.nowMs() });
    } catch (error) {
      throw new UserError(
        'disk',
        'The other window could not be asked, because the extension cannot write its files. Switch GPT-J off there, and try again.',
        String(error),
      );
    }
  }

  async #checkPatience(holder: Holder, number: number, waitedMs: number): Promise<void> {
    if (waitedMs > RELEASE_WITHIN_MS) {
      throw new UserError('held', say`${nameOf(holder)} is still stopping its model. Try again in a minute.`);
    }
    if (waitedMs > REACT_WITHIN_MS && (await this.#files.isAsked(number))) {
      throw new UserError(
        'held',
        say`${nameOf(holder)} does not answer, and holds the model. Close that window, or try again in a minute.`,
      );
    }
  }

  #lose(): void {
    this.#forget();
    this.#listener({ kind: 'lost' });
  }

  #forget(): void {
    this.#own = undefined;
    this.#endHeartbeat();
  }

  /** One thing at a time: what is taken while it is being released is taken afterwards. */
  async #inTurn<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(run);
    this.#queue = result.catch(() => undefined);
    return result;
  }
}

/** Our number with something unreadable in it is still ours: nobody else can make it while it is there. */
function isOfOthers({ number, content }: LastHold, own: { number: number; record: HoldRecord }): boolean {
  if (number !== own.number) return true;
  return content !== undefined && (content === 'released' || content.id !== own.record.id);
}

/** Why the model is not loaded here, and how it can be. */
export function heldElsewhere({ window, modelName }: Holder): UserError {
  return new UserError(
    'held',
    say`${nameOf({ window })} is using ${modelName || say`a large model`}, and memory may not hold two. To have it here instead, run "GPT-J: Use the Model in This Window".`,
  );
}

function nameOf({ window }: Pick<Holder, 'window'>): Sentence {
  return window === '' ? say`Another window` : say`The window "${window}"`;
}
