// A window with a hold as a program of its own, `holdWindow.mjs <folder> <name>`: a word on stdin, an answer on stdout.
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { ModelHold } from '../../src/client/modelHold.ts';
import { messageOf } from '../../src/base/userError.ts';

const [folder = '', name = ''] = process.argv.slice(2);
const hold = new ModelHold(folder, name);
hold.onAsked(() => void hold.release());

/** Tries until it has held once; answers from when to when, by the clock that all processes of a machine share. */
async function race(): Promise<string> {
  while ((await hold.take(name)).kind !== 'held') await pause(Math.random() * 3);
  const from = process.hrtime.bigint();
  await pause(Math.random() * 3);
  const to = process.hrtime.bigint();
  await hold.release();
  return `${from} ${to}`;
}

const words: Readonly<Record<string, () => Promise<string>>> = {
  race,
  take: async () => (await hold.take(name)).kind,
  takeOver: () => hold.takeOver(name, { signal: new AbortController().signal }).then(() => 'held', messageOf),
  // Whoever waits for these words has the process's whole attention, as an editor that is busy.
  hang: () => {
    for (;;);
  },
};

for await (const word of createInterface({ input: process.stdin })) {
  process.stdout.write(`${(await words[word]?.()) ?? 'unknown word'}\n`);
}
