/** Races of migration to a device: the flush that comes after the PTE lock (B35), the D bit that nobody takes along (B74). */
import { and, drop, eq, moveAfter, not, or, peek, quiescent, track, type Value } from '../../language/index.ts';
import { shrink_lazyfree_page } from '../../kernel/lazyfree_reclaim.ts';
import { reached_dropped } from '../../kernel/madvise.ts';
import { migrate_to_device } from '../../kernel/migrate_device.ts';
import { is_migration_entry } from '../../kernel/migration_entry.ts';
import { PG_dirty, page_count_at } from '../../kernel/page.ts';
import { loadInstructionTo } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../../machine/types.ts';
import { I11, I1Anon, I4, I5 } from '../../../properties/index.ts';
import { dontneed, kthread, loads, program } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ownPage, storesOnce } from './anonymous.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const STEPS = 'Locks, loads, references and interrupts are steps here.';
const page = () => pfn_t.lit(0);
const entry = (): Value<'pte_t'> => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const isFree = () => eq(peek(page_count_at.at(page())), count_t.lit(0));
const violates = (property: string) => ({ verdict: 'violated', property }) as const;
const driver = kthread('driver', () => { migrate_to_device({ mm: mm_t.lit(0), va: va_t.lit(0), page: page() }); });

/** One load, by the CPU's TLB entry or by the PTE; a fault ends the program. No frame is given out again here. */
const loadsWhatWasDropped = (mm: number): void => {
  loadInstructionTo((pfn) => { track(reached_dropped.at(), or(peek(reached_dropped.at()), eq(pfn, page()))); })(mm_t.lit(mm), va_t.lit(0));
};
const b35: Common = {
  entry: 'B35',
  about: 'Commit 60bae7370896 (Alistair Popple, 6.0), "mm/migrate_device.c: flush TLB while holding PTL": collecting pages for a device makes the PTE a migration entry, drops the PTE lock, and flushes. MADV_DONTNEED of another thread finds an entry that is not present, clears it without a flush, and returns; the thread still reaches the page.',
  start: ownPage('ro'), cpus: [program(0, dontneed, loadsWhatWasDropped), driver],
  properties: [I11],
};
const DEVICE = { version: '6.0', migration: true, flushesLate: true } as const;
const AFTER = { variants: ['collected pages are flushed after the PTE lock'] } as const;

const b74: Common = {
  entry: 'B74',
  about: 'Commit fd35ca3d12cc (Alistair Popple, 6.0), "mm/migrate_device.c: copy pte dirty bit to page": the D bit of an entry that becomes a migration entry must go to the page. It was dropped. The page is mapped again by a clean entry, nothing says that it was written, and reclaim takes it for what it was before: here, given up with MADV_FREE.',
  start: ownPage('w', { freeFrames: 1 }), machine: { speculativeFill: false, eviction: false },
  cpus: [program(0, storesOnce, loads), driver, kthread('kswapd', () => { shrink_lazyfree_page({ page: page() }); })],
  properties: [I1Anon],
};
const LAZY = { version: '6.0', migration: true, lazyfree: true, anonymous: true } as const;
const FORGETS = { variants: ['D stays behind when a page is collected'] } as const;
const mapsFirst = () => and(pte_present(entry()), eq(pte_pfn(entry()), page()));

export const migrateDeviceRaces = [
  fileScenario({ ...b35, id: 'race/b35-collected-then-flushed', title: 'Collecting pages for a device flushes after the PTE lock', kernel: { ...DEVICE, ...AFTER }, expect: { ...violates('I11'), steps: 19 }, catalogueSteps: 9, lengthNote: STEPS }),
  fileScenario({
    ...b35, id: 'race/b35-repaired', title: 'It flushes while it holds the PTE lock', kernel: DEVICE, properties: [I11, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ collected: is_migration_entry(entry()), 'dropped, and free': and(quiescent(), isFree()), 'dropped while it was collected': and(not(pte_present(entry())), not(is_migration_entry(entry())), not(isFree())) }),
    mutants: [
      { name: 'after', what: 'the flush comes after the PTE lock', mutations: [moveAfter('migrate_vma_collect_pmd', 'flush_tlb_page', 'pte_unmap_unlock')], properties: [I11], expect: violates('I11') },
      { name: 'v5.19', what: 'the kernel of 5.19', kernel: { version: '5.19' }, properties: [I11], expect: violates('I11') },
      { name: 'no-flush', what: 'no flush', mutations: [drop('migrate_vma_collect_pmd', 'flush_tlb_page')], properties: [I11], expect: violates('I11') },
    ],
  }),
  fileScenario({ ...b74, id: 'race/b74-dirty-bit-dropped', title: 'The D bit of a page that is collected for a device is lost', kernel: { ...LAZY, ...FORGETS }, expect: { ...violates('I1-anon'), steps: 51 }, lengthNote: STEPS }),
  fileScenario({
    ...b74, id: 'race/b74-repaired', title: 'PG_dirty is set when the entry goes', kernel: LAZY, properties: [I1Anon, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty, and kept': and(quiescent(), mapsFirst(), peek(PG_dirty.at(page()))), 'discarded': and(quiescent(), not(mapsFirst())) }),
    mutants: [
      { name: 'forgotten', what: 'D is dropped', mutations: [drop('migrate_vma_collect_pmd', 'set_page_dirty')], properties: [I1Anon], expect: violates('I1-anon') },
      { name: 'v5.19', what: 'the kernel of 5.19', kernel: { version: '5.19' }, properties: [I1Anon], expect: violates('I1-anon') },
      { name: 'reclaim-forgets', what: 'reclaim, too, drops D', mutations: [drop('try_to_unmap_one', 'set_page_dirty')], properties: [I1Anon], expect: violates('I1-anon') },
    ],
  }),
];
