import { expect, it } from 'vitest';
import 'pterace/vitest';
import { forgetful, world } from '../../docs/tutorial/dirty-bit.ts';

it('the lock does not stop hardware from setting D', async () => {
  await expect(world({ repaired: false })).toViolate('no-dirt-lost', { conjunct: 'quiet', steps: 5 });
});

it('one locked update does', async () => {
  await expect(world({ repaired: true })).toHold();
  await expect(forgetful).toViolate('no-dirt-lost');
});
