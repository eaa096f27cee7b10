/** Races of swap: an entry that is in use again while somebody still thinks of its last use (B75, B76); pages that change under IO (B71). */
import { and, eq, moveAfter, ne, not, peek, quiescent } from '../../language/index.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../../machine/types.ts';
import { PG_writeback } from '../../kernel/page.ts';
import { swp_entry_t, swp_pte, swp_t } from '../../kernel/swapops.ts';
import { I13, I1Anon, I4, I5, I6, I9 } from '../../../properties/index.ts';
import { kthread, loads, program, sibling, stores } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { moveRaces } from './swap-move.ts';
import { reclaimsAny, swappedOut } from './swap-world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const entry = (mm: number) => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const maps = (mm: number, page: number) => and(pte_present(entry(mm)), eq(pte_pfn(entry(mm)), pfn_t.lit(page)));
const swapped = (mm: number) => peek(swp_pte.at(mm_t.lit(mm), va_t.lit(0)));
const isSwapped = (mm: number) => swp_entry_t.get(swapped(mm), 'V');
const STEPS = 'The whole of do_swap_page, of copy on write and of reclaim are steps here: locks, loads, references and the counts of swap_map.';
const stale = { verdict: 'violated', property: 'I1-anon' } as const;
const WHOLE = [I1Anon, I13, I4, I5, I6];

const b71: Common = {
  entry: 'B71',
  about: 'Commit f05714293a59 (Minchan Kim, 4.10), "mm: support anonymous stable page": reclaim writes a page to a device that must not see it change (zram compresses it twice if the first attempt finds no memory). A fault finds the page in the swap cache, is the only one to use it, maps it writable, and the program stores while the IO is under way.',
  machine: { tlbs: false }, start: swappedOut({ maps: ['rw'], cached: false, pages: 3, slots: 2 }),
  cpus: [program(0, stores), kthread('kswapd', reclaimsAny)],
  properties: [I9],
};
const STABLE = { swap: 'disk', checksums: true } as const;

const b75: Common = {
  entry: 'B75',
  about: 'Commit 13ddaf26be32 (Kairui Song, 6.8-rc6; CVE-2024-26759), "mm/swap: fix race when skipping swapcache": two threads fault the same entry; each reads a page of its own, past the swap cache. One maps its page, frees the slot, stores, and reclaim swaps the page out to the same slot. The other finds the PTE as it was and maps what it read before the store.',
  machine: { tlbs: false }, start: swappedOut({ maps: ['swapped'], cached: false, exclusive: true, pages: 2, slots: 1 }),
  cpus: [program(0, loads), sibling(0, stores, reclaimsAny)],
  properties: [I1Anon],
};

/** C is another process, the parent; its stores are two so that its contents differ from A's. */
const b76: Common = {
  entry: 'B76',
  about: 'Commits 4969c1192d15 (Andrea Arcangeli) and 31c4a3d3a0f8 (Hugh Dickins), both 2.6.36-rc, "mm: fix swapin race condition" and "mm: further fix swapin race condition". Thread 0 has found the page of an entry in the swap cache and waits for its lock. Meanwhile, on the other CPU, one after the other: another thread swaps the page in, stores, and so gets a copy, because the parent maps the page too; the parent stores, the page is its own, and the slot is free; reclaim swaps the copy out, to that slot. Thread 0 gets the lock, finds the PTE as it was, and maps the parent\'s page.',
  machine: { tlbs: false }, start: swappedOut({ maps: ['swapped', 'ro'], cached: true, pages: 4, slots: 2 }),
  cpus: [sibling(0, loads), { ...program(0, stores, () => { stores(1); stores(1); }, reclaimsAny, reclaimsAny), name: 'others' }],
  properties: [I1Anon],
};
const FIRST = { variants: ['do_swap_page asks PageSwapCache and no more'] } as const;

export const swapRaces = [
  fileScenario({ ...b71, id: 'race/b71-reused-under-io', title: 'A page that is on its way to swap is mapped writable again', kernel: { version: '4.8', ...STABLE }, expect: { verdict: 'violated', property: 'I9', steps: 57 } }),
  fileScenario({
    ...b71, id: 'race/b71-repaired', title: 'While its IO is under way the page is mapped read-only, and a store gets a copy', kernel: { version: '4.20', ...STABLE }, properties: [I9, ...WHOLE], expect: { verdict: 'holds' },
    reaches: () => ({
      'copied while under IO': and(peek(PG_writeback.at(pfn_t.lit(0))), pte_present(entry(0)), not(maps(0, 0))),
      'mapped read-only while under IO': and(peek(PG_writeback.at(pfn_t.lit(0))), maps(0, 0)),
      'taken back after the IO': and(quiescent(), maps(0, 0)),
    }),
    mutants: [
      { name: 'not-asked', what: 'reuse_swap_page of 4.9 and before', kernel: { version: '4.8' }, properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
      { name: 'unstable', what: 'the device does not ask for stable pages', kernel: { variants: ['the swap device does not ask for stable pages'] }, properties: [I9], expect: { verdict: 'violated', property: 'I9' } },
    ],
  }),
  fileScenario({ ...b75, id: 'race/b75-swapcache-skipped', title: 'A fault maps what it read before the slot was used again', kernel: { version: '6.2', swap: 'synchronous' }, expect: { ...stale, steps: 61 }, catalogueSteps: 16, lengthNote: STEPS }),
  fileScenario({
    ...b75, id: 'race/b75-repaired', title: 'SWAP_HAS_CACHE lets one fault at a time past the swap cache, and keeps the slot', kernel: { version: '6.8', swap: 'synchronous' }, properties: WHOLE, expect: { verdict: 'holds' },
    reaches: () => ({ 'swapped out again': and(quiescent(), isSwapped(0)), 'read in by the other': and(quiescent(), pte_present(entry(0))), 'read anew from the device': maps(0, 1) }),
    mutants: [
      { name: 'not-prepared', what: 'no swapcache_prepare, as until 6.7', kernel: { version: '6.2' }, properties: [I1Anon], expect: stale },
      { name: 'cleared-early', what: 'the flag is cleared as soon as the page is read', mutations: [moveAfter('skip_swapcache', 'map_swapped_page', 'swapcache_clear')], properties: [I1Anon], expect: stale },
    ],
  }),
  fileScenario({ ...b76, id: 'race/b76-page-of-another-entry', title: 'A fault maps a page that has left the swap cache', kernel: { version: '2.6.30', swap: 'disk' }, expect: { ...stale, steps: 111 }, catalogueSteps: 13, lengthNote: STEPS }),
  fileScenario({ ...b76, id: 'race/b76-first-repair', title: 'PageSwapCache alone: the page is in the swap cache again, for another slot', kernel: { version: '2.6.30', swap: 'disk', ...FIRST }, expect: { ...stale, steps: 162 }, catalogueSteps: 14, lengthNote: STEPS }),
  fileScenario({
    ...b76, id: 'race/b76-repaired', title: 'With the page locked, a fault asks whether it is the page of this entry still', kernel: { version: '2.6.36', swap: 'disk' }, properties: WHOLE, expect: { verdict: 'holds' },
    reaches: () => ({
      'the copy in the slot of the original': and(isSwapped(0), eq(swp_entry_t.get(swapped(0), 'slot'), swp_t.lit(0)), not(maps(1, 1))),
      'the original in another slot': and(isSwapped(1), ne(swp_entry_t.get(swapped(1), 'slot'), swp_t.lit(0))),
      'all read in again': and(quiescent(), pte_present(entry(0)), pte_present(entry(1))),
    }),
    mutants: [
      { name: 'slot-not-asked', what: 'the first repair alone', kernel: { version: '2.6.30', ...FIRST }, properties: [I1Anon], expect: stale },
      { name: 'nothing-asked', what: 'neither question, as from 2.6.29 on', kernel: { version: '2.6.30' }, properties: [I1Anon], expect: stale },
    ],
  }),
  ...moveRaces,
];
