/** A pointer to the entry of a small page (pte_t *): in the mm's one page table, or, where page tables are objects, in the one that a PMD entry leads to. */
import { If, not, type Value } from '../language/index.ts';
import { hasPmds, pmd_is_table, pmd_t, pte_index, type Table } from '../machine/pmd.ts';
import type { Pte } from '../machine/types.ts';
import { pte_lock, pte_unlock, table_of, type Mm, type Va } from './mm_types.ts';
import { ptep_clear_flush, ptep_get, set_pte_at } from './pgtable.ts';
import { pmd_get, pte_clear_flush, pte_get, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { table_clear_swap, table_pte_and_entry, table_set_over_swap, table_set_swap, table_swp_clear_exclusive, table_swp_entry } from './swap_table.ts';
import { pte_and_swp_entry, pte_clear_not_present, pte_swp_clear_exclusive, pte_to_swp_entry, set_pte_over_swap, set_swap_pte, type SwapEntry } from './swapops.ts';

/** Its lock is held until `unlock`. Steps stand where they are called from. */
export interface Ptep {
  readonly get: () => Pte;
  readonly set: (entry: Pte) => void;
  readonly clearFlush: (into?: string) => Pte;
  /** The swap entry that it may hold. */
  readonly swapEntry: () => SwapEntry;
  /** The word: the entry, or the swap entry. */
  readonly getEither: () => { readonly pte: Pte; readonly entry: SwapEntry };
  /** A swap entry. */
  readonly setSwap: (entry: SwapEntry) => void;
  readonly clearSwap: () => void;
  /** The swap entry's page may be somebody else's too from now on. */
  readonly clearSwapExclusive: () => void;
  /** A present entry, over a swap entry. */
  readonly setOverSwap: (entry: Pte) => void;
  readonly unlock: () => void;
}

/** In the mm's one page table. */
export const ptepOf = (mm: Mm, va: Va): Ptep => ({
  get: ptep_get.bind(null, mm, va), set: set_pte_at.bind(null, mm, va), clearFlush: ptep_clear_flush.bind(null, { mm, va }),
  swapEntry: pte_to_swp_entry.bind(null, mm, va), getEither: pte_and_swp_entry.bind(null, mm, va), setSwap: set_swap_pte.bind(null, mm, va),
  clearSwap: pte_clear_not_present.bind(null, mm, va), clearSwapExclusive: pte_swp_clear_exclusive.bind(null, mm, va), setOverSwap: set_pte_over_swap.bind(null, mm, va),
  unlock: pte_unlock.bind(null, ...table_of(mm, va)),
});

/** In a page table that is an object. */
export function ptepIn(table: Table, mm: Mm, va: Va): Ptep {
  const i: Value<'sub_t'> = pte_index(va);
  return {
    get: pte_get.bind(null, table, i), set: pte_set.bind(null, table, i), clearFlush: pte_clear_flush.bind(null, { mm, va, table }),
    swapEntry: table_swp_entry.bind(null, table, i), getEither: table_pte_and_entry.bind(null, table, i), setSwap: table_set_swap.bind(null, table, i),
    clearSwap: table_clear_swap.bind(null, table, i), clearSwapExclusive: table_swp_clear_exclusive.bind(null, table, i), setOverSwap: table_set_over_swap.bind(null, table, i),
    unlock: pte_table_unlock.bind(null, table),
  };
}

/** pte_offset_map_lock; `none` leaves the procedure where the PMD entry leads to no table. */
export function ptepLocked(mm: Mm, va: Va, none: () => void): Ptep {
  if (!hasPmds()) {
    pte_lock(...table_of(mm, va));
    return ptepOf(mm, va);
  }
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), none);
  const table = pmd_t.get(e, 'table');
  pte_table_lock(table);
  return ptepIn(table, mm, va);
}
