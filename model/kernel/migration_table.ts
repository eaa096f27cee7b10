/** Migration entries in page tables that are objects (mm/migrate.c): who meets one waits for the page lock. */
import { If, not, proc, Return, TRUE, type Value } from '../language/index.ts';
import { sub_t, table_t, type Table } from '../machine/pmd.ts';
import { pte_pfn, pte_t } from '../machine/types.ts';
import { is_migration_entry, is_migration_entry_of } from './migration_entry.ts';
import { waitUnlocked } from './migration_wait.ts';
import type { Page } from './page.ts';
import { pte_get, pte_set, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { source } from './version.ts';

/** A fault that finds a migration entry: it takes no part, and looks again once the page is unlocked. */
export const migration_entry_wait = proc('__migration_entry_wait', {
  params: { table: table_t, i: sub_t }, sleeps: true, models: source('__migration_entry_wait', 'mm/migrate.c'),
}, ({ table, i }) => {
  pte_table_lock(table);
  const pte = pte_get(table, i);
  If(not(is_migration_entry(pte)), () => {
    pte_table_unlock(table);
    Return();
  });
  waitUnlocked(pte_pfn(pte), () => pte_table_unlock(table));
});

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
