/** Swap entries in page tables that are objects: beside the entry, and read and written with it in one step (swapops.ts). */
import { and, atomic, eq, FALSE, load, not, primitive, rmw, shared, store, type Value } from '../language/index.ts';
import { sub_t, table_pte, table_t, type Table } from '../machine/pmd.ts';
import { PTE_NONE, type Pte } from '../machine/types.ts';
import { swp_entry_t, type SwapEntry } from './swapops.ts';

export const table_swp = shared('table_swp', swp_entry_t, [table_t, sub_t], { display: '%0.pte[%1].swap' });

type Sub = Value<'sub_t'>;
const ONE_WORD = 'an entry of a page table and the swap entry that it may hold: one word in the kernel';

export const table_swp_entry = primitive('*pte', (table: Table, i: Sub) => load('entry', table_swp.at(table, i)));

/** The word: a present entry or a migration entry, or the swap entry; and whether it is neither. */
export const table_pte_and_entry = primitive('*pte', (table: Table, i: Sub) => {
  let read: { readonly pte: Pte; readonly entry: SwapEntry; readonly none: Value<'bool'> } | undefined;
  atomic(ONE_WORD, () => {
    const pte = load('pte', table_pte.at(table, i));
    const entry = load('entry', table_swp.at(table, i));
    read = { pte, entry, none: and(eq(pte, PTE_NONE()), not(swp_entry_t.get(entry, 'V'))) };
  });
  return read as NonNullable<typeof read>;
});

/** set_pte_at with a swap entry. */
export const table_set_swap = primitive('set_pte', (table: Table, i: Sub, entry: SwapEntry) => {
  atomic(ONE_WORD, () => {
    store(table_pte.at(table, i), PTE_NONE());
    store(table_swp.at(table, i), entry);
  });
});

/** set_pte_at with a present entry, over a swap entry. */
export const table_set_over_swap = primitive('set_pte', (table: Table, i: Sub, pte: Pte) => {
  atomic(ONE_WORD, () => {
    store(table_pte.at(table, i), pte);
    store(table_swp.at(table, i), swp_entry_t.of({}));
  });
});

export const table_swp_clear_exclusive = primitive('pte_swp_clear_exclusive', (table: Table, i: Sub) => {
  rmw('entry', table_swp.at(table, i), (entry) => swp_entry_t.with(entry, 'exclusive', FALSE), { ignore: true });
});

export const table_clear_swap = primitive('pte_clear_not_present_full', (table: Table, i: Sub) => store(table_swp.at(table, i), swp_entry_t.of({})));
