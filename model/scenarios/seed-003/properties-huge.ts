/** What only worlds with huge entries claim. */
import { add, and, count, eq, exists, FALSE, forall, ghost, implies, not, or, peek, property, quiescent, select, TRUE, type Value } from '../../language/index.ts';
import { pin_t } from '../../kernel/follow_page.ts';
import { huge_pin_t } from '../../kernel/gup_fast.ts';
import { clean_huge_lost } from '../../kernel/huge_memory.ts';
import { dropped } from '../../kernel/madvise_huge.ts';
import { mmap_sem_at, vma_at, vma_t } from '../../kernel/mm_types.ts';
import { pmd_dirty, pmd_write } from '../../kernel/pgtable_pmd.ts';
import { pinned } from '../../kernel/pins.ts';
import { rwsem_t } from '../../machine/locks.ts';
import { data } from '../../machine/mmu.ts';
import { nth_page, pmd, pmd_is_table, pmd_t, pmd_trans_huge, range_t, sub_t, table_pte, table_t, type Pmd } from '../../machine/pmd.ts';
import { count_t, mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_write, va_t, version_t, type Pte } from '../../machine/types.ts';
import { mapcount_at, page_count_at, PG_dirty, type Page } from '../../kernel/page.ts';
import { PG_swapcache, private_at } from '../../kernel/swap_state.ts';
import { swap_data, swap_map, usedBy } from '../../kernel/swapfile.ts';
import { swap } from '../../kernel/version.ts';
import { compound_at, reference_lost, still_mapped } from '../../kernel/split_huge_page.ts';
import { compound_mapcount_at, PG_double_map } from '../../kernel/thp_mapcount.ts';

/** A3.3. */
export const LeavesCleanHuge = property('A3.3', 'a walk that protects leaves a huge entry alone that is read-only and clean already', () => ({
  'clean entry taken away': not(peek(clean_huge_lost.at())),
}));

/** Special entries have no struct page: that their pages are dirty is known by entries alone. For worlds that begin with a dirty one. */
export const DirtKept = property('I1-special', 'no dirty data lost: what was dirty is known so, once all is quiet, by some entry', () => ({
  quiet: {
    when: quiescent(),
    holds: or(
      exists(mm_t, 'mm', (mm) => exists(range_t, 'range', (range) => pmd_dirty(peek(pmd.at(mm, range))))),
      exists(table_t, 'table', (table) => exists(sub_t, 'i', (i) => pte_dirty(peek(table_pte.at(table, i))))),
    ),
  },
}));

type Bool = Value<'bool'>;
const first = () => range_t.lit(0);
const entryOf = (mm: Value<'mm_t'>) => peek(pmd.at(mm, first()));
/** An entry maps the frame, as a whole (`huge`) or by a small entry of its table. */
function mapsBy(entry: Pmd, page: Page, huge: (e: Pmd) => Bool, small: (e: Pte) => Bool): Bool {
  const of = (s: Value<'sub_t'>): Pte => peek(table_pte.at(pmd_t.get(entry, 'table'), s));
  return exists(sub_t, 's', (s) => or(
    and(pmd_trans_huge(entry), huge(entry), eq(nth_page(pmd_t.get(entry, 'pfn'), s), page)),
    and(pmd_is_table(entry), pte_present(of(s)), eq(pte_pfn(of(s)), page), small(of(s))),
  ));
}
/** Some entry of the mm does. */
const maps = (mm: Value<'mm_t'>, page: Page, huge: (e: Pmd) => Bool, small: (e: Pte) => Bool): Bool =>
  exists(range_t, 'range', (range) => mapsBy(peek(pmd.at(mm, range)), page, huge, small));
const isMapped = (mm: Value<'mm_t'>, page: Page): Bool => maps(mm, page, () => TRUE, pte_present);

/** I6. */
export const OwnPages = property('I6-huge', 'isolation: a frame that one mm maps writable is mapped by no other', () => ({
  'writable and mapped by another': forall(pfn_t, 'page', (page) => forall(mm_t, 'mm', (mm) => implies(
    maps(mm, page, pmd_write, pte_write),
    forall(mm_t, 'other', (other) => or(eq(mm, other), not(isMapped(other, page)))),
  ))),
}));

/** I1 for anonymous memory: what is not in swap. */
export const DirtKnown = property('I1-huge', 'no dirty data lost: once all is quiet, what was stored is in a page with PG_dirty, on the whole of it, or is mapped by a dirty entry', () => ({
  quiet: {
    when: quiescent(),
    holds: forall(pfn_t, 'page', (page) => or(
      eq(peek(data.at(page)), version_t.lit(0)), peek(PG_dirty.at(pfn_t.lit(0))),
      exists(mm_t, 'mm', (mm) => maps(mm, page, pmd_dirty, pte_dirty)),
    )),
  },
}));

/** The program has called MADV_DONTNEED, or has no VMA any more. */
const gaveUp = (program: Value<'mm_t'>): Bool => or(exists(range_t, 'range', (range) => peek(dropped.at(program, range))), not(exists(va_t, 'va', (va) => vma_t.get(peek(vma_at.at(program, va)), 'linked'))));

/** What was given up may stay in the swap cache, if somebody had the page locked when free_swap_cache tried to: nobody uses the slot, nobody finds the page. */
const leftBehind = (page: Page): Bool => and(
  usedBy(peek(swap_map.at(peek(private_at.at(page)))), 0), not(exists(mm_t, 'mm', (mm) => isMapped(mm, page))), gaveUp(mm_t.lit(0)),
);

/** A page that gets a slot is made dirty then (add_to_swap), whatever it was; one that has a slot may be clean, if its contents are there. */
const writtenOut = (page: Page): Bool[] => (swap() === undefined ? [] : [
  not(peek(PG_swapcache.at(page))), eq(peek(data.at(page)), peek(swap_data.at(peek(private_at.at(page))))), leftBehind(page),
]);

/** The same where pages are dropped as well. */
export const DirtKnownWhereUsed = property('I1-huge', 'no dirty data lost: once all is quiet, what was stored is in a page with PG_dirty, or is mapped by a dirty entry, or the page was dropped', () => ({
  quiet: {
    when: quiescent(),
    holds: forall(pfn_t, 'page', (page) => or(
      eq(peek(data.at(page)), version_t.lit(0)), peek(PG_dirty.at(page)), eq(peek(page_count_at.at(page)), count_t.lit(0)), ...writtenOut(page),
      exists(mm_t, 'mm', (mm) => maps(mm, page, pmd_dirty, pte_dirty)),
    )),
  },
}));

/** I4 for huge pages: both counts together. */
export const HugeCounts = property('I4-huge', 'counter bounds: once all is quiet, the small page\'s count and the whole\'s are together the number of its mappings', () => ({
  mapcount: {
    when: quiescent(),
    holds: forall(pfn_t, 'page', (page) => eq(
      add(peek(mapcount_at.at(page)), peek(compound_mapcount_at.at(pfn_t.lit(0)))),
      add(count(count_t, mm_t, 'mm', (mm) => isMapped(mm, page)), select(peek(PG_double_map.at(pfn_t.lit(0))), count_t.lit(1), count_t.lit(0))),
    )),
  },
}));

const wholes = (page: Page): Value<'count_t'> => count(count_t, mm_t, 'mm', (mm) => maps(mm, page, () => TRUE, () => FALSE));
const smalls = (page: Page): Value<'count_t'> => count(count_t, mm_t, 'mm', (mm) => maps(mm, page, () => FALSE, pte_present));

/** The swap cache has a reference of its own. */
const inSwapCache = (page: Page, refs: Value<'count_t'>): Value<'count_t'> => (swap() === undefined ? refs : select(peek(PG_swapcache.at(page)), add(refs, count_t.lit(1)), refs));

/** The same since 6.2, where nothing counts twice, and there are several huge pages, of one small page each. */
export const HugeCountsApart = property('I4-huge', 'counter bounds: once all is quiet, a page\'s count as a whole is the number of huge entries that map it, that as a small one the number of small entries, and both together are its references', () => ({
  whole: { when: quiescent(), holds: forall(pfn_t, 'page', (page) => eq(peek(compound_mapcount_at.at(page)), wholes(page))) },
  small: { when: quiescent(), holds: forall(pfn_t, 'page', (page) => eq(peek(mapcount_at.at(page)), smalls(page))) },
  references: { when: quiescent(), holds: forall(pfn_t, 'page', (page) => eq(peek(page_count_at.at(page)), inSwapCache(page, add(wholes(page), smalls(page))))) },
}));

/** A pin, from GUP's return to put_page. */
export const huge_pin = ghost('huge_pin', huge_pin_t, []);

/** I7 for huge pages. */
export const HugePins = property('I7-huge', 'pin coherence: a page that is pinned as a whole is not split', () => ({
  'pinned as a whole and split': not(and(huge_pin_t.get(peek(huge_pin.at()), 'ok'), huge_pin_t.get(peek(huge_pin.at()), 'whole'), not(peek(compound_at.at())))),
}));
export const PinMapped = property('I7-mapped', 'pin coherence: the first page of a PMD entry\'s range, if it is pinned and mapped, is the one that is mapped', () => ({
  'pinned page replaced': {
    when: pmd_trans_huge(entryOf(mm_t.lit(0))),
    holds: or(not(huge_pin_t.get(peek(huge_pin.at()), 'ok')), eq(pmd_t.get(entryOf(mm_t.lit(0)), 'pfn'), huge_pin_t.get(peek(huge_pin.at()), 'pfn'))),
  },
}));

/** I4, at the moment of VM_BUG_ON_PAGE(page_mapped(page)) in split_huge_page. */
export const StillMapped = property('I4-unmapped', 'counter bounds: once split_huge_page has unmapped the page no PMD entry maps it', () => ({
  'mapped after unmap_page': not(peek(still_mapped.at())),
}));

/** I11 where an entry was split meanwhile. */
export const Dropped = property('I11-small', 'post-condition: once MADV_DONTNEED has returned no entry, huge or small, maps what was there', () => ({
  'mapped after MADV_DONTNEED': forall(mm_t, 'mm', (mm) => implies(peek(dropped.at(mm, first())), not(exists(pfn_t, 'page', (page) => isMapped(mm, page))))),
}));

/** I4's references: of a page that was split, once all is quiet. */
export const SplitReferences = property('I4-references', 'counter bounds: once a huge page was split and all is quiet, each small page has a reference for its mapping and no other; none is overwritten', () => ({
  'reference overwritten': not(peek(reference_lost.at())),
  references: {
    when: and(quiescent(), not(peek(compound_at.at()))),
    holds: forall(pfn_t, 'page', (page) => eq(peek(page_count_at.at(page)), count(count_t, mm_t, 'mm', (mm) => isMapped(mm, page)))),
  },
}));

/** The same where a huge page has one small page: each address has an entry of its own. */
const everyAddress = (holds: (at: { readonly mm: Value<'mm_t'>; readonly va: Value<'va_t'>; readonly entry: Pmd }) => Bool): Bool =>
  forall(mm_t, 'mm', (mm) => and(...va_t.all().map((va, i) => holds({ mm, va, entry: peek(pmd.at(mm, range_t.lit(i))) }))));

/** I7 where pins are counted, however the page is mapped by now. */
export const PinnedStays = property('I7-mapped', 'pin coherence: while a page is pinned through an address, that address maps it or nothing', () => ({
  'pinned page replaced': everyAddress(({ mm, va, entry }) => implies(
    pin_t.get(peek(pinned.at(mm, va)), 'ok'),
    forall(pfn_t, 'page', (page) => or(eq(page, pin_t.get(peek(pinned.at(mm, va)), 'pfn')), not(mapsBy(entry, page, () => TRUE, pte_present)))),
  )),
}));

/** I5-mapped for huge pages. */
export const FreeNotMapped = property('I5-mapped', 'no use after free: no entry, huge or small, maps a free frame', () => ({
  'free frame in a page table': forall(pfn_t, 'page', (page) => implies(
    eq(peek(page_count_at.at(page)), count_t.lit(0)), not(exists(mm_t, 'mm', (mm) => isMapped(mm, page))),
  )),
}));

/** That nobody holds mmap_sem for writing: what such a one changes is not whole yet. */
const settled = (mm: Value<'mm_t'>): Bool => not(rwsem_t.get(peek(mmap_sem_at.at(mm)), 'writer'));
const vmaOf = (mm: Value<'mm_t'>, va: Value<'va_t'>) => peek(vma_at.at(mm, va));

/** I2's other half: what the entries say, whoever uses them. */
export const WithinVma = property('I2-vma', 'no entry, huge or small, maps anything where no VMA is, or for writing where the VMA does not allow it', () => ({
  'mapped outside a VMA': everyAddress(({ mm, va, entry }) => implies(settled(mm), or(vma_t.get(vmaOf(mm, va), 'linked'), not(exists(pfn_t, 'page', (page) => mapsBy(entry, page, () => TRUE, pte_present)))))),
  'writable beyond the VMA': everyAddress(({ mm, va, entry }) => implies(settled(mm), or(vma_t.get(vmaOf(mm, va), 'W'), not(exists(pfn_t, 'page', (page) => mapsBy(entry, page, pmd_write, pte_write)))))),
}));
