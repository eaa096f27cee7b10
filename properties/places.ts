/** Shorthands that several properties share. */
import { and, exists, forall, not, peek, type Value } from '../model/language/index.ts';
import { page_cache, PG_anon, slot_t } from '../model/kernel/page.ts';
import { ptl_at, split_ptl_at, vma_at, vma_t } from '../model/kernel/mm_types.ts';
import { splitPtl } from '../model/kernel/version.ts';
import { pte } from '../model/machine/tlb.ts';
import { mm_t, owner_t, pte_pfn, pte_present, va_t, type Pte } from '../model/machine/types.ts';

type Bool = Value<'bool'>;

/** The page that the cache holds for the file; meaningless when there is none. */
export const cachedPage = (): Value<'pfn_t'> => slot_t.get(peek(page_cache.at()), 'pfn');
export const cached = (): Bool => slot_t.get(peek(page_cache.at()), 'present');

/** Present PTEs of shared file mappings satisfy `f`. */
export const everySharedPte = (f: (e: Pte, mm: Value<'mm_t'>, va: Value<'va_t'>) => Bool): Bool =>
  forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
    const e = peek(pte.at(mm, va));
    return not(and(isShared(mm, va), pte_present(e), not(f(e, mm, va))));
  }));

export const someSharedPte = (f: (e: Pte) => Bool): Bool =>
  exists(mm_t, 'mm', (mm) => exists(va_t, 'va', (va) => and(isShared(mm, va), pte_present(peek(pte.at(mm, va))), f(peek(pte.at(mm, va))))));

const isShared = (mm: Value<'mm_t'>, va: Value<'va_t'>): Bool =>
  and(vma_t.get(peek(vma_at.at(mm, va)), 'S'), not(peek(PG_anon.at(pte_pfn(peek(pte.at(mm, va)))))));

/** No PTE lock is held: no section that changes PTEs and rmap together is open. */
export const noPtlHeld = (): Bool => forall(mm_t, 'mm', (mm) => (splitPtl() ? forall(va_t, 'va', (va) => not(owner_t.get(peek(split_ptl_at.at(mm, va)), 'held'))) : not(owner_t.get(peek(ptl_at.at(mm)), 'held'))));
