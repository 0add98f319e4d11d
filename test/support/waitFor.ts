// Waiting with an end: reads until what was read will do, and says what it saw last when it never did.

export interface Wait<T> {
  /** Completes the sentence "Waited 20 s for …". */
  readonly what: string;
  readonly read: () => Promise<T>;
  readonly until: (value: T) => boolean;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

export async function waitFor<T>({
  what,
  read,
  until,
  timeoutMs = 20_000,
  intervalMs = 50,
}: Wait<T>): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (until(value)) return value;
    if (performance.now() > end) {
      throw new Error(`Waited ${timeoutMs / 1000} s for ${what}; last seen: ${JSON.stringify(value)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, intervalMs));
  }
}
