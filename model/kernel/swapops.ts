/**
 * Swap entries in page tables (include/linux/swapops.h): what a PTE that is not present may hold. The entry stands in a place beside
 * the PTE and is read and written with it in one step.
 */
import { and, atomic, bool, FALSE, index, load, macro, not, primitive, record, rmw, shared, store, type Value } from '../language/index.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, PTE_NONE, va_t, type Pte } from '../machine/types.ts';
import { pte_occupied } from './migration_entry.ts';
import { noteWritten } from './mm_contents.ts';
import type { Mm, Va } from './mm_types.ts';

/** A slot of the swap device: room for one page. */
export const swp_t = index('swp_t');
export type Slot = Value<'swp_t'>;
/** V: the PTE holds a swap entry, of the slot. exclusive: the page was its mapping's alone (pte_swp_exclusive, 5.19); without PageAnonExclusive: the PTE that was there was writable. */
export const swp_entry_t = record('swp_entry_t', { V: bool, slot: swp_t, exclusive: bool });
export type SwapEntry = Value<'swp_entry_t'>;

export const swp_pte = shared('swp_pte', swp_entry_t, [mm_t, va_t], { display: 'pte[%0][%1].swap' });

const ONE_WORD = 'a PTE and the swap entry that it may hold: one word in the kernel';

/** The swap entry that the PTE holds; V false: none, or the PTE is present. */
export const pte_to_swp_entry = primitive('*pte', (mm: Mm, va: Va) => load('entry', swp_pte.at(mm, va)));

export const swp_slot = macro('swp_slot', (entry: SwapEntry) => swp_entry_t.get(entry, 'slot'));

/** The word: a present entry or a migration entry, or the swap entry. */
export const pte_and_swp_entry = primitive('*pte', (mm: Mm, va: Va) => {
  let read: { readonly pte: Pte; readonly entry: SwapEntry } | undefined;
  atomic(ONE_WORD, () => { read = { pte: load('pte', pte.at(mm, va)), entry: load('entry', swp_pte.at(mm, va)) }; });
  return read as NonNullable<typeof read>;
});

/** The swap entry that the PTE holds, and whether it is all zeroes: neither an entry nor present. */
export const pte_none_or_entry = primitive('*pte', (mm: Mm, va: Va) => {
  let read: { readonly entry: Value<'swp_entry_t'>; readonly none: Value<'bool'> } | undefined;
  atomic(ONE_WORD, () => {
    const p = load('pte', pte.at(mm, va));
    const entry = load('entry', swp_pte.at(mm, va));
    read = { entry, none: and(not(pte_occupied(p)), not(swp_entry_t.get(entry, 'V'))) };
  });
  return read as NonNullable<typeof read>;
});

/** set_pte_at with a swap entry. */
export const set_swap_pte = primitive('set_pte', (mm: Mm, va: Va, entry: SwapEntry) => {
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), PTE_NONE());
    store(swp_pte.at(mm, va), entry);
  });
  noteWritten(mm, va);
});

/** What the entry leads to may be somebody else's too from now on: set_pte_at without the mark. */
export const pte_swp_clear_exclusive = primitive('pte_swp_clear_exclusive', (mm: Mm, va: Va) => {
  rmw('entry', swp_pte.at(mm, va), (entry) => swp_entry_t.with(entry, 'exclusive', FALSE), { ignore: true });
});

/** set_pte_at with a present entry, over a swap entry. */
export const set_pte_over_swap = primitive('set_pte', (mm: Mm, va: Va, entry: Pte) =>
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), entry);
    store(swp_pte.at(mm, va), swp_entry_t.of({}));
  }),
);

/** Of a PTE that holds a swap entry: hardware looks at it no more than before. */
export const pte_clear_not_present = primitive('pte_clear_not_present_full', (mm: Mm, va: Va) => store(swp_pte.at(mm, va), swp_entry_t.of({})));
