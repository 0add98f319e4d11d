import { expect, it, vi } from 'vitest';
import { isCancelled, UserError } from '../../../src/base/userError.ts';

it('is known by whoever has the class a second time, as bundles have that are loaded later', async () => {
  vi.resetModules();
  const other = await import('../../../src/base/userError.ts');
  expect(other.UserError).not.toBe(UserError);
  expect(new other.UserError('held', 'Taken.')).toBeInstanceOf(UserError);
  expect(other.isCancelled(new UserError('cancelled', 'Cancelled.'))).toBe(true);
  expect(isCancelled(other.cancelled())).toBe(true);
  for (const stranger of [new Error('x'), { name: 'UserError' }, undefined])
    expect(stranger instanceof UserError).toBe(false);
});
