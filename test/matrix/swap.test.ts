/** Swap in the matrix: where it is, and what reclaim and the others come to. */
import { expect, it } from 'vitest';
import { cellNamed, cellScenario, choices, agents, fieldOf } from '../../model/matrix/index.ts';
import { answered } from './answered.ts';

it('is there in cells of anonymous memory in which reclaim runs, and in no others', () => {
  const cells = choices(agents, 2).flatMap((pair) => fieldOf(pair, ['anon']).cells.slice(0, 1));
  for (const cell of cells) {
    const places = cellScenario(cell).build().places.map((p) => p.name);
    expect([cell.agents.map((a) => a.id), places.includes('swap_map')]).toEqual([cell.agents.map((a) => a.id), cell.agents.some((a) => a.id === 'reclaim')]);
  }
});

it.each([
  ['anon-rw/fork+reclaim', 'swp0.swap_map.users == 2', 'both programs hold the entry'],
  ['anon-rw/mremap+reclaim', 'pte[mm0][va1].swap.V', 'the entry has moved, or the page was swapped out at its new address'],
  ['anon-rw/gup-fast+reclaim', 'pfn0.PG_swapcache && pfn0.pin_count != 0', 'pinned after it was given its slot, before it was unmapped'],
  ['anon-rw/write-fault+reclaim', 'pte[mm0][va0].P && pfn1.PG_anon_exclusive && !pfn1.PG_swapcache', 'read in past the swap cache, and the mapping\'s own again'],
  ['anon-ro/write-fault+reclaim', 'pfn0.PG_swapcache && pte[mm0][va0].W', 'mapped writable from the swap cache'],
  ['anon-rw/ksm+reclaim', 'pfn1.PageKsm && pte[mm0][va0].swap.V', 'swapped out while the other page is merged'],
  ['anon-rw/ksm+reclaim', 'exists pfn: pfn.PageKsm && pfn.off_lru', 'merged after reclaim had isolated it'],
  ['anon-rw/migration+ksm', 'pfn2.PageKsm && pfn2._mapcount == 2', 'a page that KSM has merged stays one when it migrates'],
])('%s reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('reached'); });

it.each([
  ['anon-rw/gup-fast+reclaim', 'pinned[mm0][va0].ok && pte[mm0][va0].swap.V', 'swapped out while pinned'],
])('%s never reaches %s: %s', async (cell, predicate) => {
  expect(cellNamed(`matrix/${cell}`)?.expect.verdict).toBe('holds');
  expect(await answered(cell, predicate)).toBe('never');
});
