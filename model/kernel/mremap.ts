/** Moving a mapping (mm/mremap.c): where a whole PMD entry can move, its page table moves with it and no PTE is touched. */
import { FALSE, If, not, proc, Return } from '../language/index.ts';
import { pmd_is_table, pmd_t, type Pmd } from '../machine/pmd.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { i_mmap_lock_write, i_mmap_unlock_write } from './i_mmap.ts';
import { down_write, find_vma, set_vma, up_write, vma_t, type Mm, type Va } from './mm_types.ts';
import { flush_pmd_tlb_range, noteOffset, pmd_clear, pmd_get, pmd_lock, pmd_populate, pmd_unlock, set_pmd_at } from './pgtable_pmd.ts';
import { huge } from './huge_options.ts';
import { since, source, variant } from './version.ts';

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

/** copy_vma links the new VMA; the entries move; do_munmap of the old range finds nothing to free and unlinks the old VMA. */
export const move_vma = proc('move_vma', {
  params: { mm: mm_t, from: va_t, to: va_t }, sleeps: true, models: source('move_vma', 'mm/mremap.c'),
}, ({ mm, from, to }) => {
  down_write(mm);
  const vma = find_vma(mm, from);
  i_mmap_lock_write();
  set_vma(mm, to, vma);
  i_mmap_unlock_write();
  const e = pmd_get(mm, from);
  If(pmd_is_table(e), () => {
    if (needRmapLocks()) i_mmap_lock_write();
    move_normal_pmd({ mm, from, to });
    if (needRmapLocks()) i_mmap_unlock_write();
  });
  i_mmap_lock_write();
  set_vma(mm, from, vma_t.with(vma, 'linked', FALSE));
  i_mmap_unlock_write();
  up_write(mm);
});
