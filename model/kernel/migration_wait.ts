/** A fault on a migration entry (mm/migrate.c): it waits until the page is unlocked, and is taken again. */
import { If, not, proc, Return } from '../language/index.ts';
import { mm_t, pte_pfn, va_t } from '../machine/types.ts';
import { pte_lock, pte_unlock } from './mm_types.ts';
import { put_page, try_get_page, wait_on_page_locked } from './page.ts';
import { ptep_get } from './pgtable.ts';
import type { Ptep } from './ptep.ts';
import { is_migration_entry } from './migration_entry.ts';
import { since, source } from './version.ts';

export const migration_entry_wait = proc('migration_entry_wait', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('migration_entry_wait', 'mm/migrate.c'),
}, ({ mm, va }) => { waitAt({ lock: pte_lock.bind(null, mm), get: ptep_get.bind(null, mm, va), unlock: pte_unlock.bind(null, mm) }); });

/**
 * Until 4.20 one waits with a reference, if there are others; until 5.16 one drops it in the queue (9a1ea439b16b, 5.0-rc1). Either makes a
 * migration fail that has not compared references yet. From 5.17 on there is none (ffa65753c431).
 */
export function waitAt({ lock, get, unlock }: Pick<Ptep, 'get' | 'unlock'> & { readonly lock: () => void }): void {
  lock();
  const pte = get();
  If(not(is_migration_entry(pte)), () => {
    unlock();
    Return();
  });
  const page = pte_pfn(pte);
  if (since('5.19')) {
    unlock();
    wait_on_page_locked(page);
    return;
  }
  const got = try_get_page(page);
  unlock();
  If(got, () => {
    if (since('5.5')) put_page(page);
    wait_on_page_locked(page);
    if (!since('5.5')) put_page(page);
  });
}
