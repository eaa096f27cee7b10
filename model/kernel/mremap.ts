/** Moving a mapping (mm/mremap.c): where a whole PMD entry can move, its page table moves with it and no PTE is touched. */
import { and, bool, FALSE, If, not, proc, Return, track, TRUE, type Value } from '../language/index.ts';
import { revoked } from '../machine/mmu.ts';
import { pmd_is_table, pmd_t, pmd_trans_huge, pte_index, type Pmd, type Table } from '../machine/pmd.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_present, va_t, type Pte } from '../machine/types.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, i_mmap_lock, i_mmap_unlock, pte_lock, pte_lock_nested, pte_unlock, pte_unlock_nested, set_vma, table_of, unlessGone, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { noteCleared, noteMoved } from './mm_contents.ts';
import { ptep_clear_flush, ptep_get, ptep_get_and_clear, set_pte_at } from './pgtable.ts';
import {
  flush_pmd_tlb_range, noteOffset, pmd_clear, pmd_get, pmd_get_and_clear, pmd_lock, pmd_populate, pmd_unlock, pte_get_and_clear, pte_set, pte_table_lock, pte_table_unlock, set_pmd_at,
} from './pgtable_pmd.ts';
import { pte_alloc } from './pte_alloc.ts';
import { huge } from './huge_options.ts';
import { pte_occupied } from './migration_entry.ts';
import { anonExclusive, looksForVma, migration, since, source, splitPtl, variant, vmaLocks, swap } from './version.ts';
import { unlink_anon_vmas, vma_mark_detached, vma_start_write } from './vma_lock.ts';
import { table_clear_swap, table_set_swap, table_swp_entry } from './swap_table.ts';
import { pte_and_swp_entry, pte_clear_not_present, set_swap_pte, swp_entry_t } from './swapops.ts';

/**
 * The rmap locks: always since 5.14 (97113eb39fa7). Before, only where the walk of i_mmap would come to the new VMA before
 * the old one, and so find neither.
 */
const needRmapLocks = (): boolean => !variant('mremap without rmap locks') && (since('6.2') || (huge().higherFirst ?? false));

/** The address in the entry is taken for a page table's, whatever the entry is. Since 5.14 (0881ace292b6). */
function populate(mm: Mm, to: Va, e: Pmd): void {
  pmd_populate(mm, to, pmd_t.get(e, 'table'));
  noteOffset(e);
}

const move_normal_pmd = proc('move_normal_pmd', {
  params: { mm: mm_t, from: va_t, to: va_t }, models: source('move_normal_pmd', 'mm/mremap.c'),
  doc: 'The new entry is none. The lock of the table itself is not taken. Flushes the old addresses.',
}, ({ mm, from, to }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, from);
  // 6fa1066fc5d0: since retract_page_tables takes no mmap_lock the entry may be none by now; the caller then moves PTEs, of which there are none.
  if (since('6.12')) {
    If(not(pmd_is_table(e)), () => {
      pmd_unlock(mm);
      Return();
    });
  }
  pmd_clear(mm, from);
  if (since('6.6')) populate(mm, to, e);
  else set_pmd_at(mm, to, e);
  flush_pmd_tlb_range(mm, from);
  pmd_unlock(mm);
});

/**
 * The entry of a small page, taken out at the old address and put in at the new one. Where the flush of the old address stands changed:
 * at once until 3.1; after both locks (7b6efc2bc4f1); of a dirty entry inside the old lock (5d1904204c99, 4.9); of any inside both (eb66ae030829, 4.19).
 */
const move_ptes = proc('move_ptes', {
  params: { mm: mm_t, from: va_t, to: va_t }, models: source('move_ptes', 'mm/mremap.c'),
}, ({ mm, from, to }) => {
  pte_lock(...table_of(mm, from));
  if (splitPtl()) pte_lock_nested(mm, to);
  const unlock = (): void => {
    if (splitPtl()) pte_unlock_nested(mm, to);
    pte_unlock(...table_of(mm, from));
    Return();
  };
  const old_pte = swap() === undefined ? ptep_get(mm, from) : moveSwapEntry(mm, from, to, unlock);
  If(not(pte_occupied(old_pte)), unlock);
  const pte = since('3.15') ? ptep_get_and_clear(mm, from) : ptep_clear_flush({ mm, va: from }, 'pte');
  noteCleared(mm, from, pte);
  set_pte_at(mm, to, pte);
  noteMoved(mm, from, to);
  const flush = (): void => { flush_tlb_page({ mm, va: from }); };
  if (since('4.20')) {
    If(pte_present(pte), flush);
    if (splitPtl()) pte_unlock_nested(mm, to);
    pte_unlock(...table_of(mm, from));
    return;
  }
  if (splitPtl()) pte_unlock_nested(mm, to);
  if (since('4.9')) flushDirtyFirst(mm, from, pte, flush);
  else {
    pte_unlock(...table_of(mm, from));
    if (since('3.15')) flush();
  }
});

/** A swap entry moves as it is, and that is all. Returns what else the PTE may say. */
function moveSwapEntry(mm: Mm, from: Va, to: Va, unlock: () => void): Pte {
  const { pte, entry } = pte_and_swp_entry(mm, from);
  If(swp_entry_t.get(entry, 'V'), () => {
    pte_clear_not_present(mm, from);
    set_swap_pte(mm, to, entry);
    noteMoved(mm, from, to);
    unlock();
  });
  return pte;
}

/** 4.9 to 4.18: page_mkclean, which takes the old lock, is not to pass by a dirty entry that a TLB still has. */
function flushDirtyFirst(mm: Mm, from: Va, pte: Pte, flush: () => void): void {
  If(and(pte_present(pte), pte_dirty(pte)), () => {
    flush();
    pte_unlock(...table_of(mm, from));
  }, () => {
    pte_unlock(...table_of(mm, from));
    flush();
  });
}

/** The VMA at the old address; leaves mremap if it is gone. Both are write-locked (copy_vma, and move_vma). */
function vmaToMove(mm: Mm, from: Va, to: Va): Value<'vma_t'> {
  const vma = vma_lookup(mm, from);
  if (looksForVma()) unlessGone(mm, vma, up_write);
  if (vmaLocks()) {
    vma_start_write({ mm, va: from });
    vma_start_write({ mm, va: to });
  }
  return vma;
}

/**
 * The same for worlds without PMD entries: the new VMA comes after the old one in the walk of i_mmap, so no rmap lock is taken.
 * MREMAP_DONTUNMAP: the old VMA stays, with nothing in it, and its anon_vma goes with the pages.
 */
const moveVma = (dontUnmap: boolean) => proc('move_vma', {
  params: { mm: mm_t, from: va_t, to: va_t }, sleeps: true, models: source('move_vma', 'mm/mremap.c'),
}, ({ mm, from, to }) => {
  down_write(mm);
  const vma = vmaToMove(mm, from, to);
  i_mmap_lock();
  set_vma(mm, to, vma);
  i_mmap_unlock();
  move_ptes({ mm, from, to });
  if (dontUnmap) {
    unlink_anon_vmas(mm, from);
    up_write(mm);
    return;
  }
  if (vmaLocks()) vma_mark_detached(mm, from);
  i_mmap_lock();
  set_vma(mm, from, vma_t.with(vma, 'linked', FALSE));
  i_mmap_unlock();
  up_write(mm);
});

export const move_vma_ptes = moveVma(false);
export const move_vma_dontunmap = moveVma(true);

/** False: the entry is no huge one any more. The new entry is none: the new VMA is nobody's yet. */
const move_huge_pmd = proc('move_huge_pmd', {
  params: { mm: mm_t, from: va_t, to: va_t }, returns: bool, models: source('move_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, from, to }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, from);
  If(not(pmd_trans_huge(e)), () => {
    pmd_unlock(mm);
    Return(FALSE);
  });
  const old = pmd_get_and_clear(mm, from);
  set_pmd_at(mm, to, old);
  flush_pmd_tlb_range(mm, from);
  pmd_unlock(mm);
  Return(TRUE);
});

function moveTableSwapEntry(oldTable: Table, newTable: Table, from: Va, to: Va): void {
  const entry = table_swp_entry(oldTable, pte_index(from));
  If(swp_entry_t.get(entry, 'V'), () => {
    table_clear_swap(oldTable, pte_index(from));
    table_set_swap(newTable, pte_index(to), entry);
    pte_table_unlock(newTable);
    pte_table_unlock(oldTable);
    Return();
  });
}

/** The small entry of a huge one that was split under mremap's hands. Both tables are locked. */
const move_small_pte = proc('move_ptes', {
  params: { mm: mm_t, from: va_t, to: va_t }, sleeps: true, models: source('move_ptes', 'mm/mremap.c'),
}, ({ mm, from, to }) => {
  const old = pmd_get(mm, from);
  If(not(pmd_is_table(old)), () => Return());
  pte_alloc({ mm, va: to });
  const fresh = pmd_get(mm, to);
  const [oldTable, newTable] = [pmd_t.get(old, 'table'), pmd_t.get(fresh, 'table')];
  pte_table_lock(oldTable);
  pte_table_lock(newTable);
  if (swap() !== undefined) moveTableSwapEntry(oldTable, newTable, from, to);
  const pte = pte_get_and_clear(oldTable, pte_index(from));
  If(pte_occupied(pte), () => {
    pte_set(newTable, pte_index(to), pte);
    const flush = (): void => { flush_pmd_tlb_range(mm, from); };
    if (migration()) If(pte_present(pte), flush);
    else flush();
  });
  pte_table_unlock(newTable);
  pte_table_unlock(oldTable);
});

/** move_page_tables, of a huge entry: as a whole, or, if it was split meanwhile, by small ones. */
function moveHuge(mm: Mm, from: Va, to: Va, e: Pmd): void {
  If(pmd_trans_huge(e), () => {
    const moved = move_huge_pmd({ mm, from, to }, 'moved');
    If(not(moved), () => { move_small_pte({ mm, from, to }); });
  });
}

/** copy_vma links the new VMA; the entries move; do_munmap of the old range finds nothing to free and unlinks the old VMA. */
export const move_vma = proc('move_vma', {
  params: { mm: mm_t, from: va_t, to: va_t }, sleeps: true, models: source('move_vma', 'mm/mremap.c'),
}, ({ mm, from, to }) => {
  down_write(mm);
  const vma = vmaToMove(mm, from, to);
  i_mmap_lock_write();
  set_vma(mm, to, vma);
  i_mmap_unlock_write();
  const e = pmd_get(mm, from);
  if (anonExclusive()) moveHuge(mm, from, to, e);
  If(pmd_is_table(e), () => {
    if (needRmapLocks()) i_mmap_lock_write();
    move_normal_pmd({ mm, from, to });
    if (needRmapLocks()) i_mmap_unlock_write();
  });
  if (vmaLocks()) vma_mark_detached(mm, from);
  i_mmap_lock_write();
  set_vma(mm, from, vma_t.with(vma, 'linked', FALSE));
  i_mmap_unlock_write();
  up_write(mm);
  if (anonExclusive()) track(revoked.at(mm, from), TRUE);
});
