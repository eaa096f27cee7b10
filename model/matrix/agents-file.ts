/** What each agent is to a page of a shared file mapping. */
import { and, drop, eq, ne, never, not, peek, TRUE, type Value } from '../language/index.ts';
import { migrate_file_page } from '../kernel/migrate.ts';
import { move_vma_ptes } from '../kernel/mremap.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { pin_t } from '../kernel/follow_page.ts';
import { disk, last_store, page_cache, slot_t } from '../kernel/page.ts';
import { pinned } from '../kernel/pins.ts';
import { register_and_write } from '../kernel/rdma.ts';
import { pte, tlb } from '../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_present, pte_write, tlb_t, va_t, version_t } from '../machine/types.ts';
import { dontneed, forks, loads, mprotectsReadOnly, munmaps, reclaims, stores, truncates, writesBack } from '../scenarios/actors.ts';
import type { Part, Place } from './agent.ts';
import { done } from './stage.ts';

const va = (): Value<'va_t'> => va_t.lit(0);
const entry = (mm = 0): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va()));
const vma = (): Value<'vma_t'> => peek(vma_at.at(mm_t.lit(0), va()));
const cached = (): Value<'bool'> => slot_t.get(peek(page_cache.at()), 'present');

/** The store that made the page dirty before the world began. */
const FIRST = (): Value<'version_t'> => version_t.lit(1);

export const fileParts = {
  'write-fault': {
    run: () => { stores(0); }, user: true, starts: ['ro', 'none'],
    effect: ({ n }: Place) => and(done(n), pte_write(entry()), ne(peek(last_store.at()), FIRST())),
    mutants: [{ name: 'no-recheck', what: 'the PTE is not compared after page_mkwrite', against: 'dontneed', start: 'ro', mutations: [never('do_page_mkwrite', 'pte_unmap_unlock')], property: 'I4-anywhere' }],
  },
  'read-fault': {
    run: () => { loads(0); }, user: true, starts: ['none'],
    effect: ({ n }: Place) => and(done(n), tlb_t.get(peek(tlb.at(cpu_t.lit(n), va())), 'V')),
    mutants: [{ name: 'no-recheck', what: 'neither page->mapping nor the PTE is looked at once the page is locked', against: 'truncate', start: 'none', mutations: [never('do_no_page', 'unlock_page')], property: 'I8' }],
  },
  writeback: {
    run: () => { writesBack(); }, starts: ['rw', 'ro', 'none'],
    effect: ({ n }: Place) => and(done(n), eq(peek(disk.at()), peek(last_store.at()))),
    mutants: [{ name: 'no-flush', what: 'page_mkclean_one does not flush', against: 'dontneed', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I1-strong' }],
  },
  dontneed: {
    run: () => { dontneed(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(pte_present(entry()))),
    mutants: [{ name: 'no-flush', what: 'zap_pte_range does not flush', against: 'writeback', start: 'rw', mutations: [drop('zap_pte_range', 'flush_tlb_page')], property: 'I1-strong' }],
  },
  munmap: {
    run: () => { munmaps(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'linked'))),
    mutants: [
      { name: 'no-flush', what: 'zap_pte_range does not flush', against: 'reclaim', start: 'rw', mutations: [drop('zap_pte_range', 'flush_tlb_page')], property: 'I2' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before it is unmapped', against: 'read-fault', start: 'none', mutations: [drop('do_munmap', 'vma_start_write')], property: 'tidy' },
    ],
  },
  mprotect: {
    run: () => { mprotectsReadOnly(0); }, starts: ['rw'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'W')), not(pte_write(entry()))),
    mutants: [
      { name: 'no-flush', what: 'change_pte_range does not flush', against: 'writeback', start: 'rw', mutations: [drop('change_pte_range', 'flush_tlb_page')], property: 'I2' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before its flags change', against: 'write-fault', start: 'ro', mutations: [drop('mprotect_fixup', 'vma_start_write')], property: 'I2-entry' },
    ],
  },
  mremap: {
    run: () => { move_vma_ptes({ mm: mm_t.lit(0), from: va(), to: va_t.lit(1) }); }, addresses: 2, starts: ['rw', 'ro'],
    effect: ({ n }: Place) => and(done(n), pte_present(peek(pte.at(mm_t.lit(0), va_t.lit(1))))),
    mutants: [
      { name: 'no-flush', what: 'move_ptes does not flush the old address', against: 'reclaim', start: 'rw', mutations: [drop('move_ptes', 'flush_tlb_page')], property: 'I1-strong' },
      { name: 'no-vma-lock', what: 'the VMA is not write-locked before its PTEs move', against: 'write-fault', start: 'ro', mutations: [drop('move_vma', 'vma_start_write')], property: 'tidy' },
    ],
  },
  fork: {
    run: ({ spare }: Place) => { forks(spare)(0); }, spare: 'empty', starts: ['rw', 'ro'], effect: ({ n, spare }: Place) => and(done(n), pte_present(entry(spare))),
    mutants: [{ name: 'no-reference', what: 'the child\'s PTE has no reference', against: 'reclaim', start: 'rw', mutations: [drop('copy_one_pte', 'get_page')], property: 'tidy' }],
  },
  truncate: {
    run: () => { truncates(); }, starts: ['rw', 'ro', 'none'], effect: ({ n }: Place) => and(done(n), not(cached())),
    mutants: [{ name: 'unmaps-first-alone', what: 'a page that was mapped again is not unmapped under its lock', against: 'read-fault', start: 'none', mutations: [never('truncate_inode_pages', 'unmap_mapping_range')], property: 'I8' }],
  },
  'gup-fast': {
    run: () => { register_and_write({ mm: mm_t.lit(0), va: va(), dirties: TRUE }); }, user: true, starts: ['rw', 'ro'], effect: () => pin_t.get(peek(pinned.at(mm_t.lit(0), va())), 'ok'),
    mutants: [{ name: 'not-dirtied', what: 'the page is not marked dirty before it is let go', against: 'writeback', start: 'rw', mutations: [drop('ib_umem', 'set_page_dirty_lock')], property: 'I1-strong' }],
  },
  migration: {
    run: () => { migrate_file_page({}); }, frames: 1, starts: ['rw', 'ro', 'none'],
    effect: ({ n }: Place) => and(done(n), cached(), eq(slot_t.get(peek(page_cache.at()), 'pfn'), pfn_t.lit(1))),
    mutants: [{ name: 'no-flush', what: 'try_to_migrate does not flush', against: 'dontneed', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-mapped' }],
  },
  reclaim: {
    run: () => { reclaims(); }, starts: ['rw', 'ro', 'none'], effect: ({ n }: Place) => and(done(n), not(pte_present(entry()))),
    mutants: [{ name: 'no-flush', what: 'try_to_unmap does not flush', against: 'writeback', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I1-strong' }],
  },
} as const satisfies Readonly<Record<string, Part>>;
