/** Memory that may be huge in the matrix: what those who walk the rmap, and those who split and collapse, come to beside each other. */
import { expect, it } from 'vitest';
import { agents, cellId, cellNamed, cellScenario, choices, fieldOf } from '../../model/matrix/index.ts';
import { check } from '../../schedules/check.ts';
import { lower } from '../../model/language/lower.ts';
import { answered } from './answered.ts';

const WALKERS = ['migration', 'ksm', 'reclaim'];
const all = choices(agents, 2).flatMap((pair) => fieldOf(pair, ['huge']).cells);
const cells = all.filter((c) => c.agents.some((a) => WALKERS.includes(a.id)));

it('knows which pages are huge in cells in which somebody walks the rmap, and in no others', () => {
  for (const cell of all.filter((c) => c.start === 'rw')) {
    const places = cellScenario(cell).build().places.map((p) => p.name);
    expect([cellId(cell), places.includes('PG_head')]).toEqual([cellId(cell), cells.includes(cell)]);
  }
});

/** The others are recorded like those of other memory. */
const split = cells.filter((c) => c.agents.some((a) => ['thp-split', 'collapse'].includes(a.id)));

it.each(split.map((cell): [string] => [cellId(cell)]))('%s holds', async (id) => {
  const { verdict } = await check(lower(cellNamed(id)!.build()), {});
  expect(verdict).toBe('holds');
});

const SPLIT = 'pmd[mm0][range0].kind == TABLE';
const UNDER_WAY = 'table0.pte[sub0].A && !table0.pte[sub0].P';

it.each([
  ['huge-rw/migration+thp-split', `${SPLIT} && pfn0.PG_head`, 'the entry is split, the page is not yet'],
  ['huge-rw/gup-fast+migration', `pinned[mm0][va0].ok && ${SPLIT} && pfn0.PG_head && pfn0.PG_anon_exclusive`, 'a page that is pinned stays huge, and its mapping\'s own'],
  ['huge-rw/fork+migration', `${UNDER_WAY} && table1.pte[sub0].A`, 'both programs\' entries are migration entries'],
  ['huge-table/mprotect+migration', `${UNDER_WAY} && !table0.pte[sub0].W`, 'the page will not be mapped for writing again'],
  ['huge-table/migration+collapse', `${UNDER_WAY} && pmd[mm0][range0].kind == NONE`, 'khugepaged finds the entry in the table that it has taken out'],
  ['huge-table/migration+collapse', 'pmd[mm0][range0].kind == HUGE && pfn0._count == 0 && pfn2._count == 0', 'the page that was moved is collapsed'],
  ['huge-table/mremap+migration', 'pmd[mm0][range1].kind == TABLE && table0.pte[sub0].A', 'a table moves with a migration entry in it'],
  ['huge-rw/gup-fast+ksm', `pinned[mm0][va0].ok && ${SPLIT} && pfn0.PG_head && pfn1.PageKsm`, 'a page that is pinned is not merged'],
  ['huge-table/ksm+collapse', 'pmd[mm0][range0].kind == HUGE && pfn1.PageKsm && pfn1._mapcount == 1', 'what was merged is collapsed'],
  ['huge-rw/migration+ksm', 'pfn2.PageKsm && pfn2._mapcount == 2', 'a page that KSM has merged stays one when it migrates'],
  ['huge-rw/mprotect+ksm', 'pfn1.PageKsm && pfn1._mapcount == 2 && !vma[mm0][va0].W', 'merged where nobody may write any more'],
  ['huge-rw/gup-fast+reclaim', `pinned[mm0][va0].ok && ${SPLIT} && pfn0.PG_head`, 'a page that is pinned is not swapped'],
  ['huge-rw/fork+reclaim', 'swp0.swap_map.users == 2', 'both programs hold the entry'],
  ['huge-table/mremap+reclaim', 'pmd[mm0][range1].kind == TABLE && table0.pte[sub0].swap.V', 'a table moves with a swap entry in it'],
  ['huge-table/write-fault+reclaim', 'table0.pte[sub0].P && pfn1.PG_anon_exclusive && pfn1._mapcount == 1', 'read in again, and the mapping\'s own'],
  ['huge-table/collapse+reclaim', 'table0.pte[sub0].swap.V && pmd[mm0][range0].kind == NONE', 'khugepaged finds a swap entry in the table that it has taken out'],
  ['huge-table/collapse+reclaim', 'exists pfn: pfn.PG_swapcache && pmd[mm0][range0].kind == HUGE', 'a page with a slot is collapsed'],
  ['huge-rw/migration+reclaim', 'pfn1.PG_swapcache || pfn2.PG_swapcache', 'a page that was swapped out moves in the swap cache'],
])('%s reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('reached'); });

it.each([
  ['huge-table/gup-fast+migration', `pinned[mm0][va0].ok && ${UNDER_WAY}`, 'under way while pinned'],
  ['huge-table/migration+collapse', 'pmd[mm0][range0].kind == HUGE && table0.pte[sub0].A', 'a huge entry over a migration entry'],
  ['huge-rw/ksm+thp-split', 'pfn0.PageKsm || pfn1.PageKsm && pfn1.PG_head', 'a huge page is a merged one'],
  ['huge-table/gup-fast+reclaim', 'pinned[mm0][va0].ok && table0.pte[sub0].swap.V', 'swapped out while pinned'],
  ['huge-rw/thp-split+reclaim', 'pfn0.PG_head && pfn0.PG_swapcache', 'a huge page has a slot'],
])('%s never reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('never'); });
