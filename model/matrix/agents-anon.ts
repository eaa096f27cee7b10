/** What each agent is to a page of private anonymous memory. */
import { and, drop, eq, FALSE, ne, never, not, peek, type Value } from '../language/index.ts';
import { cmp_and_merge_page } from '../kernel/ksm.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { pin_t } from '../kernel/follow_page.ts';
import { move_pages } from '../kernel/migrate.ts';
import { move_vma_ptes } from '../kernel/mremap.ts';
import { pinned } from '../kernel/pins.ts';
import { swp_entry_t, swp_pte } from '../kernel/swapops.ts';
import { reclaimsAny } from '../scenarios/races/swap-world.ts';
import { register_and_write } from '../kernel/rdma.ts';
import { data } from '../machine/mmu.ts';
import { pte, tlb } from '../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, tlb_t, va_t, version_t } from '../machine/types.ts';
import { dontneed, forks, loads, mprotectsReadOnly, munmaps, stores } from '../scenarios/actors.ts';
import type { Part, Place } from './agent.ts';
import { done } from './stage.ts';
import { unmerges } from './unmerge.ts';

const va = (): Value<'va_t'> => va_t.lit(0);
const entry = (mm = 0): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va()));
const vma = (): Value<'vma_t'> => peek(vma_at.at(mm_t.lit(0), va()));

export const anonParts = {
  'write-fault': {
    run: () => { stores(0); }, user: true, frames: 1, starts: ['ro', 'none'],
    effect: ({ n }: Place) => and(done(n), pte_write(entry()), ne(peek(data.at(pte_pfn(entry()))), version_t.lit(0))),
    mutants: [{ name: 'no-recheck', what: 'the PTE is not looked at again under its lock', against: 'write-fault', start: 'none', mutations: [never('do_anonymous_page', 'put_page')], property: 'I4-anywhere' }],
  },
  'read-fault': {
    run: () => { loads(0); }, user: true, frames: 1, starts: ['none'],
    effect: ({ n }: Place) => and(done(n), tlb_t.get(peek(tlb.at(cpu_t.lit(n), va())), 'V')),
    mutants: [{ name: 'no-recheck', what: 'the PTE is not looked at again under its lock', against: 'write-fault', start: 'none', mutations: [never('do_anonymous_page', 'put_page')], property: 'I4-anywhere' }],
  },
  dontneed: {
    run: () => { dontneed(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(pte_present(entry()))),
    mutants: [
      { name: 'no-flush', what: 'zap_pte_range does not flush', against: 'fork', start: 'rw', mutations: [drop('zap_pte_range', 'flush_tlb_page')], property: 'I5-mapped' },
      { name: 'slot-kept', what: 'the slot of a swap entry is not told', against: 'reclaim', start: 'rw', mutations: [drop('zap_pte_range', 'free_swap_and_cache')], property: 'I13' },
    ],
  },
  munmap: {
    run: () => { munmaps(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'linked'))),
    mutants: [
      { name: 'no-flush', what: 'zap_pte_range does not flush', against: 'ksm', start: 'rw', mutations: [drop('zap_pte_range', 'flush_tlb_page')], property: 'I5-mapped' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before it is unmapped', against: 'read-fault', start: 'none', mutations: [drop('do_munmap', 'vma_start_write')], property: 'tidy' },
      { name: 'entry-kept', what: 'zap_pte_range passes swap entries by', against: 'reclaim', start: 'rw', mutations: [never('zap_pte_range', 'free_swap_and_cache')], property: 'tidy' },
    ],
  },
  mprotect: {
    run: () => { mprotectsReadOnly(0); }, starts: ['rw'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'W')), not(pte_write(entry()))),
    mutants: [
      { name: 'no-flush', what: 'change_pte_range does not flush', against: 'fork', start: 'rw', mutations: [drop('change_pte_range', 'flush_tlb_page')], property: 'I2' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before its flags change', against: 'write-fault', start: 'none', mutations: [drop('mprotect_fixup', 'vma_start_write')], property: 'I2-entry' },
    ],
  },
  mremap: {
    run: () => { move_vma_ptes({ mm: mm_t.lit(0), from: va(), to: va_t.lit(1) }); }, addresses: 2, starts: ['rw', 'ro'],
    effect: ({ n }: Place) => and(done(n), pte_present(peek(pte.at(mm_t.lit(0), va_t.lit(1))))),
    mutants: [
      { name: 'no-flush', what: 'move_ptes does not flush the old address', against: 'migration', start: 'rw', mutations: [drop('move_ptes', 'flush_tlb_page')], property: 'I5-mapped' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before its PTEs move', against: 'write-fault', start: 'ro', mutations: [drop('move_vma', 'vma_start_write')], property: 'tidy' },
      { name: 'entry-left', what: 'swap entries stay at the old address', against: 'reclaim', start: 'rw', mutations: [never('move_ptes', 'pte_clear_not_present_full')], property: 'tidy' },
    ],
  },
  fork: {
    run: ({ spare }: Place) => { forks(spare)(0); }, spare: 'empty', starts: ['rw', 'ro'], effect: ({ n, spare }: Place) => and(done(n), pte_present(entry(spare))),
    mutants: [
      { name: 'keeps-write', what: 'the parent\'s PTE is not write-protected', against: 'dontneed', start: 'rw', mutations: [drop('copy_one_pte', 'ptep_set_wrprotect')], property: 'I6' },
      { name: 'entry-not-counted', what: 'the child\'s swap entry is not counted in its slot', against: 'reclaim', start: 'rw', mutations: [drop('copy_one_pte', 'swap_duplicate')], property: 'I13' },
    ],
  },
  'gup-fast': {
    run: () => { register_and_write({ mm: mm_t.lit(0), va: va(), dirties: FALSE }); }, user: true, frames: 1, starts: ['rw', 'ro'], effect: () => pin_t.get(peek(pinned.at(mm_t.lit(0), va())), 'ok'),
    mutants: [{ name: 'no-recheck', what: 'GUP-fast neither reads the PTE again nor runs with interrupts off', against: 'ksm', start: 'rw', kernel: { variants: ['GUP-fast does not read the PTE again'] }, mutations: [drop('lockless_pages_from_mm', 'local_irq_disable'), drop('lockless_pages_from_mm', 'local_irq_enable')], property: 'I7' }],
  },
  migration: {
    run: () => { move_pages({ mm: mm_t.lit(0), va: va() }); }, frames: 1, starts: ['rw', 'ro'],
    effect: ({ n }: Place) => and(done(n), pte_present(entry()), not(eq(pte_pfn(entry()), pfn_t.lit(0)))),
    mutants: [{ name: 'no-flush', what: 'try_to_migrate does not flush', against: 'dontneed', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-mapped' }],
  },
  reclaim: {
    run: () => { reclaimsAny(); }, frames: 1, slots: 1, starts: ['rw', 'ro'],
    effect: ({ n }: Place) => and(done(n), swp_entry_t.get(peek(swp_pte.at(mm_t.lit(0), va())), 'V')),
    mutants: [{ name: 'no-flush', what: 'try_to_unmap does not flush', against: 'dontneed', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I1-anon' }],
  },
  ksm: {
    run: ({ spare }: Place) => { cmp_and_merge_page({ tree: mm_t.lit(spare), mm: mm_t.lit(0), va: va() }); }, spare: 'equal page', frames: 2, starts: ['rw', 'ro'],
    effect: ({ spare }: Place) => and(pte_present(entry()), pte_present(entry(spare)), eq(pte_pfn(entry()), pfn_t.lit(1)), eq(pte_pfn(entry(spare)), pfn_t.lit(1))),
    mutants: [{ name: 'no-comparison', what: 'ksmd does not give up when references are raised', against: 'gup-fast', start: 'rw', mutations: [never('write_protect_page', 'set_pte')], property: 'I7' }],
    second: unmerges(['rw', 'ro'], 'rw'),
  },
} as const satisfies Readonly<Record<string, Part>>;
