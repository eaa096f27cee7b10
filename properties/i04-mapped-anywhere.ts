import { and, eq, forall, not, peek, property, select, TRUE, type Value } from '../model/language/index.ts';
import { mapcount_at, oneMore, type Page } from '../model/kernel/page.ts';
import { get_vma_refpage, is_refpage_vma, vm_file_at } from '../model/kernel/refpage.ts';
import { refpages } from '../model/kernel/version.ts';
import { pte } from '../model/machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

/** Number of PTEs, at any address of any mm, that map the page and satisfy `f`; modulo the width where counters have one. */
export function mappings(page: Page, f: (mm: Value<'mm_t'>, va: Value<'va_t'>) => Value<'bool'>): Value<'count_t'> {
  const all = mm_t.all().flatMap((mm) => va_t.all().map((va) => [mm, va] as const));
  return all.reduce<Value<'count_t'>>((n, [mm, va]) => {
    const entry = peek(pte.at(mm, va));
    return select(and(pte_present(entry), eq(pte_pfn(entry), page), f(mm, va)), oneMore(n), n);
  }, count_t.lit(0));
}

/** Whether the entry is special: it maps the page of v2's reference file, as the VMA does. */
function uncounted(mm: Value<'mm_t'>, va: Value<'va_t'>): Value<'bool'> {
  if (refpages() !== 'v2') return not(TRUE);
  const file = peek(vm_file_at.at(mm, va));
  return and(is_refpage_vma(file), eq(get_vma_refpage(file), pte_pfn(peek(pte.at(mm, va)))));
}

/** I4 for worlds of several addresses and of reference pages. */
export const I4Anywhere = property('I4-anywhere', 'outside PTE-lock sections _mapcount is the number of PTEs that map the page, modulo its width; a v2 reference page is not counted', () => ({
  mapcount: { when: noPtlHeld(), holds: forall(pfn_t, 'page', (page) => eq(peek(mapcount_at.at(page)), mappings(page, (mm, va) => not(uncounted(mm, va))))) },
}));
