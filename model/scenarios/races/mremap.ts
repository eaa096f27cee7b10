/** A mapping moves, and its old address stays in a TLB (B36): mremap against truncation, and against write-back. */
import { and, eq, moveAfter, never, not, peek, quiescent, type Value } from '../../language/index.ts';
import { move_vma_ptes } from '../../kernel/mremap.ts';
import { noteTouch, noteUserStore, page_cache, PG_dirty, slot_t } from '../../kernel/page.ts';
import { user_store } from '../../kernel/user.ts';
import { loadInstructionTo, storeInstruction } from '../../machine/mmu.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_pfn, pte_present, tlb_hit_dirty, tlb_t, va_t } from '../../machine/types.ts';
import { I1Strong, I4, I5 } from '../../../properties/index.ts';
import { kthread, pdflush, program, reclaims, sibling, truncates } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const STEPS = 'Locks, loads, references and interrupts are steps here.';
const FROM = () => va_t.lit(0);
const TO = () => va_t.lit(1);
const violates = (property: string) => ({ verdict: 'violated', property }) as const;

const store_instruction = storeInstruction(noteUserStore);
const load_instruction = loadInstructionTo(noteTouch);
/** One access by the old address. A fault ends the program: only what its TLB lets through counts. */
const storesByOldAddress = (mm: number): void => { store_instruction(mm_t.lit(mm), FROM()); };
const loadsByOldAddress = (mm: number): void => { load_instruction(mm_t.lit(mm), FROM()); };
const storesByNewAddress = (mm: number): void => { user_store({ mm: mm_t.lit(mm), va: TO() }); };
const remaps = (mm: number): void => { move_vma_ptes({ mm: mm_t.lit(mm), from: FROM(), to: TO() }); };

const entry = (va: () => Value<'va_t'>): Value<'pte_t'> => peek(pte.at(mm_t.lit(0), va()));
const stale = (): Value<'tlb_t'> => peek(tlb.at(cpu_t.lit(0), FROM()));
const moved = () => ({
  'moved, and the TLB still has the old address': and(pte_present(entry(TO)), eq(pte_pfn(entry(TO)), pfn_t.lit(0)), tlb_t.get(stale(), 'V')),
});
const truncated = () => ({ ...moved(), 'moved and cut off': and(quiescent(), not(pte_present(entry(TO))), not(slot_t.get(peek(page_cache.at()), 'present'))) });

const cut: Common = {
  entry: 'B36',
  about: 'Commit eb66ae030829 (Linus Torvalds, 4.19; reported by Jann Horn; CVE-2018-18281), "mremap: properly flush TLB before releasing the page": move_ptes drops the lock of the new page table before the old address is flushed. Truncation finds the page at its new address, flushes that one, and frees the page; a CPU still has it by its old address.',
  start: { dirty: true, maps: [{ pte: 'rw' }], addresses: 2 },
  cpus: [program(0, storesByOldAddress), sibling(0, remaps), kthread('ftruncate', truncates)],
  properties: [I5],
};
const clean: Common = { ...cut, start: { maps: [{ pte: 'ro' }], addresses: 2 }, cpus: [program(0, loadsByOldAddress), sibling(0, remaps), kthread('ftruncate', truncates)] };
/** Reclaim writes the page in its first pass, and frees it in its second. */
const reclaimed: Common = {
  ...cut,
  about: 'The same commit for two page tables: "we need to flush the TLB not just before releasing the lock for the source location [...], but also before we release the destination page table lock". Truncation comes to the old address first and waits for its lock; the walk of reclaim does not, it passes by an entry that it sees to be none without the lock.',
  cpus: [program(0, storesByOldAddress), sibling(0, remaps), kthread('kswapd', reclaims, reclaims)],
};
const TWO_TABLES = { splitPtl: true, variants: ['rmap walk peeks without the PTE lock'] } as const;

const written: Common = {
  ...cut,
  about: 'Commit 5d1904204c99 (Aaron Lu, 4.9), "mremap: fix race between mremap() and page cleanning", the first repair: page_mkclean finds the page at its new address and flushes that one; a CPU stores by the old one to a page that is clean. It flushed before the old lock is dropped, and dirty entries only.',
  cpus: [program(0, storesByNewAddress, storesByOldAddress), sibling(0, remaps), pdflush],
  properties: [I1Strong],
};

export const mremapRaces = [
  fileScenario({ ...cut, id: 'race/b36-mremap-late-flush', title: 'mremap moves the entry, truncation frees the page, and the old address is flushed after that', kernel: { version: '4.8' }, expect: { ...violates('I5'), steps: 47 }, catalogueSteps: 13, lengthNote: STEPS }),
  fileScenario({ ...reclaimed, id: 'race/b36-new-lock-first', title: '4.9 to 4.18: a dirty entry is flushed inside the old lock, but the new one is dropped before', kernel: { version: '4.14', ...TWO_TABLES }, expect: { ...violates('I5'), steps: 59 }, catalogueSteps: 13, lengthNote: `${STEPS} Reclaim takes two passes, with the IO in between.` }),
  fileScenario({ ...clean, id: 'race/b36-clean-entry', title: '4.9 to 4.18: a clean entry is flushed after both locks', kernel: { version: '4.14' }, expect: { ...violates('I5'), steps: 45 }, lengthNote: STEPS }),
  fileScenario({
    ...cut, id: 'race/b36-repaired', title: 'The old address is flushed before either lock is dropped', kernel: { version: '4.20' }, properties: [I5, I4], expect: { verdict: 'holds' }, reaches: truncated,
    mutants: [{ name: 'no-flush', what: 'the old address is not flushed', mutations: [never('move_ptes', 'flush_tlb_page')], properties: [I5], expect: violates('I5') }],
  }),
  fileScenario({
    ...reclaimed, id: 'race/b36-repaired-two-tables', title: 'The same where the new address is in another page table, with a lock of its own', kernel: { version: '4.20', ...TWO_TABLES }, properties: [I5, I4], expect: { verdict: 'holds' }, reaches: truncated,
    mutants: [
      { name: 'new-lock-first', what: 'the new lock is dropped before the flush', kernel: { version: '4.14' }, properties: [I5], expect: violates('I5') },
    ],
  }),
  fileScenario({
    ...clean, id: 'race/b36-clean-repaired', title: 'A clean entry is flushed before the locks are dropped as well', kernel: { version: '4.20' }, properties: [I5, I4], expect: { verdict: 'holds' }, reaches: truncated,
    mutants: [{ name: 'dirty-only', what: 'the order of 4.14, which flushes dirty entries only', kernel: { version: '4.14' }, properties: [I5], expect: violates('I5') }],
  }),
  fileScenario({
    ...cut, id: 'race/b36-flush-each', title: 'Until 3.1 every entry was cleared and flushed as one, before it was written at the new address', kernel: { version: '2.6.30' }, properties: [I5, I4], expect: { verdict: 'holds' }, reaches: () => ({ 'moved and cut off': truncated()['moved and cut off'] }),
    mutants: [{ name: 'one-flush', what: 'one flush at the end (7b6efc2bc4f1)', kernel: { version: '3.15' }, properties: [I5], expect: violates('I5') }],
  }),
  fileScenario({ ...written, id: 'race/b36-mkclean-misses', title: 'page_mkclean flushes the new address; a store by the old one is lost', kernel: { version: '4.8' }, expect: { ...violates('I1-strong'), steps: 52 } }),
  fileScenario({
    ...written, id: 'race/b36-mkclean-repaired', title: 'A dirty entry is flushed inside the lock that page_mkclean takes', kernel: { version: '4.14' }, properties: [I1Strong, I4], expect: { verdict: 'holds' },
    reaches: () => ({ ...moved(), 'stored before it moved, and written': and(quiescent(), not(peek(PG_dirty.at(pfn_t.lit(0)))), pte_present(entry(TO))), 'still ahead': and(tlb_hit_dirty(stale()), not(pte_present(entry(FROM)))) }),
    mutants: [{ name: 'after-the-lock', what: 'the flush comes after the lock', mutations: [moveAfter('move_ptes', 'flush_tlb_page', 'pte_unmap_unlock')], properties: [I1Strong], expect: violates('I1-strong') }],
  }),
];
