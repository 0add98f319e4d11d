import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { cancelled, isCancelled, UserError } from '../../../src/base/userError.ts';
import { Caller } from '../../../src/protocol/caller.ts';
import { serve, type HandlerHooks } from '../../../src/protocol/server.ts';

/** What a handler may throw. */
const THROWN = {
  ours: new UserError('too-long', 'Too long.', 'by far'),
  anybodys: new RangeError('oh'),
} as const;

type Calls = {
  double: { params: { readonly n: number }; result: number; progress: never };
  count: { params: { readonly to: number }; result: 'counted'; progress: number };
  fail: { params: keyof typeof THROWN; result: never; progress: never };
  wait: { params: undefined; result: undefined; progress: never };
  uncloneable: { params: undefined; result: unknown; progress: never };
};

let ports: { port1: MessagePort; port2: MessagePort };
let caller: Caller<Calls>;

beforeEach(() => {
  ports = new MessageChannel();
  caller = new Caller<Calls>(ports.port1);
  serve<Calls>(ports.port2, {
    double: ({ n }) => Promise.resolve(2 * n),
    count: async ({ to }, { onProgress }) => {
      for (let n = 1; n <= to; n++) {
        onProgress?.(n);
        await Promise.resolve();
      }
      return 'counted';
    },
    // Not async: it throws before there is a promise.
    fail: (what) => {
      throw THROWN[what];
    },
    wait: (_, { signal }: HandlerHooks<never>) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(cancelled()))),
    uncloneable: () => Promise.resolve(() => 'a function'),
  });
});

afterEach(() => ports.port1.close());

const failure = (work: Promise<unknown>) =>
  work.then(
    () => undefined,
    (error: unknown) => error,
  );

describe('a call', () => {
  it('gives its own result, also beside others', async () => {
    const results = [1, 2, 3].map((n) => caller.call('double', { n }));
    expect(await Promise.all(results)).toEqual([2, 4, 6]);
  });

  it('tells its progress, in order and before the result', async () => {
    const seen: unknown[] = [];
    const work = [2, 3].map((to) =>
      caller
        .call('count', { to }, { onProgress: (n) => seen.push([to, n]) })
        .then((result) => seen.push([to, result])),
    );
    await Promise.all(work);
    const of = (to: number) =>
      seen.filter((entry) => (entry as unknown[])[0] === to).map((entry) => (entry as unknown[])[1]);
    expect([of(2), of(3)]).toEqual([
      [1, 2, 'counted'],
      [1, 2, 3, 'counted'],
    ]);
  });

  it.each([
    ['ours', { code: 'too-long', message: 'Too long.', detail: 'by far' }],
    [
      'anybodys',
      { code: 'internal', message: 'oh', detail: expect.stringContaining('RangeError') as string },
    ],
  ] as const)('fails with an error of %s', async (what, expected) => {
    const error = await failure(caller.call('fail', what));
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject(expected);
  });

  it('ends as cancelled where it is cancelled, and leaves the others alone', async () => {
    const abort = new AbortController();
    const [first, second] = [new AbortController(), abort].map(({ signal }) =>
      caller.call('wait', undefined, { signal }),
    );
    abort.abort();
    expect(isCancelled(await failure(second!))).toBe(true);
    expect(await Promise.race([failure(first!), Promise.resolve('still waiting')])).toBe('still waiting');
    expect(isCancelled(await failure(caller.call('double', { n: 1 }, { signal: abort.signal })))).toBe(true);
    caller.fail(new UserError('closed', 'Over.'));
    expect(await failure(first!)).toMatchObject({ code: 'closed' });
  });

  it('fails where what is asked or answered cannot cross threads', async () => {
    expect(await failure(caller.call('double', { n: (() => 1) as unknown as number }))).toBeInstanceOf(Error);
    expect(await failure(caller.call('uncloneable', undefined))).toMatchObject({ code: 'internal' });
    expect(await caller.call('double', { n: 4 })).toBe(8);
  });

  it('that the other side does not know is answered all the same', async () => {
    const newer = caller as unknown as Caller<{
      sing: { params: undefined; result: string; progress: never };
    }>;
    expect(await failure(newer.call('sing', undefined))).toMatchObject({ code: 'internal' });
  });
});

it('when the other side is gone, open calls fail and so do new ones', async () => {
  const open = [caller.call('wait', undefined), caller.call('wait', undefined)].map(failure);
  caller.fail(new UserError('closed', 'Gone.'));
  caller.fail(new UserError('internal', 'Gone again.'));
  for (const error of await Promise.all(open))
    expect(error).toMatchObject({ code: 'closed', message: 'Gone.' });
  expect(await failure(caller.call('double', { n: 1 }))).toMatchObject({ code: 'closed' });
});

/** Never run: the compiler is the test. Each line below is an error of types, or the check fails. */
export function typeErrors(typed: Caller<Calls>): void {
  // @ts-expect-error no such call
  void typed.call('triple', { n: 1 });
  // @ts-expect-error params of another call
  void typed.call('double', { to: 1 });
  // @ts-expect-error params of another type
  void typed.call('double', { n: '1' });
  // @ts-expect-error the result is a number
  void typed.call('double', { n: 1 }).then((result: string) => result);
  // @ts-expect-error progress is a number
  void typed.call('count', { to: 1 }, { onProgress: (progress: string) => progress });
  // @ts-expect-error a call without its handler
  serve<Pick<Calls, 'double' | 'count'>>(ports.port2, { double: ({ n }) => Promise.resolve(n) });
  // @ts-expect-error a handler with another result
  serve<Pick<Calls, 'double'>>(ports.port2, { double: () => Promise.resolve('2') });
}
