/** Races of dirty tracking: a D bit that is overwritten (B15), pages that change under IO (B17), pins (B18), soft-dirty bits (B20). */
import { and, drop, FALSE, ne, not, peek, quiescent, TRUE } from '../../language/index.ts';
import { register_and_write } from '../../kernel/rdma.ts';
import { disk, PG_dirty, PG_locked, PG_writeback } from '../../kernel/page.ts';
import { soft_dirty } from '../../kernel/soft_dirty.ts';
import { asked, clear_refs_write } from '../../kernel/task_mmu.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, owner_t, pfn_t, pte_dirty, pte_present, pte_write, va_t } from '../../machine/types.ts';
import { I1Frame, I1SoftDirty, I1Strong, I1Weak, I3, I4, I9, I12b } from '../../../properties/index.ts';
import { mprotectsReadOnly, pdflush, program, sibling, stores } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const STEPS = 'Locks, loads and interrupts are steps here.';
const FLUSH = drop('ptep_clear_flush', 'flush_tlb_page');

const b15: Common = {
  entry: 'B15',
  about: 'What ptep_get_and_clear in change_pte_range is for, and what commit 1ea0704e0da6 (Jeremy Fitzhardinge, 2.6.27-rc1), "mm: add a ptep_modify_prot transaction abstraction", gave a name: "Avoid an SMP race with hardware updated dirty/clean bits by wiping the pte and then setting the new pte into place" (mm/mprotect.c). Read and written back instead, the entry loses a D bit that hardware sets in between.',
  start: { maps: [{ pte: 'w' }] },
  cpus: [program(0, stores), sibling(0, mprotectsReadOnly)],
  properties: [I1Weak],
};
const READ_WRITE = { variants: ['mprotect reads the PTE and writes it back'] } as const;

const b17: Common = {
  entry: 'B17',
  about: 'Commit d76ee18a8551 (Darrick J. Wong, 3.0), "fs: block_page_mkwrite should wait for writeback to finish": the device computes a checksum of the page (T10 DIF/DIX, iSCSI, a RAID\'s parity) and then transfers it. A program that faults meanwhile gets its writable PTE at once and changes what was summed.',
  start: { dirty: true, maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), pdflush],
  properties: [I9],
};
const SUMS = { fs: { mkwrite: true }, checksums: true } as const;

const longterm = (dirties: boolean) => (mm: number): void => { register_and_write({ mm: mm_t.lit(mm), va: va_t.lit(0), dirties: dirties ? TRUE : FALSE }); };
const b18: Common = {
  entry: 'B18',
  about: 'The reason for commits 8ac268436e6d and a6e79df92e4a (Lorenzo Stoakes, 6.5-rc1), "mm/gup: disallow FOLL_LONGTERM GUP-fast writing to file-backed mappings": a device writes through a pin; no PTE is involved, so page_mkclean cannot stop it and nothing says that the page was written.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, longterm(false)), pdflush],
  properties: [I1Frame],
};

const clearsRefs = (mm: number): void => { clear_refs_write({ mm: mm_t.lit(mm), va: va_t.lit(0) }); };
const b20: Common = {
  entry: 'B20',
  about: 'Commit 912efa17e512 (Will Deacon, 5.12-rc1), "mm: proc: Invalidate TLB after clearing soft-dirty page state": clear_refs takes W and the soft-dirty bit away and returns without a flush. A CPU stores through its TLB entry with W and D, no fault is taken, and whoever asked is never told: a checkpoint misses the page.',
  start: { dirty: true, maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), sibling(0, clearsRefs)],
  properties: [I1SoftDirty],
};
const told = () => ({ 'stored after clear_refs, and told': and(quiescent(), peek(asked.at(mm_t.lit(0), va_t.lit(0))), peek(soft_dirty.at(mm_t.lit(0), va_t.lit(0)))) });

export const writebackRaces = [
  fileScenario({ ...b15, id: 'race/b15-mprotect-overwrites-dirty', title: 'mprotect reads the PTE and writes it back: D is lost', kernel: { version: '2.6.17', ...READ_WRITE }, expect: { verdict: 'violated', property: 'I1-weak', steps: 14 } }),
  fileScenario({
    ...b15, id: 'race/b15-repaired', title: 'mprotect clears the PTE atomically before it writes the new one', kernel: { version: '2.6.17' }, properties: [I1Weak, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'read-only and dirty': and(quiescent(), pte_dirty(entry()), not(pte_write(entry()))), 'none for a moment': not(pte_present(entry())) }),
    mutants: [{ name: 'read-then-write', what: 'the PTE is read and written back', kernel: READ_WRITE, properties: [I1Weak], expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    ...b15, id: 'race/b15-lost-flush', title: 'From 2.6.19 on PG_dirty knows of the store, but page_mkclean finds the PTE clean and read-only and does not flush',
    about: 'Found by the model: with dirty tracking the lost D bit itself is no loss, because the page is dirty before it is stored to. But mprotect flushes after it has dropped the PTE lock, and page_mkclean_one takes a PTE with neither W nor D for one that no TLB holds. A second store through the TLB entry then comes after the write-out.',
    start: { dirty: true, maps: [{ pte: 'w' }] }, cpus: [program(0, stores, stores), sibling(0, mprotectsReadOnly), pdflush], kernel: { version: '2.6.27', ...READ_WRITE }, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong', steps: 34 },
  }),
  fileScenario({
    ...b15, id: 'race/b15-flush-kept', title: 'With the D bit kept, page_mkclean flushes, though mprotect has not yet',
    start: { dirty: true, maps: [{ pte: 'w' }] }, cpus: [program(0, stores, stores), sibling(0, mprotectsReadOnly), pdflush], kernel: { version: '2.6.27' }, properties: [I1Strong, I3, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'read-only, dirty, and not under write-back': and(pte_dirty(entry()), not(pte_write(entry())), not(owner_t.get(peek(PG_locked.at(page())), 'held'))) }),
    mutants: [
      { name: 'read-then-write', what: 'mprotect reads the PTE and writes it back', kernel: READ_WRITE, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } },
      { name: 'peek', what: 'the rmap walk of 2.6.23, which passes by a PTE that is none for a moment (B05)', kernel: { version: '2.6.23' }, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } },
    ],
  }),
  fileScenario({ ...b17, id: 'race/b17-mkwrite-during-io', title: 'A fault makes the PTE writable while the page is under IO', kernel: { version: '2.6.30', ...SUMS }, expect: { verdict: 'violated', property: 'I9', steps: 45 }, catalogueSteps: 3, lengthNote: `The catalogue's is that of B18's stable-page form, inside the IO. ${STEPS} The program faults from the exception on, and write-back begins with the look-up of the page.` }),
  fileScenario({
    ...b17, id: 'race/b17-repaired', title: 'page_mkwrite waits for the IO with the page locked', kernel: { version: '3.15', ...SUMS }, properties: [I9, I1Strong, I3, I12b], expect: { verdict: 'holds' },
    reaches: () => ({ 'under IO': peek(PG_writeback.at(page())), 'stored after the IO': and(quiescent(), peek(PG_dirty.at(page())), ne(peek(data.at(page())), peek(disk.at()))) }),
    mutants: [
      { name: 'no-wait', what: 'page_mkwrite does not wait', mutations: [drop('page_mkwrite', 'wait_on_page_writeback')], properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
      { name: 'no-flush', what: 'page_mkclean_one does not flush: a store through a stale TLB entry', mutations: [FLUSH], properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
      { name: 'before-mkwrite', what: 'a file system without page_mkwrite, which nobody makes wait', kernel: { fs: {} }, properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
    ],
  }),
  fileScenario({ ...b18, id: 'race/b18-pin-not-dirtied', title: 'A device writes through its pin after write-back, and unpins', kernel: { version: '5.9' }, expect: { verdict: 'violated', property: 'I1-frame', steps: 48 }, catalogueSteps: 8, lengthNote: STEPS }),
  fileScenario({ ...b18, id: 'race/b18-dirtied-unprepared', title: 'set_page_dirty_lock before the unpin keeps the data, and dirties a page that the file system has not prepared', cpus: [program(0, longterm(true)), pdflush], kernel: { version: '5.9', fs: { mkwrite: true } }, properties: [I12b], expect: { verdict: 'violated', property: 'I12b', steps: 53 } }),
  fileScenario({ ...b18, id: 'race/b18-changes-under-io', title: 'A device writes through its pin while the page is under IO', cpus: [program(0, longterm(true)), pdflush], kernel: { version: '5.9', ...SUMS }, properties: [I9], expect: { verdict: 'violated', property: 'I9', steps: 51 }, catalogueSteps: 3, lengthNote: `The catalogue starts inside the IO. ${STEPS}` }),
  fileScenario({
    ...b18, id: 'race/b18-dirty-before-unpin', title: 'A page that is dirtied before the unpin keeps what the device wrote', cpus: [program(0, longterm(true)), pdflush], kernel: { version: '5.9' }, properties: [I1Frame, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'written by the device after write-back': and(quiescent(), peek(PG_dirty.at(page())), not(pte_write(entry()))) }),
    mutants: [{ name: 'not-dirtied', what: 'no set_page_dirty_lock', mutations: [drop('ib_umem', 'set_page_dirty_lock')], properties: [I1Frame], expect: { verdict: 'violated', property: 'I1-frame' } }],
  }),
  fileScenario({
    ...b18, id: 'race/b18-repaired', title: 'From 6.5 on nobody holds such a pin on a file page', cpus: [program(0, longterm(false), stores), pdflush], kernel: { version: '6.2', variants: ['long-term pins of file pages are refused'], ...SUMS }, properties: [I1Frame, I9, I12b, I3], expect: { verdict: 'holds' },
    reaches: () => ({ 'the program itself stored': and(quiescent(), ne(peek(data.at(page())), peek(disk.at()))) }),
    mutants: [
      { name: 'pinned', what: 'the pin is given, and the program does not store', cpus: [program(0, longterm(false)), pdflush], kernel: { variants: [] }, properties: [I1Frame], expect: { verdict: 'violated', property: 'I1-frame' } },
      { name: 'given', what: 'the pin is given, and the page changes under IO', kernel: { variants: [] }, properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
    ],
  }),
  fileScenario({ ...b20, id: 'race/b20-soft-dirty-not-flushed', title: 'clear_refs returns without a flush', kernel: { version: '5.9', softDirty: true }, expect: { verdict: 'violated', property: 'I1-soft-dirty', steps: 8 }, catalogueSteps: 3, lengthNote: STEPS }),
  fileScenario({
    ...b20, id: 'race/b20-repaired', title: 'clear_refs flushes before it returns', kernel: { version: '6.2', softDirty: true }, properties: [I1SoftDirty, I4], expect: { verdict: 'holds' }, reaches: told,
    mutants: [{ name: 'no-flush', what: 'no flush', mutations: [drop('clear_refs_write', 'flush_tlb_mm')], properties: [I1SoftDirty], expect: { verdict: 'violated', property: 'I1-soft-dirty' } }],
  }),
  fileScenario({
    ...b20, id: 'race/b20-clean-entry', title: 'Without D in the TLB entry nothing is missed: the walker finds W gone and faults', start: { dirty: true, maps: [{ pte: 'w' }] }, kernel: { version: '5.9', softDirty: true }, expect: { verdict: 'holds' }, reaches: told,
    mutants: [{ name: 'dirty-entry', what: 'the TLB entry has D', start: { maps: [{ pte: 'rw' }] }, expect: { verdict: 'violated', property: 'I1-soft-dirty' } }],
  }),
];
