/** Migration entries in page tables that are objects (mm/migrate.c): who meets one waits for the page lock. */
import { If, proc, TRUE, type Value } from '../language/index.ts';
import { sub_t, table_t, type Table } from '../machine/pmd.ts';
import { pte_t } from '../machine/types.ts';
import { is_migration_entry_of } from './migration_entry.ts';
import { waitAt } from './migration_wait.ts';
import type { Page } from './page.ts';
import { pte_get, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { source } from './version.ts';

/** A fault that finds a migration entry: it takes no part, and looks again once the page is unlocked. */
export const migration_entry_wait = proc('__migration_entry_wait', {
  params: { table: table_t, i: sub_t }, sleeps: true, models: source('__migration_entry_wait', 'mm/migrate.c'),
}, ({ table, i }) => { waitAt({ lock: pte_table_lock.bind(null, table), get: pte_get.bind(null, table, i), unlock: pte_table_unlock.bind(null, table) }); });

/** An entry that still says so becomes present; `take` counts it first. */
export function remove_migration_pte(table: Table, i: Value<'sub_t'>, page: Page, take: () => void): void {
  pte_table_lock(table);
  const pte = pte_get(table, i);
  If(is_migration_entry_of(pte, page), () => {
    take();
    pte_set(table, i, pte_t.of({ P: TRUE, pfn: page, W: pte_t.get(pte, 'W') }));
  });
  pte_table_unlock(table);
}
