/** Reverse mapping (mm/rmap.c): from a page to every PTE that maps it. */
import { and, assert, bool, eq, FALSE, ForEach, held, If, not, or, peek, proc, Return, TRUE, Var, type Value } from '../language/index.ts';
import { hasPmds } from '../machine/pmd.ts';
import { count_t, mm_t, pfn_t, pte_dirty, pte_mkclean, pte_pfn, pte_present, pte_write, pte_wrprotect, va_t } from '../machine/types.ts';
import { i_mmap_for_walk } from './i_mmap.ts';
import { find_vma, pte_lock, pte_unlock, ptl_of, table_of, vma_t, type Mm } from './mm_types.ts';
import { unlessNonlinear } from './nonlinear.ts';
import { mapping_at, page_mapped, page_mapping, type Page } from './page.ts';
import { ptep_clear_flush, ptep_establish, ptep_get, ptep_get_and_clear, set_pte_at } from './pgtable.ts';
import { ptepLocked, ptepOf, type Ptep } from './ptep.ts';
import { pte_protnone } from './migration_entry.ts';
import { mm_tlb_flush_pending } from './tlb_flush_pending.ts';
import { keyOfUnmapped, orKey } from './storage_key.ts';
import { is, protnone, since, source, variant } from './version.ts';

/** Whether the entry maps the page. */
const maps = (pte: Value<'pte_t'>, page: Page): Value<'bool'> => and(protnone() ? or(pte_present(pte), pte_protnone(pte)) : pte_present(pte), eq(pte_pfn(pte), page));

/**
 * Whether the PTE maps the page; if so returns with the PTE lock held. Before 2.6.27 a lockless peek came first.
 */
const page_check_address = proc('page_check_address', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, returns: bool, models: source('page_check_address', 'mm/rmap.c'),
  locks: ({ mm, va }) => ({ exitWhen: [{ returns: TRUE, locks: [held(ptl_of(...table_of(mm, va)))] }] }),
}, ({ page, mm, va }) => {
  const peeks = !since('2.6.27') && !variant('rmap walk takes the PTE lock first');
  if (peeks || variant('rmap walk peeks without the PTE lock')) {
    const peeked = ptep_get(mm, va);
    If(not(pte_present(peeked)), () => Return(FALSE));
  }
  pte_lock(...table_of(mm, va));
  const pte = ptep_get(mm, va);
  If(not(maps(pte, page)), () => {
    pte_unlock(...table_of(mm, va));
    Return(FALSE);
  });
  Return(TRUE);
});

/** page_vma_mapped_walk: the entry that maps the page, with its lock held; `none` leaves the procedure where there is none. */
export function mappedAt(page: Page, mm: Mm, va: Value<'va_t'>, none: () => void): Ptep {
  if (!hasPmds()) {
    const ours = page_check_address({ page, mm, va }, 'mapped');
    If(not(ours), none);
    return ptepOf(mm, va);
  }
  const ptep = ptepLocked(mm, va, none);
  const pte = ptep.get();
  If(not(maps(pte, page)), () => {
    ptep.unlock();
    none();
  });
  return ptep;
}

/** What Yu Zhao's analysis of 2020-11 asks for (B19), and no release does: the PTE alone does not say what the TLBs have. */
function unlessFlushIsToCome(mm: Mm, pass: () => void): void {
  if (!variant('page_mkclean asks whether a flush is to come')) {
    pass();
    return;
  }
  const pending = mm_tlb_flush_pending(mm);
  If(not(pending), pass);
}

/** Makes one PTE read-only and clean. The order of clear, write and flush changed twice: v5, 2.6.19, 2.6.20. */
export const page_mkclean_one = proc('page_mkclean_one', {
  params: { page: pfn_t, mm: mm_t, va: va_t }, returns: bool, models: source('page_mkclean_one', 'mm/rmap.c'),
}, ({ page, mm, va }) => {
  const ours = page_check_address({ page, mm, va }, 'mapped');
  If(not(ours), () => Return(FALSE));
  const pte = ptep_get(mm, va);
  const nothingToDo = is('v5') ? not(pte_write(pte)) : and(not(pte_dirty(pte)), not(pte_write(pte)));
  If(nothingToDo, () => unlessFlushIsToCome(mm, () => {
    pte_unlock(...table_of(mm, va));
    Return(FALSE);
  }));
  const cleaned = (e: Value<'pte_t'>): Value<'pte_t'> => (variant('mkclean keeps the dirty bit') ? pte_wrprotect(e) : pte_mkclean(pte_wrprotect(e)));
  if (is('v5')) {
    ptep_establish({ mm, va, entry: cleaned(pte) });
  } else if (is('2.6.19')) {
    const old = ptep_get_and_clear(mm, va);
    ptep_establish({ mm, va, entry: cleaned(old) });
  } else {
    const old = ptep_clear_flush({ mm, va }, 'old');
    set_pte_at(mm, va, cleaned(old));
  }
  pte_unlock(...table_of(mm, va));
  Return(TRUE);
});

/** The i_mmap walk visits the VMAs in the order in which they were linked; a forked child comes after its parent. */
function each_vma(visit: (mm: Mm, va: Value<'va_t'>) => void): void {
  if (variant('walk child first')) mm_t.all().reverse().forEach((mm) => ForEach(va_t, 'va', (va) => visit(mm, va)));
  else ForEach(mm_t, 'mm', (mm) => ForEach(va_t, 'va', (va) => visit(mm, va)));
}

/** The usual walk: those that munmap has not unlinked by now. */
function each_linked_vma(visit: (mm: Mm, va: Value<'va_t'>, vma: Value<'vma_t'>) => void): void {
  each_vma((mm, va) => {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'linked'), () => visit(mm, va, vma));
  });
}

const page_mkclean_file = proc('page_mkclean_file', {
  params: { page: pfn_t }, returns: bool, models: source('page_mkclean_file', 'mm/rmap.c'),
}, ({ page }) => {
  const cleaned = Var('cleaned', bool, FALSE);
  const i_mmap = i_mmap_for_walk();
  i_mmap.lock();
  // "The page is locked, which pins the address_space" (v5, comment in test_clear_page_dirty).
  assert('page_mkclean walks the mapping that the page is in', peek(mapping_at.at(page)));
  each_vma((mm, va) => {
    const vma = find_vma(mm, va);
    const wanted = is('v5') ? and(vma_t.get(vma, 'S'), vma_t.get(vma, 'W')) : vma_t.get(vma, 'S');
    If(and(vma_t.get(vma, 'linked'), wanted), () => {
      unlessNonlinear(mm, va, () => {
        const one = page_mkclean_one({ page, mm, va }, 'one');
        cleaned.set(or(cleaned.get(), one));
      });
    });
  });
  i_mmap.unlock();
  Return(cleaned.get());
});

/** Write-protects and cleans every PTE of a page in shared mappings. The page is locked. */
export const page_mkclean = proc('page_mkclean', {
  params: { page: pfn_t }, returns: bool, models: source('page_mkclean', 'mm/rmap.c'),
  doc: 'Returns whether some PTE was writable or dirty.',
}, ({ page }) => {
  const mapcount = page_mapped(page);
  If(eq(mapcount, count_t.lit(0)), () => Return(keyOfUnmapped(page)));
  const mapping = page_mapping(page);
  If(not(mapping), () => Return(FALSE));
  const cleaned = page_mkclean_file({ page }, 'cleaned');
  Return(orKey(page, cleaned));
});

export { each_linked_vma, each_vma, page_check_address };
