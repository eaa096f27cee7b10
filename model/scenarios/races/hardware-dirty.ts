/** A D bit that only hardware's encoding holds, and a pte_wrprotect that does not know (B16). */
import { and, eq, not, peek, quiescent, track } from '../../language/index.ts';
import { shrink_lazyfree_page } from '../../kernel/lazyfree_reclaim.ts';
import { newest } from '../../kernel/mm_types.ts';
import { noteUserStore, page_count_at, PG_dirty } from '../../kernel/page.ts';
import { storeInstruction } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, va_t } from '../../machine/types.ts';
import { I1Anon, I5 } from '../../../properties/index.ts';
import { forks, kthread, loads, munmaps, program } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ownPage } from './anonymous.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const entry = (mm: number) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const child = () => and(pte_present(entry(1)), eq(pte_pfn(entry(1)), page()));

/** One store by the parent; what a child that comes later must read is the same. */
const storesForBoth = (mm: number): void => {
  storeInstruction((pfn, version) => {
    noteUserStore(pfn, version);
    [mm, 1].forEach((m) => { track(newest.at(mm_t.lit(m), va_t.lit(0)), version); });
  })(mm_t.lit(mm), va_t.lit(0));
};

const start = ownPage('w', { freeFrames: 1 });
const reclaim = kthread('kswapd', () => { shrink_lazyfree_page({ page: page() }); });
const b16: Common = {
  entry: 'B16',
  about: 'Commit ff1712f953e2 (Will Deacon, 5.10-rc6), "arm64: pgtable: Ensure dirty bit is preserved across pte_wrprotect()": with hardware management of the dirty state a dirty entry is one that is writable and has lost its read-only bit. pte_wrprotect sets that bit, and the value that fork gives to the child is clean; the parent\'s entry is protected by ptep_set_wrprotect, which keeps D. A program stores to a page that it has given up with MADV_FREE, forks, and ends: reclaim takes the page for one that nobody has written to, and the child reads zeroes.',
  start: { ...start, maps: [...start.maps, { pte: 'none', shared: false, linked: false }] },
  machine: { tlbs: false },
  cpus: [program(0, storesForBoth, forks(1), munmaps), program(1, loads), reclaim],
  properties: [I1Anon],
};
const LAZY = { version: '5.10', lazyfree: true, anonymous: true } as const;
const DROPS = { variants: ['pte_wrprotect drops the D bit that hardware has set'] } as const;
const lost = { verdict: 'violated', property: 'I1-anon' } as const;

export const hardwareDirtyRaces = [
  fileScenario({ ...b16, id: 'race/b16-wrprotect-drops-dirty', title: 'fork gives the child a clean entry of a page that was stored to, and reclaim discards the page', kernel: { ...LAZY, ...DROPS }, expect: { ...lost, steps: 51 } }),
  fileScenario({
    ...b16, id: 'race/b16-repaired', title: 'pte_wrprotect moves what hardware says to the bit that it leaves alone', kernel: LAZY, properties: [I1Anon, I5], expect: { verdict: 'holds' },
    reaches: () => ({
      'the child alone has it, dirty': and(child(), pte_dirty(entry(1)), not(pte_present(entry(0)))),
      'kept by reclaim': and(quiescent(), child(), peek(PG_dirty.at(page()))), 'discarded before it was stored to': and(quiescent(), eq(peek(page_count_at.at(page())), count_t.lit(0))),
    }),
    mutants: [{ name: 'dropped', what: 'pte_wrprotect drops what hardware says', kernel: DROPS, properties: [I1Anon], expect: lost }],
  }),
  fileScenario({
    ...b16, id: 'race/b16-parent-stays', title: 'As long as the parent has the page mapped, its entry tells reclaim', cpus: [program(0, storesForBoth, forks(1)), program(1, loads), reclaim], kernel: { ...LAZY, ...DROPS }, expect: { verdict: 'holds' },
    reaches: () => ({ 'kept, and clean for the child': and(quiescent(), child(), not(pte_dirty(entry(1)))) }),
    mutants: [{ name: 'parent-ends', what: 'the parent unmaps it', cpus: b16.cpus, expect: lost }],
  }),
];
