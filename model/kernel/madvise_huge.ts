/** madvise(MADV_DONTNEED) where a PMD entry may be huge (mm/memory.c, mm/pgtable-generic.c): a look without a lock, then the zap. */
import { bool, FALSE, ghost, If, not, or, proc, Return, track, TRUE } from '../language/index.ts';
import { pmd_index, pmd_is_table, pmd_none, pmd_t, pmd_trans_huge, pte_index, range_t } from '../machine/pmd.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { zap_huge_pmd } from './huge_anon.ts';
import { down_read, up_read, type Mm, type Va } from './mm_types.ts';
import { pmd_clear, pmd_get, pte_clear, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { since, source } from './version.ts';

/** Set when MADV_DONTNEED has returned: what was mapped must not come back. */
export const dropped = ghost('dropped', bool, [mm_t, range_t]);

/** What pmd_bad() takes for rubbish, a huge entry too, is reported and cleared: no lock is held, no counter moves. */
const pmd_clear_bad = proc('pmd_clear_bad', {
  params: { mm: mm_t, va: va_t }, models: source('pmd_clear_bad', 'mm/pgtable-generic.c'),
}, ({ mm, va }) => { pmd_clear(mm, va); });

/** Until 3.3 a second read of its own: what was none may be huge by now. From 3.4 on (1a5a9906d4e8) one read, and huge is no reason to clear. */
const pmd_none_or_clear_bad = proc('pmd_none_or_clear_bad', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('pmd_none_or_clear_bad', 'include/asm-generic/pgtable.h'),
}, ({ mm, va }) => {
  const pmd = pmd_get(mm, va);
  If(pmd_none(pmd), () => Return(TRUE));
  If(not(pmd_is_table(pmd)), () => {
    pmd_clear_bad({ mm, va });
    Return(TRUE);
  });
  Return(FALSE);
});

const pmd_none_or_trans_huge_or_clear_bad = proc('pmd_none_or_trans_huge_or_clear_bad', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('pmd_none_or_trans_huge_or_clear_bad', 'include/asm-generic/pgtable.h'),
}, ({ mm, va }) => {
  const pmdval = pmd_get(mm, va);
  Return(or(pmd_none(pmdval), pmd_trans_huge(pmdval)));
});

function zapTable(mm: Mm, va: Va): void {
  const e = pmd_get(mm, va);
  const table = pmd_t.get(e, 'table');
  pte_table_lock(table);
  pte_clear(table, pte_index(va));
  pte_table_unlock(table);
}

/** mmap_sem is held for reading: a fault may fill the entry, nobody frees a table. Small pages are not counted here. */
const zap_pmd_range = proc('zap_pmd_range', {
  params: { mm: mm_t, va: va_t }, models: source('zap_pmd_range', 'mm/memory.c'),
}, ({ mm, va }) => {
  const pmd = pmd_get(mm, va);
  If(pmd_trans_huge(pmd), () => {
    zap_huge_pmd({ mm, va });
    Return();
  });
  const skip = since('3.15') ? pmd_none_or_trans_huge_or_clear_bad({ mm, va }, 'skip') : pmd_none_or_clear_bad({ mm, va }, 'skip');
  If(not(skip), () => { zapTable(mm, va); });
});

export const madvise_dontneed = proc('madvise_dontneed', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('madvise_dontneed', 'mm/madvise.c'),
}, ({ mm, va }) => {
  down_read(mm);
  zap_pmd_range({ mm, va });
  up_read(mm);
  track(dropped.at(mm, pmd_index(va)), TRUE);
});
