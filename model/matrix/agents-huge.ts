/** What each agent is to anonymous memory that a PMD entry maps as a whole, or could. */
import { and, drop, eq, FALSE, never, not, or, peek, type Value } from '../language/index.ts';
import { mprotect_pmd } from '../kernel/change_huge_pmd.ts';
import { collapse_huge_page } from '../kernel/collapse_huge_page.ts';
import { dup_mmap_pmd } from '../kernel/copy_huge_pmd.ts';
import { cmp_and_merge_page } from '../kernel/ksm.ts';
import { pin_t } from '../kernel/follow_page.ts';
import { split_huge_anon_pmd } from '../kernel/huge_anon.ts';
import { madvise_dontneed } from '../kernel/madvise_huge.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { move_pages } from '../kernel/migrate.ts';
import { move_vma } from '../kernel/mremap.ts';
import { __do_munmap } from '../kernel/mmap.ts';
import { pmd_write } from '../kernel/pgtable_pmd.ts';
import { pinned } from '../kernel/pins.ts';
import { swp_entry_t } from '../kernel/swapops.ts';
import { table_swp } from '../kernel/swap_table.ts';
import { register_and_write } from '../kernel/rdma.ts';
import { pmd, pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, range_t, sub_t, table_pte, type Pmd } from '../machine/pmd.ts';
import { tlb } from '../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, tlb_t, va_t } from '../machine/types.ts';
import { reclaimsAny } from '../scenarios/races/swap-world.ts';
import { loads, stores } from '../scenarios/actors.ts';
import type { Part, Place } from './agent.ts';
import { done } from './stage.ts';
import { unmerges } from './unmerge.ts';

const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const entry = (mm = 0, range = 0): Pmd => peek(pmd.at(mm_t.lit(mm), range_t.lit(range)));
const vma = (): Value<'vma_t'> => peek(vma_at.at(mm_t.lit(0), va_t.lit(0)));

const small = (mm = 0) => peek(table_pte.at(pmd_t.get(entry(mm), 'table'), sub_t.lit(0)));
/** The mm maps the frame by a small entry. */
const mapsSmall = (mm: number, frame: number): Value<'bool'> => and(pmd_is_table(entry(mm)), pte_present(small(mm)), eq(pte_pfn(small(mm)), pfn_t.lit(frame)));
const writable = (): Value<'bool'> => or(and(pmd_trans_huge(entry()), pmd_write(entry())), and(pmd_is_table(entry()), pte_write(small())));

/** Neither the PMD entry nor a small one maps anything. */
const nothing = (): Value<'bool'> => not(or(pmd_trans_huge(entry()), and(pmd_is_table(entry()), pte_present(small()))));

const collapses = {
  run: () => { collapse_huge_page(at()); }, frames: 1, starts: ['table'], effect: ({ n }: Place) => and(done(n), pmd_trans_huge(entry())),
} as const satisfies Part;

export const hugeParts = {
  'write-fault': {
    run: () => { stores(0); }, user: true, frames: 1, starts: ['ro', 'none'], effect: ({ n }: Place) => and(done(n), writable()),
    mutants: [{ name: 'no-recheck', what: 'the entry is not compared under the PMD lock', against: 'thp-split', start: 'ro', kernel: { variants: ['a huge write fault does not compare the entry'] }, property: 'I4-huge' }],
  },
  'read-fault': {
    run: () => { loads(0); }, user: true, frames: 1, starts: ['none'], effect: ({ n }: Place) => and(done(n), tlb_t.get(peek(tlb.at(cpu_t.lit(n), va_t.lit(0))), 'V')),
  },
  dontneed: {
    run: () => { madvise_dontneed(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), nothing()),
    mutants: [{ name: 'no-flush', what: 'the page is freed without a flush', against: 'write-fault', start: 'rw', mutations: [drop('zap_huge_pmd', 'flush_tlb_page')], property: 'I5-tlb' }],
  },
  munmap: {
    run: () => { __do_munmap(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'linked')), pmd_none(entry())),
    mutants: [{ name: 'slot-kept', what: 'the slot of a swap entry is not told', against: 'reclaim', start: 'table', mutations: [drop('zap_pmd_range', 'free_swap_and_cache')], property: 'I13' }],
  },
  mprotect: {
    run: () => { mprotect_pmd(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'W')), not(writable())),
    mutants: [
      { name: 'no-flush', what: 'neither entry is flushed', against: 'dontneed', start: 'rw', mutations: [drop('mprotect_fixup', 'flush_tlb_page')], property: 'I2' },
      { name: 'huge-alone', what: 'an entry that was split before the lock was taken is passed by', against: 'thp-split', start: 'rw', mutations: [drop('change_pmd_range', 'change_pte_range')], property: 'I2-vma' },
    ],
  },
  mremap: {
    run: () => { move_vma({ mm: mm_t.lit(0), from: va_t.lit(0), to: va_t.lit(1) }); }, addresses: 2, starts: ['rw', 'table'],
    effect: ({ n }: Place) => and(done(n), not(pmd_none(entry(0, 1)))),
    mutants: [
      { name: 'no-flush', what: 'move_huge_pmd does not flush the old address', against: 'dontneed', start: 'rw', mutations: [drop('move_huge_pmd', 'flush_tlb_page')], property: 'I2' },
      { name: 'huge-alone', what: 'an entry that was split before the lock was taken stays behind', against: 'thp-split', start: 'rw', mutations: [drop('move_vma', 'move_ptes')], property: 'I2-vma' },
    ],
  },
  fork: {
    run: ({ spare }: Place) => { dup_mmap_pmd({ src: mm_t.lit(0), dst: mm_t.lit(spare), va: va_t.lit(0) }); }, spare: 'empty', frames: 1, starts: ['rw', 'table'],
    effect: ({ n, spare }: Place) => and(done(n), not(pmd_none(entry(spare)))),
    mutants: [
      { name: 'shares-pinned', what: 'a huge page that may be pinned is shared', against: 'gup-fast', start: 'rw', mutations: [never('copy_huge_pmd', '__split_huge_pmd')], property: 'I7-exclusive' },
      { name: 'shares-pinned-small', what: 'so is a small one', against: 'gup-fast', start: 'table', mutations: [never('copy_present_pte', 'alloc_page')], property: 'I7-exclusive' },
      { name: 'not-announced', what: 'GUP-fast is not told of the write protection', against: 'gup-fast', start: 'rw', mutations: [drop('copy_page_range', 'raw_write_seqcount_begin'), drop('copy_page_range', 'raw_write_seqcount_end')], property: 'I7-exclusive' },
    ],
  },
  'gup-fast': {
    run: () => { register_and_write({ ...at(), dirties: FALSE }); }, user: true, frames: 1, starts: ['rw', 'ro', 'table'], effect: () => pin_t.get(peek(pinned.at(mm_t.lit(0), va_t.lit(0))), 'ok'),
  },
  migration: {
    run: () => { move_pages(at()); }, walks: true, frames: 1, starts: ['rw', 'ro', 'table'], effect: ({ n }: Place) => and(done(n), pmd_is_table(entry()), pte_present(small()), not(eq(pte_pfn(small()), pfn_t.lit(0)))),
    mutants: [
      { name: 'no-flush', what: 'try_to_migrate does not flush', against: 'dontneed', start: 'table', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-tlb' },
      { name: 'shares-pinned', what: 'a page that may be pinned is unmapped, and so exclusive no more', against: 'gup-fast', start: 'table', mutations: [never('try_to_migrate_one', 'set_pte')], property: 'I7-exclusive' },
    ],
  },
  ksm: {
    run: ({ spare }: Place) => { cmp_and_merge_page({ tree: mm_t.lit(spare), ...at() }); }, spare: 'equal page', walks: true, frames: 2, starts: ['rw', 'ro', 'table'],
    effect: ({ spare }: Place) => and(mapsSmall(0, 1), mapsSmall(spare, 1)),
    mutants: [{ name: 'no-comparison', what: 'ksmd does not give up when references are raised', against: 'gup-fast', start: 'table', mutations: [never('write_protect_page', 'set_pte')], property: 'I7-mapped' }],
    second: { ...unmerges(['rw', 'ro', 'table'], 'table'), walks: true },
  },
  reclaim: {
    run: () => { reclaimsAny(); }, walks: true, frames: 1, slots: 1, starts: ['rw', 'ro', 'table'],
    effect: ({ n }: Place) => and(done(n), pmd_is_table(entry()), swp_entry_t.get(peek(table_swp.at(pmd_t.get(entry(), 'table'), sub_t.lit(0))), 'V')),
    mutants: [
      { name: 'no-flush', what: 'try_to_unmap does not flush', against: 'munmap', start: 'table', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-tlb' },
      { name: 'not-written', what: 'the page is dropped though its slot has not got what it holds', against: 'thp-split', start: 'rw', mutations: [drop('swap_writepage', 'DMA page to swap')], property: 'I1-anon' },
    ],
  },
  'thp-split': {
    run: () => { split_huge_anon_pmd(at()); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), pmd_is_table(entry())),
    mutants: [{ name: 'whole-kept', what: 'the split forgets that the whole is mapped once less', against: 'mprotect', start: 'rw', mutations: [drop('transfer_mapcount', 'page_remove_anon_compound_rmap')], property: 'I4-huge' }],
  },
  collapse: {
    ...collapses,
    // MADV_COLLAPSE (6.1 on) collapses in the caller's name what khugepaged may be at.
    second: collapses,
    mutants: [
      { name: 'no-second-look', what: 'the PMD is not looked at again once mmap_lock is held for writing', against: 'collapse', start: 'table', kernel: { variants: ['khugepaged believes the PMD that it saw before it had mmap_lock'] }, property: 'I4-huge' },
      { name: 'no-comparison', what: 'a page that is pinned is collapsed too', against: 'gup-fast', start: 'table', mutations: [never('collapse_huge_page', 'pmd_populate')], property: 'I7-mapped' },
      { name: 'no-anon-vma-lock', what: 'a walk of the rmap may come while the table is out of the page table', against: 'migration', start: 'table', kernel: { variants: ['khugepaged takes no anon_vma lock'] }, property: 'I13-migration' },
      { name: 'maps-writable', what: 'the huge entry is writable whatever the VMA says', against: 'mprotect', start: 'table', kernel: { variants: ['khugepaged maps for writing whatever the VMA says'] }, property: 'I2-entry' },
    ],
  },
} as const satisfies Readonly<Record<string, Part>>;
