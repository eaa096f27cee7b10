/** Migration entries in place of a page's PTEs, and PTEs in place of migration entries (mm/rmap.c, mm/migrate.c). */
import { If, proc, Return, select, type Value } from '../language/index.ts';
import { mk_pte, mm_t, pfn_t, pte_dirty, pte_mkwrite, pte_write, pte_wrprotect, va_t } from '../machine/types.ts';
import { ClearPageAnonExclusive, PageAnonExclusive, SetPageAnonExclusive } from './anon_exclusive.ts';
import { set_page_dirty } from './buffer.ts';
import { page_maybe_dma_pinned } from './gup_pin.ts';
import { anon_vma_for_walk } from './i_mmap.ts';
import { is_migration_entry_of, is_writable_migration_entry, make_migration_entry } from './migration_entry.ts';
import { maybe_mkwrite, vma_t } from './mm_types.ts';
import { dec_mapcount, get_page, inc_mapcount, put_page, type Page } from './page.ts';
import { ptepLocked, type Ptep } from './ptep.ts';
import { each_linked_vma, mappedAt } from './rmap.ts';
import { anonExclusive, since, source } from './version.ts';

/** page_try_share_anon_rmap (6c287605fd56, 5.19), with the entry cleared: a page that may be pinned stays; no other is exclusive while it is under way. */
function shareOrGiveUp(page: Page, ptep: Ptep, pte: Value<'pte_t'>): void {
  const exclusive = PageAnonExclusive(page);
  If(exclusive, () => {
    const pinned = page_maybe_dma_pinned(page);
    If(pinned, () => {
      ptep.set(pte);
      ptep.unlock();
      Return();
    });
    ClearPageAnonExclusive(page);
  });
}

/** One PTE, under its lock: clear and flush, D to the page, the migration entry, rmap, reference. Part of try_to_unmap_one until 5.13. */
export const try_to_migrate_one = proc('try_to_migrate_one', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, models: source('try_to_migrate_one', 'mm/rmap.c'),
}, ({ page, mm, va }) => {
  const ptep = mappedAt(page, mm, va, () => Return());
  const pte = ptep.clearFlush('pte');
  if (anonExclusive()) shareOrGiveUp(page, ptep, pte);
  If(pte_dirty(pte), () => { set_page_dirty({ page }); });
  ptep.set(make_migration_entry(page, pte_write(pte)));
  dec_mapcount(page);
  put_page(page);
  ptep.unlock();
});

/** The lock of the walk is i_mmap's; that of an anonymous page takes the anon_vma's in the kernel. */
export const try_to_migrate = proc('try_to_migrate', { params: { page: pfn_t }, models: source('try_to_migrate', 'mm/rmap.c') }, ({ page }) => {
  const anon_vma = anon_vma_for_walk();
  anon_vma.lock();
  each_linked_vma((mm, va) => { try_to_migrate_one({ page, mm, va }); });
  anon_vma.unlock();
});

/** A migration entry of `old`, if it still is one, becomes a PTE of `page`. Hardware knows of neither: no flush. */
const remove_migration_pte = proc('remove_migration_pte', {
  params: { old: pfn_t, page: pfn_t, mm: mm_t, va: va_t, vma: vma_t }, models: source('remove_migration_pte', 'mm/migrate.c'),
}, ({ old, page, mm, va, vma }) => {
  const ptep = ptepLocked(mm, va, () => Return());
  const entry = ptep.get();
  If(is_migration_entry_of(entry, old), () => {
    get_page(page);
    const pte = mk_pte(page, vma_t.get(vma, 'prot_W'));
    // An entry that was writable, and nobody has made readable since, is of an exclusive page; readable entries of exclusive pages are not told from others here.
    if (anonExclusive()) If(is_writable_migration_entry(entry), () => SetPageAnonExclusive(page));
    // 624a2c94f5b7 (6.2), taken back by 3c811f7883c4 once vm_page_prot was right.
    const readable = since('6.2') && !since('6.6') ? pte_wrprotect(pte) : pte;
    const writable = since('6.6') ? pte_mkwrite(pte) : maybe_mkwrite(pte, vma);
    inc_mapcount(page);
    ptep.set(select(is_writable_migration_entry(entry), writable, readable));
  });
  ptep.unlock();
});

/** The walk itself: who calls it has the lock. */
export function removeMigrationPtes(old: Page, page: Page): void {
  each_linked_vma((mm, va, vma) => { remove_migration_pte({ old, page, mm, va, vma }); });
}

/** `page` is `old` itself where the migration was given up. */
export const remove_migration_ptes = proc('remove_migration_ptes', {
  params: { old: pfn_t, page: pfn_t }, models: source('remove_migration_ptes', 'mm/migrate.c'),
}, ({ old, page }) => {
  const anon_vma = anon_vma_for_walk();
  anon_vma.lock();
  removeMigrationPtes(old, page);
  anon_vma.unlock();
});
