/** Unmapping and protection changes against write-back (B05, B11, B12, A4.12), and permission that is revoked (I2). */
import { and, drop, moveAfter, not, peek, quiescent } from '../language/index.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_present, pte_write, va_t } from '../machine/types.ts';
import { PG_dirty } from '../kernel/page.ts';
import { I1Strong, I1Weak, I2, I3, I4 } from '../../properties/index.ts';
import { dontneed, mprotectsReadOnly, mprotectsWritable, munmaps, pdflush, program, sibling, stores } from './actors.ts';
import { fileScenario, type FileScenario } from './world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const lost = { verdict: 'violated', property: 'I1-weak' } as const;
const unmapped = () => ({ 'quiet, unmapped and dirty': and(quiescent(), not(pte_present(entry())), peek(PG_dirty.at(page()))), 'quiet and mapped': and(quiescent(), pte_present(entry())) });
const IPI = 'Locks, the rmap walk and the interrupt of the flush are steps of their own here; the catalogue flushes in one.';

const b11: Common = {
  entry: 'B11',
  about: 'Commit 1cf35d47712d (Linus Torvalds, 3.15-rc3; reported by Dave Hansen, Benjamin Herrenschmidt), "mm: split \'tlb_flush_mmu()\' into tlb flushing and memory freeing parts": zap moves D to the page and drops the PTE lock before it flushes; write-back cleans the page in between; a CPU stores through its stale TLB entry, and nobody knows.',
  start: { dirty: true, maps: [{ pte: 'rw' }, { pte: 'ro' }] },
  cpus: [program(0, stores), sibling(0, dontneed), pdflush],
  properties: [I1Weak],
};

const b12: Common = {
  ...b11, entry: 'B12',
  about: 'Commit 5df397dec7c4 (Linus Torvalds, Nadav Amit, 6.2-rc1), "mm: delay page_remove_rmap() until after the TLB has been flushed": with the last mapping gone from rmap, page_mkclean finds nothing mapped and never meets the PTE lock under which 3.15 flushes.',
  start: { dirty: true, maps: [{ pte: 'rw' }] },
};

const b05: Common = {
  entry: 'B05',
  about: 'Commit 479db0bf408e (Nick Piggin, 2.6.27-rc), "mm: dirty page tracking race fix": the rmap walk peeks at the PTE without the lock, sees it none while it is being rewritten, and skips it. The rewriter here is mprotect, which clears and sets on every architecture.',
  start: { dirty: true, maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), sibling(0, mprotectsWritable), pdflush],
  properties: [I3],
};

const a412: Common = {
  entry: 'A4.12',
  about: 'Found by the model\'s authors in v5, not in the thread: mprotect_fixup asks is_shared_writable before it assigns the new flags, so PROT_READ to PROT_READ|PROT_WRITE makes clean PTEs writable. The merged code assigns first. Only for file systems without page_mkwrite.',
  start: { maps: [{ pte: 'ro', writable: false }] },
  cpus: [program(0, stores), sibling(0, mprotectsWritable), pdflush],
  properties: [I3, I1Strong],
};

export const unmap = [
  fileScenario({ ...b11, id: 'dirty/b11-zap-mapped-twice', title: 'Zap flushes after the PTE lock, page mapped twice', kernel: { version: '2.6.30' }, expect: { ...lost, steps: 37 }, catalogueSteps: 16, lengthNote: IPI }),
  fileScenario({ ...b11, id: 'dirty/b11-zap-mapped-once', title: 'Zap flushes after the PTE lock, page mapped once', start: { dirty: true, maps: [{ pte: 'rw' }] }, kernel: { version: '2.6.30' }, expect: { ...lost, steps: 25 }, catalogueSteps: 12, lengthNote: IPI }),
  fileScenario({
    ...b11, id: 'dirty/b11-repaired', title: '3.15 flushes under the PTE lock, page mapped twice', kernel: { version: '3.15' }, properties: [I1Weak, I4], expect: { verdict: 'holds' }, reaches: unmapped,
    mutants: [
      { name: 'peek', what: 'the rmap walk peeks at PTEs without their lock, as before 2.6.27', kernel: { variants: ['rmap walk peeks without the PTE lock'] }, properties: [I1Weak], expect: lost },
      { name: 'flush-late', what: 'the order of 2.6.30', kernel: { version: '2.6.30' }, properties: [I1Weak], expect: lost },
      { name: 'rmap-kept', what: 'zap forgets page_remove_rmap', mutations: [drop('zap_pte_range', 'page_remove_rmap')], properties: [I4], expect: { verdict: 'violated', property: 'I4' } },
    ],
  }),
  fileScenario({ ...b12, id: 'dirty/b12-last-mapping', title: '3.15 is not enough for the last mapping', kernel: { version: '3.15' }, expect: { ...lost, steps: 25 }, catalogueSteps: 12, lengthNote: IPI }),
  fileScenario({
    ...b12, id: 'dirty/b12-repaired', title: '6.2 removes the rmap after the flush, under the PTE lock', kernel: { version: '6.2' }, properties: [I1Weak, I1Strong, I4], expect: { verdict: 'holds' }, reaches: unmapped,
    mutants: [
      { name: 'rmap-before-flush', what: 'rmap removed before the flush: 3.15 to 6.1', mutations: [moveAfter('zap_pte_range', 'flush_tlb_page', 'page_remove_rmap')], properties: [I1Weak], expect: lost },
      { name: 'rmap-after-lock', what: 'rmap removal delayed, but the PTE lock dropped first', kernel: { variants: ['rmap removal after the PTE lock'] }, properties: [I1Weak], expect: lost },
      { name: 'peek', what: 'the rmap walk peeks at PTEs without their lock', kernel: { variants: ['rmap walk peeks without the PTE lock'] }, properties: [I1Weak], expect: lost },
      { name: 'no-flush', what: 'zap does not flush', mutations: [drop('zap_pte_range', 'flush_tlb_page')], properties: [I1Weak], expect: lost },
    ],
  }),
  fileScenario({
    ...b12, id: 'dirty/munmap', entry: 'I2', title: 'munmap: no store goes through after it has returned, and none is lost', about: 'do_munmap of 6.2 against a writer and write-back: zap, then unlink the VMA from i_mmap.',
    cpus: [program(0, stores), sibling(0, munmaps), pdflush], kernel: { version: '6.2' }, properties: [I2, I1Weak, I1Strong, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'quiet, unmapped and dirty': and(quiescent(), not(pte_present(entry())), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'no-flush', what: 'zap does not flush', mutations: [drop('zap_pte_range', 'flush_tlb_page')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } }],
  }),
  fileScenario({ ...b05, id: 'dirty/b05-transient-none', title: 'The rmap walk skips a PTE that mprotect is rewriting', kernel: { version: '2.6.23' }, expect: { verdict: 'violated', property: 'I3', steps: 19 }, catalogueSteps: 9, lengthNote: IPI }),
  fileScenario({
    ...b05, id: 'dirty/b05-repaired', title: 'The rmap walk takes the PTE lock before it looks', kernel: { version: '2.6.27' }, properties: [I3, I1Strong], expect: { verdict: 'holds' },
    reaches: () => ({ 'PTE none for a moment': not(pte_present(entry())), 'quiet and dirty': and(quiescent(), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'peek', what: 'the walk of 2.6.23', kernel: { version: '2.6.23' }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    ...b05, id: 'dirty/b05-clear-first', title: 'On a clear-first architecture the fault\'s own rewrite is covered by its wait for the page lock', start: { dirty: true, maps: [{ pte: 'ro' }] }, cpus: [program(0, stores), pdflush], machine: { transientNone: true },
    kernel: { version: '2.6.23' }, properties: [I3, I1Strong], expect: { verdict: 'holds' }, reaches: () => ({ 'PTE none for a moment': not(pte_present(entry())) }),
    mutants: [{ name: 'no-wait', what: 'the fault does not wait for the page lock', mutations: [drop('set_page_dirty_after_fault', 'wait_on_page_locked')], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({ ...a412, id: 'dirty/a4.12-mprotect-old-flags', title: 'v5 mprotect decides by the old flags', kernel: { version: 'v5' }, expect: { verdict: 'violated', property: 'I3', steps: 8 }, catalogueSteps: 5, lengthNote: IPI }),
  fileScenario({
    ...a412, id: 'dirty/a4.12-repaired', title: 'The merged mprotect assigns the flags first', kernel: { version: '2.6.19' }, expect: { verdict: 'holds' },
    reaches: () => ({ 'stored after mprotect': and(quiescent(), peek(PG_dirty.at(page()))), 'writable PTE': pte_write(entry()) }),
    mutants: [{ name: 'old-flags', what: 'the order of v5', kernel: { version: 'v5' }, expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    id: 'dirty/i2-mprotect-read-only', entry: 'I2', title: 'After mprotect(PROT_READ) has returned no store goes through', about: 'Obligation of change_protection: the flush before mmap_sem is dropped.',
    start: { dirty: true, maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), sibling(0, mprotectsReadOnly)], kernel: { version: '2.6.23' }, properties: [I2, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'read-only': and(quiescent(), not(pte_write(entry()))) }),
    mutants: [{ name: 'no-flush', what: 'change_pte_range does not flush', mutations: [drop('change_pte_range', 'flush_tlb_page')], properties: [I2], expect: { verdict: 'violated', property: 'I2' } }],
  }),
];
