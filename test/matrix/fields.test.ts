/** Fields that have worlds of their own: an agent beside itself, private mappings of files, files' huge pages. */
import { expect, it } from 'vitest';
import { agents, cellId, cellNamed, choices, fieldOf } from '../../model/matrix/index.ts';
import { check } from '../../schedules/check.ts';
import { lower } from '../../model/language/lower.ts';
import { answered } from './answered.ts';

const field = (...names: readonly string[]) => fieldOf(names.map((name) => agents.find((a) => a.id === name)!));

it('leaves no field of two without a world, and has no two ksmds or khugepageds beside a third agent', () => {
  expect(choices(agents, 2).map((pair) => fieldOf(pair)).filter((f) => f.cells.length === 0).map((f) => f.agents.map((a) => a.id).join('+'))).toEqual([]);
  expect([field('munmap', 'ksm', 'ksm').reason, field('munmap', 'collapse', 'collapse').reason]).toEqual(['there is one ksmd', 'there is one khugepaged']);
});

/** Those that no other kind of memory has. */
const own = [
  field('ksm', 'ksm'), field('collapse', 'collapse'), ...['ksm', 'thp-split', 'collapse'].flatMap((id) => [field('writeback', id), field('truncate', id)]),
].flatMap((f) => f.cells);

it.each(own.map((cell): [string] => [cellId(cell)]))('%s holds', async (id) => {
  expect((await check(lower(cellNamed(id)!.build()), {})).verdict).toBe('holds');
});

it.each([
  ['anon-rw/ksm+ksm', 'unmerged[mm0][va0] && pfn1.PageKsm', 'merged in the one mapping that is left to it'],
  ['anon-rw/ksm+ksm', 'pfn1.PageKsm && pfn1._mapcount == 2', 'merged before'],
  ['huge-rw/ksm+ksm', 'unmerged[mm0][va0] && pfn0.PG_head', 'what is huge stays so'],
  ['private-rw/truncate+ksm', 'i_size_zero && pfn2.PageKsm && pfn2._mapcount == 2', 'merged beyond the end, before truncation comes to it'],
  ['private-rw/truncate+ksm', 'i_size_zero && pfn2.PageKsm && !pte[mm0][va0].P && pte[mm1][va0].P', 'ksmd loses one of the two that it has merged'],
  ['private-rw/writeback+ksm', 'pfn2.PageKsm && pfn2._mapcount == 2 && page_cache.pfn == pfn0 && pfn0.PG_writeback', 'the copies are merged while the file is written out'],
  ['private-rw/write-fault+truncate', 'i_size_zero && pte[mm0][va0].P', 'a copy beyond the end, for a while'],
  ['large-rw/write-fault+thp-split', '!pfn0.PG_head && pte[mm0][va0].W && pfn0.PG_dirty', 'faulted in again, small, and written to'],
  ['large-rw/gup-fast+thp-split', 'pinned[mm0][va0].ok && pfn0.PG_head && pfn0._mapcount == 0', 'pinned while it is unmapped: it stays huge'],
  ['large-rw/truncate+thp-split', 'i_size_zero && !pfn0.PG_head && page_cache.present', 'split before truncation comes to it'],
  ['large-rw/writeback+thp-split', 'pfn0.PG_writeback && !pfn0.PG_head', 'split, and then written out'],
  ['text-ro/read-fault+collapse', 'pte[mm0][va0].P && pte[mm0][va0].pfn == pfn1 && pfn1.PG_head', 'the huge page is faulted in'],
  ['text-ro/writeback+collapse', 'disk == 0 && pfn0.PG_dirty && pfn1._count == 1', 'khugepaged has found the page dirty, or will'],
  ['text-ro/truncate+collapse', 'open_for_write && nr_thps == 1', 'counted, and not made yet'],
  ['text-ro/truncate+collapse', '!open_for_write && page_cache.pfn == pfn1 && i_writecount == 1 && nr_thps == 1', 'made while the file is opened'],
  ['huge-table/collapse+collapse', 'pmd[mm0][range0].kind == HUGE && pfn1._count == 1 && pfn2._count == 1', 'the second has a huge page for nothing'],
])('%s reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('reached'); });

it.each([
  ['private-ro/writeback+ksm', 'pfn0.PageKsm', 'the page of the file is merged'],
  ['text-ro/writeback+collapse', 'page_cache.pfn == pfn1 && disk == 0', 'a page that is not on disk is collapsed'],
  ['text-ro/truncate+collapse', 'open_for_write && page_cache.present && page_cache.pfn == pfn1 && pfn1.PG_head', 'open for writing, and huge'],
  ['private-ro/truncate+ksm', 'pfn0.PageKsm', 'the page of the file is merged'],
])('%s never reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('never'); });
