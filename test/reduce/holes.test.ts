/** What a search that goes on too readily would miss is not missed. */
import { expect, it } from 'vitest';
import { compare } from './compare.ts';
import { HOLES } from './holes.ts';

it.each(Object.entries(HOLES))('%s', async (_, g) => {
  expect((await compare(g)).differences).toEqual([]);
});
