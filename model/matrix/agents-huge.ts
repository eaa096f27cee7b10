/** What each agent is to anonymous memory that a PMD entry maps as a whole, or could. */
import { and, drop, If, never, not, or, peek, track, type Value } from '../language/index.ts';
import { mprotect_pmd } from '../kernel/change_huge_pmd.ts';
import { collapse_huge_page } from '../kernel/collapse_huge_page.ts';
import { dup_mmap_pmd } from '../kernel/copy_huge_pmd.ts';
import { get_user_pages_fast_only, huge_pin_t } from '../kernel/gup_huge.ts';
import { split_huge_anon_pmd } from '../kernel/huge_anon.ts';
import { madvise_dontneed } from '../kernel/madvise_huge.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { __do_munmap } from '../kernel/mmap.ts';
import { put_page } from '../kernel/page.ts';
import { pmd_write } from '../kernel/pgtable_pmd.ts';
import { pmd, pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, range_t, sub_t, table_pte, type Pmd } from '../machine/pmd.ts';
import { tlb } from '../machine/tlb.ts';
import { cpu_t, mm_t, pte_present, tlb_t, va_t } from '../machine/types.ts';
import { loads, stores } from '../scenarios/actors.ts';
import { huge_pin } from '../scenarios/seed-003/properties-huge.ts';
import type { Part, Place } from './agent.ts';
import { done } from './stage.ts';

const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const entry = (mm = 0): Pmd => peek(pmd.at(mm_t.lit(mm), range_t.lit(0)));
const vma = (): Value<'vma_t'> => peek(vma_at.at(mm_t.lit(0), va_t.lit(0)));

/** Neither the PMD entry nor a small one maps anything. */
const nothing = (): Value<'bool'> => not(or(pmd_trans_huge(entry()), and(pmd_is_table(entry()), pte_present(peek(table_pte.at(pmd_t.get(entry(), 'table'), sub_t.lit(0)))))));

/** GUP-fast alone, without its slow path: pins, and lets go. */
function pins(): void {
  const pin = get_user_pages_fast_only(at(), 'pin');
  If(huge_pin_t.get(pin, 'ok'), () => {
    track(huge_pin.at(), pin);
    put_page(huge_pin_t.get(pin, 'pfn'));
    track(huge_pin.at(), huge_pin_t.of({}));
  });
}

export const hugeParts = {
  'write-fault': {
    run: () => { stores(0); }, user: true, starts: ['ro'], effect: ({ n }: Place) => and(done(n), pmd_write(entry())),
    mutants: [{ name: 'no-recheck', what: 'the entry is not looked at again with the page locked', against: 'dontneed', start: 'ro', mutations: [never('do_huge_pmd_wp_page', 'unlock_page')], property: 'I5-tlb' }],
  },
  'read-fault': {
    run: () => { loads(0); }, user: true, starts: ['rw'], effect: ({ n }: Place) => and(done(n), tlb_t.get(peek(tlb.at(cpu_t.lit(n), va_t.lit(0))), 'V')),
  },
  dontneed: {
    run: () => { madvise_dontneed(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), nothing()),
    mutants: [{ name: 'no-flush', what: 'the page is freed without a flush', against: 'write-fault', start: 'rw', mutations: [drop('zap_huge_pmd', 'flush_tlb_page')], property: 'I5-tlb' }],
  },
  munmap: {
    run: () => { __do_munmap(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'linked')), pmd_none(entry())),
  },
  mprotect: {
    run: () => { mprotect_pmd(at()); }, starts: ['rw', 'table'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'W')), not(pmd_write(entry()))),
  },
  fork: {
    run: ({ spare }: Place) => { dup_mmap_pmd({ src: mm_t.lit(0), dst: mm_t.lit(spare), va: va_t.lit(0) }); }, spare: 'empty', starts: ['rw', 'table'],
    effect: ({ n, spare }: Place) => and(done(n), not(pmd_none(entry(spare)))),
  },
  'gup-fast': {
    run: pins, user: true, starts: ['rw', 'table'], effect: () => huge_pin_t.get(peek(huge_pin.at()), 'ok'),
  },
  'thp-split': {
    run: () => { split_huge_anon_pmd(at()); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), pmd_is_table(entry())),
    mutants: [{ name: 'whole-kept', what: 'the split forgets that the whole is mapped once less', against: 'mprotect', start: 'rw', mutations: [drop('transfer_mapcount', 'page_remove_anon_compound_rmap')], property: 'I4-huge' }],
  },
  collapse: {
    run: () => { collapse_huge_page(at()); }, frames: 1, starts: ['table'], effect: ({ n }: Place) => and(done(n), pmd_trans_huge(entry())),
    mutants: [
      { name: 'no-comparison', what: 'a page that is pinned is collapsed too', against: 'gup-fast', start: 'table', mutations: [never('collapse_huge_page', 'pmd_populate')], property: 'I7-mapped' },
      { name: 'maps-writable', what: 'the huge entry is writable whatever the VMA says', against: 'mprotect', start: 'table', kernel: { variants: ['khugepaged maps for writing whatever the VMA says'] }, property: 'I2-entry' },
    ],
  },
} as const satisfies Readonly<Record<string, Part>>;
