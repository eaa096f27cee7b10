/** Huge PMD entries of special mappings (mm/huge_memory.c): the split and the faults. */
import { and, bool, ghost, If, not, or, peek, proc, Return, track, TRUE } from '../language/index.ts';
import { nth_page, pmd_kind_t, pmd_none, pmd_t, pmd_trans_huge, sub_t, type Pmd, type Table } from '../machine/pmd.ts';
import { mm_t, pfn_t, pte_t, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { huge } from './huge_options.ts';
import type { Mm, Va } from './mm_types.ts';
import {
  flush_pmd_tlb_range, pmd_establish, pmd_get, pmd_lock, pmd_mkinvalid, pmd_page, pmd_populate, pmd_unlock, pmd_write, pmdp_huge_clear_flush, pte_alloc_one, pte_set,
  set_pmd_at,
} from './pgtable_pmd.ts';
import { source } from './version.ts';

/** The entries of the small pages: W and D as the huge entry had them. */
function fillTable(table: Table, old: Pmd): void {
  for (const s of sub_t.all()) pte_set(table, s, pte_t.of({ P: TRUE, pfn: nth_page(pmd_page(old), s), W: pmd_t.get(old, 'W'), D: pmd_t.get(old, 'D') }));
}

/** Makes the huge entry invalid and flushes, so that no CPU sees small and huge entries at once; then table, then PMD. */
function splitIntoTable(mm: Mm, va: Va, e: Pmd): void {
  const table = pte_alloc_one();
  const old = pmd_establish(mm, va, pmd_mkinvalid(e));
  flush_pmd_tlb_range(mm, va);
  fillTable(table, old);
  pmd_populate(mm, va, table);
}

/** A huge entry of a file is not split but taken away: each small page faults again. Of a special one even D is forgotten. */
export const __split_huge_pmd = proc('__split_huge_pmd', {
  params: { mm: mm_t, va: va_t }, returns: pmd_t, models: source('__split_huge_pmd', 'mm/huge_memory.c'),
  doc: 'The PMD lock is the only lock it takes. Returns what it found; the kernel returns nothing.',
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => {
    if (huge().splitFills) splitIntoTable(mm, va, e);
    else pmdp_huge_clear_flush({ mm, va });
  });
  pmd_unlock(mm);
  Return(e);
});

/** Latched when a walk that only wants to protect took away, or split, a huge entry that was read-only and clean. */
export const clean_huge_lost = ghost('clean_huge_lost', bool, []);

/** Rides with the step that ended the entry. */
export function noteLost(e: Pmd): void {
  const inVain = and(pmd_trans_huge(e), not(pmd_t.get(e, 'W')), not(pmd_t.get(e, 'D')));
  track(clean_huge_lost.at(), or(peek(clean_huge_lost.at()), inVain));
}

/** The macro of that name, as the walk of page tables calls it: a look without the lock first. */
export const split_huge_pmd = proc('split_huge_pmd', {
  params: { mm: mm_t, va: va_t }, models: source('split_huge_pmd', 'include/linux/huge_mm.h'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(pmd_trans_huge(e), () => {
    const old = __split_huge_pmd({ mm, va }, 'old');
    noteLost(old);
  });
});

/** Maps a huge page, read-only and clean, where nothing is mapped (vmf_insert_pfn_pmd). */
export const create_huge_pmd = proc('create_huge_pmd', {
  params: { mm: mm_t, va: va_t }, returns: vm_fault_t, models: source('create_huge_pmd', 'mm/memory.c'),
}, ({ mm, va }) => {
  pmd_lock(mm);
  const e = pmd_get(mm, va);
  If(pmd_none(e), () => set_pmd_at(mm, va, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: pfn_t.lit(0) })));
  pmd_unlock(mm);
  Return(vm_fault_t.is.NOPAGE);
});

/** A store to a read-only huge entry of a special mapping: VM_FAULT_FALLBACK, so it is split and small pages fault. */
export const wp_huge_pmd = proc('wp_huge_pmd', {
  params: { mm: mm_t, va: va_t, orig_pmd: pmd_t }, models: source('wp_huge_pmd', 'mm/memory.c'),
}, ({ mm, va, orig_pmd }) => {
  If(not(pmd_write(orig_pmd)), () => { __split_huge_pmd({ mm, va }); });
});
