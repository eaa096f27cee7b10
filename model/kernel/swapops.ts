/**
 * Swap entries in page tables (include/linux/swapops.h): what a PTE that is not present may hold. The entry stands in a place beside
 * the PTE and is read and written with it in one step.
 */
import { and, atomic, bool, index, load, macro, not, primitive, record, shared, store, type Value } from '../language/index.ts';
import { pte } from '../machine/tlb.ts';
import { mm_t, pte_present, PTE_NONE, va_t, type Pte } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';

/** A slot of the swap device: room for one page. */
export const swp_t = index('swp_t');
export type Slot = Value<'swp_t'>;
/** V: the PTE holds a swap entry, of the slot. exclusive: the PTE that was there was writable, so the page was its mapping's alone (pte_swp_exclusive, 5.19). */
export const swp_entry_t = record('swp_entry_t', { V: bool, slot: swp_t, exclusive: bool });
export type SwapEntry = Value<'swp_entry_t'>;

export const swp_pte = shared('swp_pte', swp_entry_t, [mm_t, va_t], { display: 'pte[%0][%1].swap' });

const ONE_WORD = 'a PTE and the swap entry that it may hold: one word in the kernel';

/** The swap entry that the PTE holds; V false: none, or the PTE is present. */
export const pte_to_swp_entry = primitive('*pte', (mm: Mm, va: Va) => load('entry', swp_pte.at(mm, va)));

export const swp_slot = macro('swp_slot', (entry: SwapEntry) => swp_entry_t.get(entry, 'slot'));

/** The swap entry that the PTE holds, and whether it is all zeroes: neither an entry nor present. */
export const pte_none_or_entry = primitive('*pte', (mm: Mm, va: Va) => {
  let read: { readonly entry: Value<'swp_entry_t'>; readonly none: Value<'bool'> } | undefined;
  atomic(ONE_WORD, () => {
    const p = load('pte', pte.at(mm, va));
    const entry = load('entry', swp_pte.at(mm, va));
    read = { entry, none: and(not(pte_present(p)), not(swp_entry_t.get(entry, 'V'))) };
  });
  return read as NonNullable<typeof read>;
});

/** set_pte_at with a swap entry. */
export const set_swap_pte = primitive('set_pte', (mm: Mm, va: Va, entry: SwapEntry) =>
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), PTE_NONE());
    store(swp_pte.at(mm, va), entry);
  }),
);

/** set_pte_at with a present entry, over a swap entry. */
export const set_pte_over_swap = primitive('set_pte', (mm: Mm, va: Va, entry: Pte) =>
  atomic(ONE_WORD, () => {
    store(pte.at(mm, va), entry);
    store(swp_pte.at(mm, va), swp_entry_t.of({}));
  }),
);
