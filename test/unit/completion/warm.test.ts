import { expect, it } from 'vitest';
import { snapshotAt } from '../../support/drawing.ts';
import { held } from '../../support/heldModel.ts';

const { signal } = new AbortController();

it('has the model read what a completion there would be asked with, and say next to nothing', async () => {
  const { completer, asked, ask } = held();
  const warmed = completer.warm(snapshotAt('x = 1\ny = │'), signal);
  asked[0]!.answer('1', { recomputedTokens: 7 });
  expect((await warmed)?.recomputedTokens).toBe(7);
  expect(asked[0]!.request.maxTokens).toBe(1);
  expect(asked[0]!.request.copyFrom).toBeUndefined();
  const outcome = ask('x = 1\ny = │');
  asked[1]!.answer('2 + 3');
  // What was said while reading is no suggestion.
  expect(await outcome).toMatchObject({ kind: 'offer', text: '2 + 3', source: 'model' });
  expect(asked[1]!.request.prompt).toEqual(asked[0]!.request.prompt);
});

it.each([['│'], ['  \n│']])('does not read where nothing stands before the cursor: %j', async (drawing) => {
  const { completer, asked } = held();
  expect(await completer.warm(snapshotAt(drawing), signal)).toBeUndefined();
  expect(asked).toEqual([]);
});

it('does not end a completion that is under way', async () => {
  const { completer, asked, ask } = held();
  const outcome = ask('x = │');
  expect(await completer.warm(snapshotAt('y = │'), signal)).toBeUndefined();
  expect(asked[0]!.signal.aborted).toBe(false);
  asked[0]!.answer('1 + 2');
  expect(await outcome).toMatchObject({ text: '1 + 2' });
});
