/** PMD entries and page tables (include/linux/pgtable.h, mm/pgtable-generic.c). One access a step. */
import {
  and, atomic, bool, exchange, FALSE, If, load, macro, not, or, peek, primitive, proc, Return, rmw, shared, store, track, TRUE, Var, waitUntil, type Value, type Variable,
} from '../language/index.ts';
import { cpusOf } from '../machine/config.ts';
import { spinLock, spinUnlock } from '../machine/locks.ts';
import {
  no_table_followed, noteTable, pmd, pmd_index, pmd_is_table, pmd_kind_t, pmd_t, pte_index, sub_t, table_pte, table_ptl_at, table_t, table_used, type Pmd, type Table,
} from '../machine/pmd.ts';
import { flush_tlb_mm, flush_tlb_page, irqs_off } from '../machine/tlb.ts';
import { cpu_t, mm_t, owner_t, PTE_NONE, pte_t, pte_wrprotect, va_t, type Pte } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';
import { source } from './version.ts';

export const pmd_write = macro('pmd_write', (e: Pmd) => pmd_t.get(e, 'W'));
export const pmd_dirty = macro('pmd_dirty', (e: Pmd) => pmd_t.get(e, 'D'));
export const pmd_page = macro('pmd_page', (e: Pmd) => pmd_t.get(e, 'pfn'));
export const pmd_mkinvalid = macro('pmd_mkinvalid', (e: Pmd) => pmd_t.with(e, 'kind', pmd_kind_t.is.INVALID));
export const pmd_wrprotect = macro('pmd_wrprotect', (e: Pmd) => pmd_t.with(e, 'W', FALSE));
export const PMD_NONE = (): Pmd => pmd_t.of({});
export const tablePmd = (table: Table): Pmd => pmd_t.of({ kind: pmd_kind_t.is.TABLE, table });

/** pmd_lock: the lock of the page of PMD entries, one for each mm. */
export const pmd_lock_at = shared('pmd_lock', owner_t, [mm_t], { display: '%0.pmd_lock' });
export const pmd_lock = spinLock('pmd_lock', (mm: Mm) => pmd_lock_at.at(mm));
export const pmd_unlock = spinUnlock('pmd_unlock', (mm: Mm) => pmd_lock_at.at(mm));

export const pmd_get = primitive('*pmd', (mm: Mm, va: Va) => load('pmd', pmd.at(mm, pmd_index(va))));
export const set_pmd_at = primitive('set_pmd_at', (mm: Mm, va: Va, e: Pmd) => store(pmd.at(mm, pmd_index(va)), e));
export const pmd_clear = primitive('pmd_clear', (mm: Mm, va: Va) => store(pmd.at(mm, pmd_index(va)), PMD_NONE()));
/** After the entries of the table (smp_wmb). */
export const pmd_populate = primitive('pmd_populate', (mm: Mm, va: Va, table: Table) => store(pmd.at(mm, pmd_index(va)), tablePmd(table)));
/** One locked exchange: hardware cannot set D in between. */
export const pmd_get_and_clear = primitive('pmdp_huge_get_and_clear', (mm: Mm, va: Va) => exchange('old', pmd.at(mm, pmd_index(va)), PMD_NONE()));
export const pmd_establish = primitive('pmdp_establish', (mm: Mm, va: Va, e: Pmd) => exchange('old', pmd.at(mm, pmd_index(va)), e));

/** One locked clear of the W bit. */
export const pmdp_set_wrprotect = primitive('pmdp_set_wrprotect', (mm: Mm, va: Va) => {
  rmw('pmd', pmd.at(mm, pmd_index(va)), (e) => pmd_wrprotect(e), { ignore: true });
});

/** All that the PMD entry covers, on every CPU of the mm. */
export function flush_pmd_tlb_range(mm: Mm, va: Va): void {
  if (sub_t.size() === 1) flush_tlb_page({ mm, va });
  else flush_tlb_mm({ mm });
}

/** Clear, then flush. For a table as well: no CPU remembers it afterwards (pmdp_collapse_flush). */
export const pmdp_collapse_flush = proc('pmdp_collapse_flush', {
  params: { mm: mm_t, va: va_t }, returns: pmd_t, models: source('pmdp_collapse_flush', 'mm/pgtable-generic.c'),
}, ({ mm, va }) => {
  const old = pmd_get_and_clear(mm, va);
  flush_pmd_tlb_range(mm, va);
  Return(old);
});

/** Clear, then flush. */
export const pmdp_huge_clear_flush = proc('pmdp_huge_clear_flush', {
  params: { mm: mm_t, va: va_t }, returns: pmd_t, models: source('pmdp_huge_clear_flush', 'mm/pgtable-generic.c'),
}, ({ mm, va }) => {
  const old = pmd_get_and_clear(mm, va);
  flush_pmd_tlb_range(mm, va);
  Return(old);
});

/** A zeroed page table; blocks while there is none. */
export const pte_alloc_one = primitive('pte_alloc_one', () => {
  let table: Variable<'table_t'> | undefined;
  atomic('the allocator hands a page to one caller only, zeroed', () => {
    table = Var('table', table_t, table_t.lit(0));
    const chosen = table;
    const taken = Var('taken', bool, FALSE);
    for (const t of table_t.all()) {
      const used = load('used', table_used.at(t));
      If(and(not(taken.get()), not(used)), () => {
        store(table_used.at(t), TRUE);
        for (const s of sub_t.all()) store(table_pte.at(t, s), PTE_NONE());
        chosen.set(t);
        taken.set(TRUE);
      });
    }
  }, { when: or(...table_t.all().map((t) => not(peek(table_used.at(t))))) });
  return (table as Variable<'table_t'>).get();
});
export const pte_free = primitive('pte_free', (table: Table) => store(table_used.at(table), FALSE));

/** Rides with the read of a PMD entry that is then taken for a pointer: it must lead to a live table. */
export function noteOffset(e: Pmd): void {
  track(no_table_followed.at(), or(peek(no_table_followed.at()), not(pmd_is_table(e))));
}

const spin_lock = spinLock('spin_lock(ptl)', (table: Table) => table_ptl_at.at(table));
export const pte_table_unlock = spinUnlock('pte_unmap_unlock', (table: Table) => table_ptl_at.at(table));
/** The lock lives in the table's struct page. */
export function pte_table_lock(table: Table): void {
  spin_lock(table);
  noteTable(table);
}

export const pte_get = primitive('*pte', (table: Table, i: Value<'sub_t'>) => {
  const e = load('pte', table_pte.at(table, i));
  noteTable(table);
  return e;
});
export const pte_set = primitive('set_pte', (table: Table, i: Value<'sub_t'>, e: Pte) => {
  store(table_pte.at(table, i), e);
  noteTable(table);
});
/** One locked exchange: hardware cannot set D in between. */
export const pte_get_and_clear = primitive('ptep_get_and_clear', (table: Table, i: Value<'sub_t'>) => {
  const e = exchange('pte', table_pte.at(table, i), PTE_NONE());
  noteTable(table);
  return e;
});
/** One locked clear of the W bit. */
export const pte_set_wrprotect = primitive('ptep_set_wrprotect', (table: Table, i: Value<'sub_t'>) => {
  rmw('pte', table_pte.at(table, i), pte_wrprotect, { ignore: true });
  noteTable(table);
});
export const pte_clear = primitive('pte_clear', (table: Table, i: Value<'sub_t'>) => {
  store(table_pte.at(table, i), PTE_NONE());
  noteTable(table);
});

/** Clear, then flush, of a small entry. */
export const pte_clear_flush = proc('ptep_clear_flush', {
  params: { mm: mm_t, va: va_t, table: table_t }, returns: pte_t, models: source('ptep_clear_flush', 'mm/pgtable-generic.c'),
}, ({ mm, va, table }) => {
  const old = pte_get_and_clear(table, pte_index(va));
  flush_pmd_tlb_range(mm, va);
  Return(old);
});

const sync_cpu = primitive('tlb_remove_table_sync_one', (cpu: Value<'cpu_t'>) => waitUntil(irqs_off.at(cpu), (off) => not(off)));
/** An interrupt to each CPU that it takes once interrupts are on: whoever walks page tables with them off has ended. */
export function tlb_remove_table_sync_one(): void {
  for (const c of cpusOf(0)) sync_cpu(cpu_t.lit(c));
}
