/** Page tables of two levels: the order of steps that the worlds of thread 003 are about, and the walk against a table of what hardware does. */
import { describe, expect, it } from 'vitest';
import { eq, lower, peek, program, property, quiescent, shared, store, thread, TRUE } from '../../index.ts';
import { DEFAULT_MACHINE } from '../../model/machine/config.ts';
import { access_t, storeInstruction } from '../../model/machine/mmu.ts';
import { pmd, pmd_kind_t, pmd_t, range_t, sub_t, table_pte, table_t, table_used } from '../../model/machine/pmd.ts';
import { mm_t, pfn_t, pte_t, va_t } from '../../model/machine/types.ts';
import { check } from '../../schedules/check.ts';
import { listed } from './thp-listed.ts';

/** The names of the steps and calls, in the order of the listing. */
function order(id: string, proc: string, names: readonly string[]): string[] {
  const text = listed(id, proc);
  return names.map((n) => [text.indexOf(n), n] as const).filter(([at]) => at >= 0).sort(([a], [b]) => a - b).map(([, n]) => n);
}

describe('order of steps', () => {
  it('munmap unlinks the VMA before it frees the table, and flushes before that', () => {
    const steps = ['zap_pmd_range(', 'unlink_file_vma(', 'free_pgd_range('];
    expect(order('seed-003/a3.1-munmap', '__do_munmap', steps)).toEqual(steps);
    expect(order('seed-003/a3.1-munmap', 'free_pgd_range', ['pmd_clear(', 'flush_tlb_page(', 'pte_free('])).toEqual(['pmd_clear(', 'flush_tlb_page(', 'pte_free(']);
  });
  it.each([
    ['seed-003/a3.1-collapse', ['pte_unmap_unlock(', 'pmd_lock(', 'pmdp_collapse_flush(', 'pte_free(']],
    ['seed-003/a3.1-collapse-repaired', ['i_mmap_lock_write(', 'pmdp_collapse_flush(', 'pte_free(']],
  ])('%s frees the table at the end', (id, steps) => {
    expect(order(id, 'collapse_pte_mapped_thp', steps)).toEqual(steps);
  });
  it('the split of anonymous memory: invalid and flushed, small entries counted, the whole uncounted, then the table', () => {
    expect(order('seed-003/thp-mapcount', '__split_huge_pmd_locked', ['pmdp_invalidate(', 'set_pte(', 'page_add_rmap(', 'transfer_mapcount(', 'pmd_populate(']))
      .toEqual(['pmdp_invalidate(', 'set_pte(', 'page_add_rmap(', 'transfer_mapcount(', 'pmd_populate(']);
    expect(order('seed-003/thp-mapcount-repaired', '__split_huge_pmd', ['lock_page(', '__split_huge_pmd_locked('])).toEqual(['lock_page(', '__split_huge_pmd_locked(']);
    expect(order('seed-003/thp-mapcount', '__split_huge_pmd', ['lock_page(', '__split_huge_pmd_locked('])).toEqual(['__split_huge_pmd_locked(']);
  });
  it('small pages are counted before the whole', () => {
    expect(order('seed-003/thp-mapcount', 'reuse_swap_page', ['page_mapcount(', 'PageDoubleMap(', 'compound_mapcount('])).toEqual(['page_mapcount(', 'PageDoubleMap(', 'compound_mapcount(']);
  });
  it('5.9 reads the entry for the callback, 5.5 does not', () => {
    expect(order('seed-003/a3.3-skip', 'walk_pmd_range', ['pmd_trans_huge', 'split_huge_pmd('])).toEqual(['pmd_trans_huge', 'split_huge_pmd(']);
    expect(order('seed-003/a3.3-split', 'walk_pmd_range', ['pmd_trans_huge', 'split_huge_pmd('])).toEqual(['split_huge_pmd(']);
  });
});

const outcome = shared('outcome', access_t, []);
/** One store to the second small page; the world begins with the given entry. */
async function stored(kind: keyof typeof pmd_kind_t.is, granted: boolean): Promise<string> {
  const W = granted ? { W: TRUE } : {};
  const world = program({
    name: 'one store', sizes: { cpu_t: 1, mm_t: 1, va_t: 2, range_t: 1, sub_t: 2, table_t: 1, pfn_t: 2 },
    options: { kernel: { version: '5.5' }, machine: { ...DEFAULT_MACHINE, cpuMm: [0], pmds: true, speculativeFill: false, eviction: false, walkCaches: false } },
    threads: () => [thread('user', 0, () => { store(outcome.at(), storeInstruction(() => undefined)(mm_t.lit(0), va_t.lit(1))); })],
    init: (set) => {
      set(table_used.at(table_t.lit(0)), TRUE);
      set(table_pte.at(table_t.lit(0), sub_t.lit(1)), pte_t.of({ P: TRUE, pfn: pfn_t.lit(1), ...W }));
      const { [kind]: entry } = pmd_kind_t.is;
      set(pmd.at(mm_t.lit(0), range_t.lit(0)), pmd_t.of({ kind: entry, ...W }));
    },
    properties: [property('faults', '', () => ({ end: { when: quiescent(), holds: eq(peek(outcome.at()), access_t.is.FAULT) } }))],
  });
  return (await check(lower(world))).verdict === 'holds' ? 'fault' : 'done';
}

it.each([
  ['NONE', true, 'fault'], ['TABLE', true, 'done'], ['TABLE', false, 'fault'], ['HUGE', true, 'done'], ['HUGE', false, 'fault'], ['INVALID', true, 'fault'],
] as const)('a store through a %s entry, writable %s: %s', async (kind, granted, expected) => {
  expect(await stored(kind, granted)).toBe(expected);
});
