/** Swap entries and who walks page tables: unmapping, mprotect, mremap, fork, GUP and migration meet reclaim, or a page that is swapped out. */
import { and, drop, eq, FALSE, never, not, peek, quiescent, TRUE, type Init, type Value } from '../language/index.ts';
import { PG_anon_exclusive } from '../kernel/anon_exclusive.ts';
import { pin_t } from '../kernel/follow_page.ts';
import { move_pages } from '../kernel/migrate.ts';
import { move_vma_ptes } from '../kernel/mremap.ts';
import { newest, vma_at, vma_t } from '../kernel/mm_types.ts';
import { PG_anon, slot_t } from '../kernel/page.ts';
import { pinned } from '../kernel/pins.ts';
import { register_and_write } from '../kernel/rdma.ts';
import { swap_cache } from '../kernel/swap_state.ts';
import { swap_data, swap_map, swap_map_t } from '../kernel/swapfile.ts';
import { swp_entry_t, swp_pte, swp_t } from '../kernel/swapops.ts';
import type { KernelConfig } from '../kernel/version.ts';
import { data } from '../machine/mmu.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t, version_t } from '../machine/types.ts';
import { I10b, I13, I14, I1Anon, I2, I4Anywhere, I5, I5Mapped, I6, I7, I7Exclusive } from '../../properties/index.ts';
import { Tidy } from '../../properties/tidy.ts';
import { dontneed, forks, kthread, mprotectsReadOnly, munmaps, program, sibling, stores } from './actors.ts';
import type { Start } from './contents.ts';
import { reclaimsAny, swappedOut } from './races/swap-world.ts';
import { fileScenario, type FileScenario } from './world.ts';

const page = (n: number): Value<'pfn_t'> => pfn_t.lit(n);
const entry = (mm = 0, va = 0): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va_t.lit(va)));
const present = (mm = 0, va = 0): Value<'bool'> => pte_present(entry(mm, va));
const swapped = (mm = 0, va = 0): Value<'bool'> => swp_entry_t.get(peek(swp_pte.at(mm_t.lit(mm), va_t.lit(va))), 'V');
const slotFree = (): Value<'bool'> => eq(peek(swap_map.at(swp_t.lit(0))), swap_map_t.of({}));
const linked = (va: number): Value<'bool'> => vma_t.get(peek(vma_at.at(mm_t.lit(0), va_t.lit(va))), 'linked');

/** The program's one page. cached: mapped writable and clean, and in the swap cache with the same contents in its slot. */
type How = 'mapped' | 'cached' | 'swapped';

/** What the program stored before is version 1, which no new page has. */
function contents(set: Init, how: How): void {
  const one = version_t.lit(1);
  set(newest.at(mm_t.lit(0), va_t.lit(0)), one);
  if (how !== 'mapped') set(swap_data.at(swp_t.lit(0)), one);
  if (how === 'swapped') return;
  set(data.at(page(0)), one);
  set(PG_anon_exclusive.at(page(0)), TRUE);
}

function begins(how: How, { pages = 3, slots = 1, mms = 1, addresses = 1 } = {}): Start {
  const maps = { mapped: 'rw', cached: 'w', swapped: 'swapped' } as const;
  const start = swappedOut({ maps: [maps[how]], cached: how === 'cached', exclusive: true, pages, slots });
  const others = Array.from({ length: mms - 1 }, () => ({ pte: 'none', shared: false, linked: false } as const));
  return {
    ...start, maps: [...start.maps, ...others], addresses,
    also: (set) => {
      start.also?.(set);
      contents(set, how);
    },
  };
}

const NESTED = 'a gather that meets another one flushes';
const KERNEL: KernelConfig = { version: '6.2', anonymous: true, gup: 'FOLL_PIN', migration: true, looksForVma: true, swap: 'synchronous', variants: [NESTED] };
const WHOLE = [I1Anon, I13, I2, I4Anywhere, I5, I5Mapped, I6, I7, I10b, I14, Tidy];
const violated = (property: string) => ({ verdict: 'violated', property } as const);
const holds = { verdict: 'holds' } as const;
const kswapd = kthread('kswapd', reclaimsAny);
/** TLB entries that were never filled are as good as evicted ones, for so few accesses. */
const machine = { eviction: false };
const common = { kernel: KERNEL, machine, properties: WHOLE, expect: holds } satisfies Partial<FileScenario>;

const moves = (mm: number): void => { move_vma_ptes({ mm: mm_t.lit(mm), from: va_t.lit(0), to: va_t.lit(1) }); };
const pins = (mm: number): void => { register_and_write({ mm: mm_t.lit(mm), va: va_t.lit(0), dirties: FALSE }); };
const migrates = kthread('kcompactd', () => { move_pages({ mm: mm_t.lit(0), va: va_t.lit(0) }); });

export const swapEntries = [
  fileScenario({
    ...common, id: 'swap/dontneed', title: 'MADV_DONTNEED gives up a swap entry, and the slot with it',
    about: 'zap_pte_range calls free_swap_and_cache for a swap entry: its slot has one user less, and if that was the last, the page in the swap cache goes too, unless somebody has it locked. The program faults on the other CPU.',
    start: begins('swapped'), cpus: [program(0, dontneed), sibling(0, stores)],
    reaches: () => ({ 'given up': and(quiescent(), slotFree(), not(present())), 'stored to first, and given up': and(quiescent(), slotFree(), not(present()), peek(PG_anon.at(page(0)))) }),
    mutants: [
      { name: 'slot-kept', what: 'the slot is not told', mutations: [drop('zap_pte_range', 'free_swap_and_cache')], expect: violated('I13') },
      { name: 'entry-kept', what: 'zap_pte_range passes swap entries by', mutations: [never('zap_pte_range', 'free_swap_and_cache')], expect: violated('I1-anon') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/munmap', title: 'munmap meets a page on its way to swap',
    about: 'Reclaim gives the page a slot and leaves a swap entry; munmap finds the one or the other. Whoever comes last frees the slot and the page: munmap tries the page lock and lets the slot be if reclaim has it.',
    start: begins('mapped'), cpus: [program(0, munmaps), kswapd, kthread('kswapd2', reclaimsAny)],
    reaches: () => ({ 'unmapped while reclaim has the page locked': and(not(linked(0)), slot_t.get(peek(swap_cache.at(swp_t.lit(0))), 'present')), 'all gone': and(quiescent(), slotFree()) }),
    mutants: [
      { name: 'entry-kept', what: 'zap_pte_range passes swap entries by', mutations: [never('zap_pte_range', 'free_swap_and_cache')], expect: violated('tidy') },
      { name: 'reclaim-no-flush', what: 'try_to_unmap does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], expect: violated('I5-mapped') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/mremap', title: 'A swap entry moves with its mapping',
    about: 'move_ptes takes any entry that is not none to the new address as it is. The program stores there; reclaim runs beside both.',
    start: begins('mapped', { addresses: 2 }), cpus: [program(0, moves), kswapd],
    reaches: () => ({ 'moved swapped out': and(quiescent(), swapped(0, 1)), 'moved mapped, then swapped out or not': and(quiescent(), present(0, 1)) }),
    mutants: [
      { name: 'left-behind', what: 'swap entries stay where they are', mutations: [never('move_ptes', 'pte_clear_not_present_full')], expect: violated('tidy') },
      { name: 'not-cleared', what: 'the old address keeps the entry', mutations: [drop('move_ptes', 'pte_clear_not_present_full')], expect: violated('I13') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/fork', title: 'fork shares what is swapped out',
    about: 'copy_nonpresent_pte counts the child\'s entry in the slot, and takes the mark of an exclusive page from the parent\'s (1493a1913e34, 5.19): either may find the page in the swap cache when it faults, and neither may write it then. A fault that began before fork finds another entry than it read, and begins again.',
    start: begins('swapped', { mms: 2 }), cpus: [program(0, forks(1), stores), program(1, () => { stores(1); })],
    reaches: () => ({ 'both have stored': and(quiescent(), present(0), present(1), pte_write(entry(0)), pte_write(entry(1))), 'shared, by one swapped in': and(swapped(0), present(1)) }),
    mutants: [
      { name: 'not-counted', what: 'swap_duplicate is not called', mutations: [drop('copy_one_pte', 'swap_duplicate')], expect: violated('I13') },
      { name: 'exclusive-still', what: 'the parent\'s entry keeps the mark', mutations: [drop('copy_one_pte', 'pte_swp_clear_exclusive')], expect: violated('I1-anon') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/fork-by-references', title: 'The same before swap entries had a mark: references tell', kernel: { ...KERNEL, version: '5.11' },
    about: 'From 5.9 to 5.17 nothing in an entry says whose the page is. A fault that writes takes the page out of the swap cache if no other entry leads there, and then has it alone if it has the one reference (reuse_swap_page); a page that stays in the swap cache is copied.',
    start: begins('swapped', { mms: 2 }), cpus: [program(0, forks(1), stores), program(1, () => { stores(1); })],
    reaches: () => ({ 'both have stored': and(quiescent(), present(0), present(1), pte_write(entry(0)), pte_write(entry(1))), 'shared, by one swapped in': and(swapped(0), present(1)) }),
    mutants: [{ name: 'not-counted', what: 'swap_duplicate is not called', mutations: [drop('copy_one_pte', 'swap_duplicate')], expect: violated('I13') }],
  }),
  fileScenario({
    ...common, id: 'swap/mprotect', title: 'A page in swap is mapped with the rights of its VMA',
    about: 'change_pte_range leaves a swap entry as it is, with its mark: do_swap_page asks the VMA when it maps the page. A page that is mapped is cleared and written back, so that no D bit is lost: a page of the swap cache that looks clean is dropped without being written.',
    start: begins('cached'), cpus: [program(0, mprotectsReadOnly), sibling(0, stores), kswapd],
    reaches: () => ({ 'stored to, and written again': and(quiescent(), swapped(), eq(peek(swap_data.at(swp_t.lit(0))), version_t.lit(2))), 'dropped without being written': and(quiescent(), swapped(), eq(peek(swap_data.at(swp_t.lit(0))), version_t.lit(1))) }),
    mutants: [
      { name: 'dirt-lost', what: 'change_pte_range reads the PTE and writes it back', kernel: { variants: [NESTED, 'mprotect reads the PTE and writes it back'] }, expect: violated('I1-anon') },
      { name: 'not-flushed', what: 'change_pte_range does not flush', mutations: [drop('change_pte_range', 'flush_tlb_page')], expect: violated('I2') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/gup', title: 'A page that is pinned is not swapped out; one that is swapped out is faulted in to be pinned',
    about: 'Reclaim clears the PTE, flushes, and then looks for pins (page_try_share_anon_rmap); GUP-fast takes its pin and then reads the PTE again. So either reclaim finds the pin and maps the page again, exclusive still, or GUP-fast lets go; its slow path faults the page in.',
    start: begins('mapped'), cpus: [program(0, pins, stores), kswapd], properties: [...WHOLE, I7Exclusive],
    reaches: () => ({ 'pinned from swap': and(pin_t.get(peek(pinned.at(mm_t.lit(0), va_t.lit(0))), 'ok'), not(eq(pte_pfn(entry()), page(0)))), 'pinned first': and(quiescent(), present(), eq(pte_pfn(entry()), page(0))), 'swapped out after all': and(quiescent(), swapped()) }),
    mutants: [
      { name: 'pins-not-asked', what: 'reclaim leaves the entry whether the page is pinned or not', mutations: [never('try_to_unmap_one', 'swap_free'), drop('shrink_anon_page', 'page_maybe_dma_pinned')], expect: violated('assertion') },
      { name: 'not-read-again', what: 'GUP-fast does not read the PTE again', kernel: { variants: [NESTED, 'GUP-fast does not read the PTE again'] }, mutations: [drop('lockless_pages_from_mm', 'local_irq_disable'), drop('lockless_pages_from_mm', 'local_irq_enable')], expect: violated('I7-exclusive') },
    ],
  }),
  fileScenario({
    ...common, id: 'swap/migration', title: 'A page of the swap cache migrates with its slot',
    about: 'folio_migrate_mapping puts the new page in the place of the old one in the swap cache, locked and before it has the contents: a fault that finds it there waits for its lock. Reclaim has either page, or waits for none: who has isolated a page has it alone.',
    start: begins('cached'), cpus: [program(0, stores), migrates, kswapd],
    reaches: () => ({ 'migrated in the swap cache': and(present(), slot_t.get(peek(swap_cache.at(swp_t.lit(0))), 'present'), not(eq(pte_pfn(entry()), page(0)))) }),
    mutants: [{ name: 'unlocked', what: 'migration locks neither page', mutations: [drop('__unmap_and_move', 'lock_page'), drop('__unmap_and_move', 'unlock_page')], expect: violated('I1-anon') }],
  }),
];
