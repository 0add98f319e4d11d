import { expect, it } from 'vitest';
import { PromptBudget } from '../../../src/engine/promptBudget.ts';

function after(...msPerToken: (number | undefined)[]): number {
  const budget = new PromptBudget(2048);
  for (const ms of msPerToken) budget.adapt(ms);
  return budget.windowTokens;
}

it('is what the model reads in three seconds, in eighths of the window', () => {
  expect(after()).toBe(2048);
  expect(after(undefined, 0.1)).toBe(2048);
  // 3 s at 2.2 ms a token: 1,363 tokens, five eighths are 1,280.
  expect(after(2.2)).toBe(1280);
  // GPT-J-6B on a processor.
  expect(after(40)).toBe(512);
});

it('changes by what is more than noise', () => {
  expect(after(1.5)).toBe(2048);
  expect(after(2.2, 2.5)).toBe(1280);
  expect(after(2.2, 1.9)).toBe(1280);
  expect(after(2.2, 1.2)).toBe(2048);
});
