/** A fault on a migration entry (mm/migrate.c): it waits until the page is unlocked, and is taken again. */
import { If, not, proc, Return } from '../language/index.ts';
import { mm_t, pte_pfn, va_t } from '../machine/types.ts';
import { pte_lock, pte_unlock } from './mm_types.ts';
import { get_page, put_page, wait_on_page_locked } from './page.ts';
import { ptep_get } from './pgtable.ts';
import { is_migration_entry } from './migration_entry.ts';
import { since, source } from './version.ts';

/** Until 5.16 it waited with a reference (ffa65753c431), which makes a migration that has not compared references yet fail. */
export const migration_entry_wait = proc('migration_entry_wait', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('migration_entry_wait', 'mm/migrate.c'),
}, ({ mm, va }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(is_migration_entry(pte)), () => {
    pte_unlock(mm);
    Return();
  });
  const page = pte_pfn(pte);
  const refers = !since('6.2');
  if (refers) get_page(page);
  pte_unlock(mm);
  wait_on_page_locked(page);
  if (refers) put_page(page);
});
