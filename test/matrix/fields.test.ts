/** Fields that have worlds of their own: an agent beside itself, and what is to private mappings of files. */
import { expect, it } from 'vitest';
import { agents, cellId, cellNamed, choices, fieldOf } from '../../model/matrix/index.ts';
import { check } from '../../schedules/check.ts';
import { lower } from '../../model/language/lower.ts';
import { answered } from './answered.ts';

const field = (...names: readonly string[]) => fieldOf(names.map((name) => agents.find((a) => a.id === name)!));

it('has no field of two without a world, and none of three ksmds or khugepageds', () => {
  expect(choices(agents, 2).map((pair) => fieldOf(pair)).filter((f) => f.cells.length === 0).map((f) => f.agents.map((a) => a.id).join('+'))).toEqual(WITHOUT);
  expect([field('munmap', 'ksm', 'ksm').reason, field('munmap', 'collapse', 'collapse').reason]).toEqual(['there is one ksmd', 'there is one khugepaged']);
});
const WITHOUT = ['writeback+thp-split', 'writeback+collapse', 'truncate+thp-split', 'truncate+collapse'];

const own = [...[field('ksm', 'ksm'), field('collapse', 'collapse')].flatMap((f) => f.cells), ...choices(agents, 2).flatMap((pair) => fieldOf(pair, ['private']).cells)];

it.each(own.map((cell): [string] => [cellId(cell)]))('%s holds, and its mutants do not', async (id) => {
  const cell = cellNamed(id)!;
  expect((await check(lower(cell.build()), {})).verdict).toBe('holds');
  for (const m of cell.mutants) {
    const { verdict, property } = await check(lower(m.build()), {});
    expect([m.name, { verdict, property }]).toEqual([m.name, m.expect]);
  }
});

it.each([
  ['anon-rw/ksm+ksm', 'unmerged[mm0][va0] && pfn1.PageKsm', 'merged in the one mapping that is left to it'],
  ['anon-rw/ksm+ksm', 'pfn1.PageKsm && pfn1._mapcount == 2', 'merged before'],
  ['huge-rw/ksm+ksm', 'unmerged[mm0][va0] && pfn0.PG_head', 'what is huge stays so'],
  ['private-rw/truncate+ksm', 'i_size_zero && pfn2.PageKsm && pfn2._mapcount == 2', 'merged beyond the end, before truncation comes to it'],
  ['private-rw/truncate+ksm', 'i_size_zero && pfn2.PageKsm && !pte[mm0][va0].P && pte[mm1][va0].P', 'ksmd loses one of the two that it has merged'],
  ['private-rw/writeback+ksm', 'pfn2.PageKsm && pfn2._mapcount == 2 && page_cache.pfn == pfn0 && pfn0.PG_writeback', 'the copies are merged while the file is written out'],
  ['private-rw/write-fault+truncate', 'i_size_zero && pte[mm0][va0].P', 'a copy beyond the end, for a while'],
  ['huge-table/collapse+collapse', 'pmd[mm0][range0].kind == HUGE && pfn1._count == 1 && pfn2._count == 1', 'the second has a huge page for nothing'],
])('%s reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('reached'); });

it.each([
  ['private-ro/writeback+ksm', 'pfn0.PageKsm', 'the page of the file is merged'],
  ['private-ro/truncate+ksm', 'pfn0.PageKsm', 'the page of the file is merged'],
])('%s never reaches %s: %s', async (cell, predicate) => { expect(await answered(cell, predicate)).toBe('never'); });
