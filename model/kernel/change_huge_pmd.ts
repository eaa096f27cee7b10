/** Those who change a huge PMD entry with mmap_sem held for reading, or not at all: once the entry was none in the middle (B45). */
import { bool, eq, FALSE, If, not, or, proc, Return, track, TRUE } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { pmd_is_table, pmd_kind_t, pmd_t, pmd_trans_huge, pte_index, table_t, type Pmd, type Table } from '../machine/pmd.ts';
import { count_t, mm_t, pte_present, pte_wrprotect, va_t } from '../machine/types.ts';
import { pmd_same, pmdp_invalidate, pmdp_invalidate_ad } from './huge_anon.ts';
import { down_read, down_write, lockForWriting, set_vma, up_read, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, get_page, lock_page, page_count, put_page, SetPageDirty, unlock_page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { flush_pmd_tlb_range, pmd_dirty, pmd_get, pmd_get_and_clear, pmd_lock, pmd_mkinvalid, pmd_page, pmd_unlock, pmd_write, pmd_wrprotect, pmdp_huge_clear_flush, pte_get, pte_get_and_clear, pte_set, pte_table_lock, pte_table_unlock, set_pmd_at } from './pgtable_pmd.ts';
import { page_add_anon_compound_rmap, page_remove_anon_compound_rmap } from './thp_mapcount.ts';
import { is_migration_entry, is_writable_migration_entry } from './migration_entry.ts';
import { migration, since, source, vmaLocks, type Version } from './version.ts';

const pmd_mkclean = (e: Pmd): Pmd => pmd_t.with(e, 'D', FALSE);
const mkpresent = (e: Pmd): Pmd => pmd_t.with(e, 'kind', pmd_kind_t.is.HUGE);

/** The entry, kept from hardware until it is written back. From `repaired` on it stays huge for those who look without the lock. */
function takeOut(mm: Mm, va: Va, repaired: Version): Pmd {
  return since(repaired) ? pmdp_invalidate({ mm, va }, 'old') : pmd_get_and_clear(mm, va);
}

/** __pmd_trans_huge_lock; `change` runs with the lock held, if the entry is huge. */
function ifHuge(mm: Mm, va: Va, change: (e: Pmd) => void): void {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => { change(e); });
  pmd_unlock(mm);
}

/** With prot_numa: the entry becomes protnone, which is huge to the kernel and not present to hardware; here that is an invalid one. */
const change_huge_pmd = proc('change_huge_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('change_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  ifHuge(mm, va, () => {
    const old = takeOut(mm, va, '4.20');
    set_pmd_at(mm, va, pmd_mkinvalid(old));
  });
});

/** NUMA balancing's scan of an address. */
export const task_numa_work = proc('task_numa_work', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('task_numa_work', 'kernel/sched/fair.c'),
}, ({ mm, va }) => {
  down_read(mm);
  change_huge_pmd({ mm, va });
  flush_pmd_tlb_range(mm, va);
  up_read(mm);
});

/** W goes, so that the next store is seen. The soft-dirty bit itself is not in the entry here. */
const clear_soft_dirty_pmd = proc('clear_soft_dirty_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('clear_soft_dirty_pmd', 'fs/proc/task_mmu.c'),
}, ({ mm, va }) => {
  ifHuge(mm, va, () => {
    const old = takeOut(mm, va, '4.20');
    set_pmd_at(mm, va, pmd_wrprotect(mkpresent(old)));
  });
});

export const clear_refs_write_pmd = proc('clear_refs_write', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('clear_refs_write', 'fs/proc/task_mmu.c'),
}, ({ mm, va }) => {
  down_read(mm);
  clear_soft_dirty_pmd({ mm, va });
  flush_pmd_tlb_range(mm, va);
  up_read(mm);
});

/** To read-only. False: it is not huge any more. Since 6.1 it is not flushed while it is invalid; the caller flushes. */
const wrprotect_huge_pmd = proc('change_huge_pmd', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('change_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(mm);
    Return(FALSE);
  });
  const old = since('6.2') ? pmdp_invalidate_ad({ mm, va }, 'old') : takeOut(mm, va, '4.20');
  set_pmd_at(mm, va, pmd_wrprotect(mkpresent(old)));
  pmd_unlock(mm);
  Return(TRUE);
});

/** An entry that is not present is not cleared: the page under way will not be mapped for writing. */
function readableMigrationEntry(table: Table, va: Va): void {
  const pte = pte_get(table, pte_index(va));
  If(is_migration_entry(pte), () => {
    If(is_writable_migration_entry(pte), () => pte_set(table, pte_index(va), pte_wrprotect(pte)));
    pte_table_unlock(table);
    Return();
  });
}

const wrprotect_pte_range = proc('change_pte_range', {
  params: { mm: mm_t, va: va_t, table: table_t }, models: source('change_pte_range', 'mm/mprotect.c'),
}, ({ va, table }) => {
  pte_table_lock(table);
  if (migration()) readableMigrationEntry(table, va);
  const pte = pte_get_and_clear(table, pte_index(va));
  If(pte_present(pte), () => pte_set(table, pte_index(va), pte_wrprotect(pte)));
  pte_table_unlock(table);
});

/** An entry that was split after the look is changed as small ones. */
const change_pmd_range = proc('change_pmd_range', {
  params: { mm: mm_t, va: va_t }, models: source('change_pmd_range', 'mm/mprotect.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => {
    const changed = wrprotect_huge_pmd({ mm, va }, 'changed');
    If(changed, () => Return());
  });
  const now = pmd_get(mm, va);
  If(pmd_is_table(now), () => { wrprotect_pte_range({ mm, va, table: pmd_t.get(now, 'table') }); });
});

/** mprotect(2) to read-only, of anonymous memory: the huge entry, or that of the small page. */
export const mprotect_pmd = proc('mprotect_fixup', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('mprotect_fixup', 'mm/mprotect.c'),
}, ({ mm, va }) => {
  down_write(mm);
  const vma = vma_lookup(mm, va);
  if (vmaLocks()) lockForWriting(mm, va, vma);
  set_vma(mm, va, vma_t.with(vma, 'W', FALSE));
  change_pmd_range({ mm, va });
  flush_pmd_tlb_range(mm, va);
  up_write(mm);
  track(revoked.at(mm, va), TRUE);
});

/** D goes: reclaim may drop the page if nobody stores any more. */
const madvise_free_huge_pmd = proc('madvise_free_huge_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('madvise_free_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va }) => {
  ifHuge(mm, va, (e) => If(pmd_dirty(e), () => {
    const old = takeOut(mm, va, '4.20');
    set_pmd_at(mm, va, pmd_mkclean(mkpresent(old)));
  }));
});

export const madvise_free = proc('madvise_free', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('madvise_free', 'mm/madvise.c'),
}, ({ mm, va }) => {
  down_read(mm);
  madvise_free_huge_pmd({ mm, va });
  flush_pmd_tlb_range(mm, va);
  up_read(mm);
});

/** Of a huge entry of a DAX file; the page lock and the rmap walk are not modelled. D goes to the radix tree, which is not either. */
export const page_mkclean_one_pmd = proc('page_mkclean_one', {
  params: { mm: mm_t, va: va_t }, models: source('page_mkclean_one', 'mm/rmap.c'),
}, ({ mm, va }) => {
  ifHuge(mm, va, (e) => If(or(pmd_dirty(e), pmd_write(e)), () => {
    const old = since('5.5') ? pmdp_invalidate({ mm, va }, 'old') : pmdp_huge_clear_flush({ mm, va }, 'old');
    SetPageDirty(pmd_page(old));
    set_pmd_at(mm, va, pmd_mkclean(pmd_wrprotect(mkpresent(old))));
  }));
});

/**
 * A protnone entry's page moves to another node: the new page is mapped if nobody has a reference but the mapping and the caller.
 * Until 4.19 the old entry was cleared and flushed first; no TLB can hold a protnone entry (d7c3393413fe).
 */
const migrate_misplaced_transhuge_page = proc('migrate_misplaced_transhuge_page', {
  params: { mm: mm_t, va: va_t, entry: pmd_t }, models: source('migrate_misplaced_transhuge_page', 'mm/migrate.c'),
}, ({ mm, va, entry }) => {
  const page = pmd_page(entry);
  const new_page = alloc_page();
  copy_user_page(new_page, page);
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  const refs = page_count(page);
  If(or(not(pmd_same(e, entry)), not(eq(refs, count_t.lit(2)))), () => {
    pmd_unlock(mm);
    put_page(new_page);
    Return();
  });
  page_add_anon_compound_rmap(new_page);
  if (!since('4.20')) pmdp_huge_clear_flush({ mm, va });
  set_pmd_at(mm, va, pmd_t.with(mkpresent(entry), 'pfn', new_page));
  page_remove_anon_compound_rmap({ page });
  pmd_unlock(mm);
  put_page(page);
});

/** A fault on a protnone entry. */
const do_huge_pmd_numa_page = proc('do_huge_pmd_numa_page', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('do_huge_pmd_numa_page', 'mm/huge_memory.c'),
  doc: 'Always misplaced. A migration that fails leaves the entry as it is.',
}, ({ mm, va }) => {
  pmd_lock(mm);
  const entry = pmd_get(mm, va);
  If(not(pmd_trans_huge(entry)), () => {
    pmd_unlock(mm);
    Return();
  });
  get_page(pmd_page(entry));
  pmd_unlock(mm);
  lock_page(pmd_page(entry));
  migrate_misplaced_transhuge_page({ mm, va, entry });
  unlock_page(pmd_page(entry));
  put_page(pmd_page(entry));
});

export const numa_fault = proc('handle_mm_fault', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('handle_mm_fault', 'mm/memory.c'),
}, ({ mm, va }) => {
  down_read(mm);
  do_huge_pmd_numa_page({ mm, va });
  up_read(mm);
});
