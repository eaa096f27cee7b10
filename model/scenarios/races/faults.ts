/** Races of faults with truncation (B22), and of reclaim's deferred flushes with those who change protection (B31). */
import { and, drop, moveAfter, not, peek, quiescent } from '../../language/index.ts';
import { page_cache, PG_anon, PG_dirty, slot_t } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { I2, I4, I5, I8End } from '../../../properties/index.ts';
import { kthread, mprotectsReadOnly, munmaps, program, reclaims, sibling, stores, truncates } from '../actors.ts';
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
];
