/** Races of faults with truncation (B22), and of reclaim's deferred flushes with those who change protection (B31), and of two gathers (B32). */
import { and, drop, eq, moveAfter, not, peek, quiescent, track, TRUE } from '../../language/index.ts';
import { noteUserStore, page_cache, PG_anon, PG_dirty, slot_t } from '../../kernel/page.ts';
import { pending_t, tlb_flush_pending_at } from '../../kernel/tlb_flush_pending.ts';
import { revoked, storeInstruction } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { I2, I4, I5, I8End } from '../../../properties/index.ts';
import { dontneed, kthread, mprotectsReadOnly, munmaps, program, reclaims, sibling, stores, truncates } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const STEPS = 'Locks, loads, references and interrupts are steps here.';

const b22: Common = {
  entry: 'B22',
  about: 'Commit d00806b18315 (Nick Piggin, 2.6.23-rc1), "mm: fix fault vs invalidate race for linear mappings", and its comment in vmtruncate: "after this first call, and before truncate_inode_pages finishes, it is possible for private pages to be COWed, which remain after truncate_inode_pages finishes, hence the second unmap_mapping_range call must be made for correctness". The commit took away the count by which faults noticed truncation.',
  start: { maps: [{ pte: 'none', shared: false }], freeFrames: 1 },
  cpus: [program(0, stores), kthread('ftruncate', truncates)],
  properties: [I8End],
};
const NOTICED = { truncationNoticed: true } as const;
const ONCE = { variants: ['truncation unmaps once'] } as const;

const b31: Common = {
  entry: 'B31',
  about: 'Commit 3ea277194dae (Mel Gorman, 4.13-rc3; reported by Nadav Amit), "mm, mprotect: flush TLB if potentially racing with a parallel reclaim leaving stale TLB entries": from 4.3 on reclaim clears PTEs and flushes once for many. mprotect finds no PTE, has nothing to flush, and returns; a CPU still stores through its TLB entry.',
  start: { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 },
  cpus: [program(0, stores), sibling(0, mprotectsReadOnly), kthread('kswapd', reclaims)],
  properties: [I2],
};
const munmapped: Common = { ...b31, cpus: [program(0, stores), sibling(0, munmaps), kthread('kswapd', reclaims)] };
const reclaimed = () => ({ 'unmapped by reclaim': and(not(pte_present(entry())), peek(PG_dirty.at(page()))) });

const store_instruction = storeInstruction(noteUserStore);
/** One store that ends the program if it faults: what goes through does so by the old entry, not by one that was faulted in anew. */
const storesByOldEntry = (mm: number): void => { store_instruction(mm_t.lit(mm), va_t.lit(0)); };
/** MADV_DONTNEED, after whose return the old contents must be out of reach. */
const dropsForGood = (mm: number): void => {
  dontneed(mm);
  track(revoked.at(mm_t.lit(mm), va_t.lit(0)), TRUE);
};
const b32: Common = {
  entry: 'B32',
  about: 'Commit 99baac21e458 (Minchan Kim, 4.13-rc5; reported by Nadav Amit), "mm: fix MADV_[FREE|DONTNEED] TLB flush miss problem": one thread has cleared the PTE and not flushed yet; another\'s MADV_DONTNEED of the same range finds no PTE, flushes nothing and returns. A third still stores through its TLB entry.',
  start: { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 },
  cpus: [program(0, storesByOldEntry), { ...sibling(0, dontneed), name: 'allocator0' }, sibling(0, dropsForGood)],
  properties: [I2],
};
const NESTED = { variants: ['a gather that meets another one flushes'] } as const;

export const faultRaces = [
  fileScenario({ ...b22, id: 'race/b22-unmapped-once', title: 'A private copy made between the unmapping and the removal of the page stays', kernel: { version: '2.6.23', ...NOTICED, ...ONCE }, expect: { verdict: 'violated', property: 'I8-end', steps: 43 }, catalogueSteps: 14, lengthNote: STEPS }),
  fileScenario({
    ...b22, id: 'race/b22-repaired', title: 'Truncation unmaps again after it has removed the page', kernel: { version: '2.6.23', ...NOTICED }, properties: [I8End, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'copied, and the page is gone': and(pte_present(entry()), peek(PG_anon.at(pfn_t.lit(1))), not(slot_t.get(peek(page_cache.at()), 'present'))) }),
    mutants: [
      { name: 'once', what: 'no second unmap_mapping_range', kernel: ONCE, properties: [I8End], expect: { verdict: 'violated', property: 'I8-end' } },
      { name: 'size-read-once', what: 'the fault does not look at i_size again when it has locked the page: it maps a page that it has read anew, after the second call', kernel: { truncationNoticed: false }, properties: [I8End], expect: { verdict: 'violated', property: 'I8-end' } },
    ],
  }),
  fileScenario({
    ...b22, id: 'race/b22-truncate-count', title: 'Until 2.6.22 one call was enough: the fault notices truncation by its count', kernel: { version: '2.6.21', ...NOTICED }, properties: [I8End, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ copied: and(pte_present(entry()), peek(PG_anon.at(pfn_t.lit(1)))), truncated: and(quiescent(), not(slot_t.get(peek(page_cache.at()), 'present'))) }),
    mutants: [{ name: 'no-count', what: 'unmap_mapping_range does not count', mutations: [drop('unmap_mapping_range', 'truncate_count++')], properties: [I8End], expect: { verdict: 'violated', property: 'I8-end' } }],
  }),
  fileScenario({ ...b31, id: 'race/b31-mprotect-meets-no-pte', title: 'mprotect returns while reclaim\'s flush is still to come', kernel: { version: '4.8', batchedUnmap: true }, expect: { verdict: 'violated', property: 'I2', steps: 23 }, catalogueSteps: 9, lengthNote: STEPS }),
  fileScenario({ ...munmapped, id: 'race/b31-munmap-meets-no-pte', title: 'munmap returns while reclaim\'s flush is still to come', kernel: { version: '4.8', batchedUnmap: true }, expect: { verdict: 'violated', property: 'I2', steps: 25 } }),
  fileScenario({
    ...b31, id: 'race/b31-repaired', title: 'mprotect flushes where reclaim has said that it has not', kernel: { version: '4.20', batchedUnmap: true }, properties: [I2, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ ...reclaimed(), 'read-only': and(quiescent(), pte_present(entry()), not(pte_write(entry()))) }),
    mutants: [
      { name: 'not-asked', what: 'mprotect does not ask', mutations: [drop('change_pte_range', 'flush_tlb_batched_pending')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } },
      { name: 'told-late', what: 'reclaim says so after it has dropped the PTE lock', mutations: [moveAfter('try_to_unmap_one', 'set_tlb_ubc_flush_pending', 'pte_unmap_unlock')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } },
      { name: 'not-told', what: 'reclaim does not say so', mutations: [drop('try_to_unmap_one', 'set_tlb_ubc_flush_pending')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } },
    ],
  }),
  fileScenario({
    ...munmapped, id: 'race/b31-munmap-repaired', title: 'munmap flushes where reclaim has said that it has not', kernel: { version: '4.20', batchedUnmap: true }, properties: [I2, I4, I5], expect: { verdict: 'holds' }, reaches: reclaimed,
    mutants: [{ name: 'not-asked', what: 'zap does not ask', mutations: [drop('zap_pte_range', 'flush_tlb_batched_pending')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } }],
  }),
  fileScenario({ ...b32, id: 'race/b32-second-dontneed', title: 'A second MADV_DONTNEED returns before the first one\'s flush', kernel: { version: '2.6.30' }, expect: { verdict: 'violated', property: 'I2', steps: 13 }, catalogueSteps: 15, lengthNote: 'The zap of 2.6.30 is modelled without a gather, whose beginning and end are steps of the catalogue\'s procedure D4.' }),
  fileScenario({
    ...b32, id: 'race/b32-repaired', title: 'Who ends a gather and is not alone flushes: the rule of 4.13, in the protocol of 2.6.30', kernel: { version: '2.6.30', ...NESTED }, properties: [I2, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'zapped, and another flush to come': and(not(pte_present(entry())), eq(peek(tlb_flush_pending_at.at(mm_t.lit(0))), pending_t.lit(2))) }),
    mutants: [
      { name: 'not-counted', what: 'nobody says that a flush is to come', mutations: [drop('madvise_dontneed', 'inc_tlb_flush_pending'), drop('tlb_finish_mmu', 'dec_tlb_flush_pending')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } },
      { name: 'not-asked', what: 'the old end of a gather', kernel: { variants: [] }, properties: [I2], expect: { verdict: 'violated', property: 'I2' } },
    ],
  }),
  fileScenario({
    ...b32, id: 'race/b32-dirty-file-pages', title: 'From 3.15 on it does not concern dirty file pages: B11\'s repair flushes them under the PTE lock', kernel: { version: '3.15' }, properties: [I2, I4], expect: { verdict: 'holds' },
    reaches: () => ({ zapped: and(quiescent(), not(pte_present(entry()))) }),
    mutants: [{ name: 'flush-late', what: 'the order of 2.6.30', kernel: { version: '2.6.30' }, properties: [I2], expect: { verdict: 'violated', property: 'I2' } }],
  }),
];
