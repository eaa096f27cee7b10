/** Flushes that come after the PTE lock, and others who take the PTE's word meanwhile: migration (B29), KSM (B33), copy on write (B34). */
import { and, drop, eq, peek, quiescent, type Value } from '../../language/index.ts';
import { madvise_free } from '../../kernel/madvise.ts';
import { change_prot_numa } from '../../kernel/mprotect.ts';
import { clear_refs_write } from '../../kernel/task_mmu.ts';
import { pending_t, tlb_flush_pending_at } from '../../kernel/tlb_flush_pending.ts';
import { migrate_misplaced_page } from '../../kernel/migrate.ts';
import { mwriteprotect_range } from '../../kernel/userfaultfd.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../../machine/types.ts';
import { I1Anon, I4, I5, I6 } from '../../../properties/index.ts';
import { kthread, program, sibling, stores } from '../actors.ts';
import { ksmd, twoPages } from '../seed-000/anonymous.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ownPage, storesOnce } from './anonymous.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const STEPS = 'Locks, loads, references and interrupts are steps here.';
const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const violates = (property: string) => ({ verdict: 'violated', property }) as const;
const entry = (): Value<'pte_t'> => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const maps = (page: number): Value<'bool'> => and(pte_present(entry()), eq(pte_pfn(entry()), pfn_t.lit(page)));
const pending = (n: number): Value<'bool'> => eq(peek(tlb_flush_pending_at.at(mm_t.lit(0))), pending_t.lit(n));
const LATE = { flushesLate: true } as const;
const QUIET = { speculativeFill: false, eviction: false } as const;

const b29: Common = {
  entry: 'B29',
  about: 'Commit 20841405940e (Rik van Riel, 3.13-rc5), "mm: fix TLB flush race between migration, and change_protection_range": NUMA balancing makes the PTE PROT_NONE and flushes later. Migration finds an entry that x86 takes for one that no TLB can have, does not flush, and copies the page; a CPU stores to the old one.',
  start: ownPage('rw', { freeFrames: 1 }),
  cpus: [program(0, storesOnce), kthread('task_numa_work', () => { change_prot_numa(at()); }), kthread('migration', () => { migrate_misplaced_page({ page: pfn_t.lit(0) }); })],
  properties: [I1Anon],
};
const NUMA = { protnone: true, migration: true, ...LATE } as const;
const BLIND = { variants: ['pte_accessible asks for the present bit alone'] } as const;

const frees = (): void => { madvise_free(at()); };
const clearsRefs = (): void => { clear_refs_write(at()); };
const four = [program(0, storesOnce), sibling(0, frees), kthread('clear_refs', clearsRefs), ksmd(1, 0)] as const;
const b33: Common = {
  entry: 'B33',
  about: 'Commit b3a81d0841a9 (Minchan Kim; found by Nadav Amit; 4.13-rc5), "mm: fix KSM data corruption": MADV_FREE takes D away and clear_refs W, and both flush later. KSM finds a PTE that is read-only and clean, compares without a flush, and maps the other page; between the two a CPU stores through its TLB entry.',
  start: twoPages('rw', 'ksm', 0), machine: QUIET,
  cpus: four,
  properties: [I1Anon],
};
const KSM = { ksm: true, softDirty: true, ...LATE } as const;
const without = (i: number) => four.filter((_, k) => k !== i);
const merged = () => ({ merged: and(quiescent(), maps(1)) });

const b34: Common = {
  entry: 'B34',
  about: 'Commit 6ce64428d620 (Nadav Amit, 5.12-rc3), "mm/userfaultfd: fix memory corruption due to writeprotect": userfaultfd takes W away with mmap_lock held for reading, and flushes after the PTE lock. A write fault of another thread copies the page before it flushes; a third stores to the old page after the copy was made.',
  start: ownPage('rw', { freeFrames: 3, references: 1 }), machine: QUIET,
  cpus: [program(0, storesOnce), sibling(0, stores), kthread('monitor', () => { mwriteprotect_range(at()); })],
  properties: [I1Anon],
};
const UFFD = { gup: 'FOLL_GET', ...LATE } as const;
const INSIDE = { variants: ['mprotect flushes under the PTE lock'] } as const;
const copied = () => ({ 'copied while a flush is to come': and(maps(1), pending(1)), 'copied': and(quiescent(), maps(1)), 'kept': and(quiescent(), maps(0)) });

export const flushRaces = [
  fileScenario({ ...b29, id: 'race/b29-protnone-migrated', title: 'A page whose PTE is PROT_NONE migrates without a flush', kernel: { version: '3.15', ...NUMA, ...BLIND }, expect: { ...violates('I1-anon'), steps: 41 }, catalogueSteps: 12, lengthNote: STEPS }),
  fileScenario({
    ...b29, id: 'race/b29-repaired', title: 'A PTE that is PROT_NONE counts as accessible while a flush is to come', kernel: { version: '3.15', ...NUMA }, properties: [I1Anon, I5], expect: { verdict: 'holds' },
    reaches: () => ({ migrated: and(quiescent(), maps(1)), 'migrated before the flush': and(maps(1), pending(1)) }),
    mutants: [
      { name: 'not-counted', what: 'NUMA balancing does not say that its flush is to come', mutations: [drop('change_prot_numa', 'inc_tlb_flush_pending'), drop('change_prot_numa', 'dec_tlb_flush_pending')], properties: [I1Anon], expect: violates('I1-anon') },
      { name: 'not-asked', what: 'pte_accessible asks for the present bit alone', kernel: BLIND, properties: [I1Anon], expect: violates('I1-anon') },
    ],
  }),
  fileScenario({ ...b33, id: 'race/b33-ksm-four-cpus', title: 'MADV_FREE and clear_refs have not flushed, KSM merges, a store is lost', kernel: { version: '4.8', ...KSM }, expect: { ...violates('I1-anon'), steps: 48 }, catalogueSteps: 22, lengthNote: STEPS }),
  fileScenario({
    ...b33, id: 'race/b33-repaired', title: 'KSM flushes while somebody else\'s flush is to come', kernel: { version: '4.14', ...KSM }, properties: [I1Anon, I6, I5], expect: { verdict: 'holds' }, reaches: () => ({ ...merged(), 'both are to flush': pending(2) }),
    mutants: [
      { name: 'not-asked', what: 'write_protect_page goes by the PTE alone', kernel: { version: '4.8' }, properties: [I1Anon], expect: violates('I1-anon') },
      { name: 'pending-not-asked', what: 'the same, and nothing else of 4.8', mutations: [drop('write_protect_page', 'mm_tlb_flush_pending')], properties: [I1Anon], expect: violates('I1-anon') },
      { name: 'free-not-counted', what: 'MADV_FREE and clear_refs do not count', mutations: [drop('madvise_free_single_vma', 'inc_tlb_flush_pending'), drop('tlb_finish_mmu', 'dec_tlb_flush_pending'), drop('clear_refs_write', 'inc_tlb_flush_pending'), drop('clear_refs_write', 'dec_tlb_flush_pending')], properties: [I1Anon], expect: violates('I1-anon') },
    ],
  }),
  ...[['madvise', 1], ['clear-refs', 2]].map(([name, i]) => fileScenario({
    ...b33, id: `race/b33-without-${name}`, title: `Without ${name === 'madvise' ? 'MADV_FREE' : 'clear_refs'} nothing is lost`, cpus: without(Number(i)), kernel: { version: '4.8', ...KSM }, expect: { verdict: 'holds' }, reaches: merged,
    mutants: [{ name: 'all-four', what: 'all four', cpus: four, expect: violates('I1-anon') }],
  })),
  fileScenario({ ...b34, id: 'race/b34-copied-before-flush', title: 'A page is copied while userfaultfd\'s flush is to come', kernel: { version: '5.11', ...UFFD }, expect: { ...violates('I1-anon'), steps: 32 }, catalogueSteps: 12, lengthNote: STEPS }),
  fileScenario({
    ...b34, id: 'race/b34-repaired', title: 'The write fault flushes first if a flush is to come', kernel: { version: '5.15', ...UFFD }, properties: [I1Anon, I4, I5], expect: { verdict: 'holds' }, reaches: copied,
    mutants: [{ name: 'not-counted', what: 'the change of protection does not count', mutations: [drop('change_pte_range', 'inc_tlb_flush_pending'), drop('change_pte_range', 'dec_tlb_flush_pending')], properties: [I1Anon], expect: violates('I1-anon') }],
  }),
  fileScenario({
    ...b34, id: 'race/b34-flush-inside', title: 'The other repair: userfaultfd flushes under the PTE lock', kernel: { version: '5.11', ...UFFD, ...INSIDE }, properties: [I1Anon, I4, I5], expect: { verdict: 'holds' }, reaches: () => ({ copied: and(quiescent(), maps(1)) }),
    mutants: [{ name: 'after', what: 'it flushes after the lock', kernel: { variants: [] }, properties: [I1Anon], expect: violates('I1-anon') }],
  }),
];
