/** GUP-fast over two levels (mm/gup.c): no lock, interrupts off, everything read twice. */
import { and, bool, eq, If, not, proc, record, Return, TRUE, type Value } from '../language/index.ts';
import { pmd_is_table, pmd_kind_t, pmd_t, pte_index } from '../machine/pmd.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_same, pte_write, va_t } from '../machine/types.ts';
import { pmd_get, pmd_page, pmd_write, pte_get } from './pgtable_pmd.ts';
import { letGo, try_grab } from './try_grab.ts';
import { since, source, variant } from './version.ts';

/** whole: all small pages of a huge page, by one reference to its first. */
export const huge_pin_t = record('huge_pin_t', { ok: bool, whole: bool, pfn: pfn_t });
const nothing = (): Value<'huge_pin_t'> => huge_pin_t.of({});

/** Reference first, then the entry again: it must be what it was. */
const gup_huge_pmd = proc('gup_huge_pmd', {
  params: { mm: mm_t, va: va_t, orig: pmd_t }, returns: huge_pin_t, models: source('gup_huge_pmd', 'mm/gup.c'),
}, ({ mm, va, orig }) => {
  const head = pmd_page(orig);
  const got = try_grab(head);
  If(not(got), () => Return(nothing()));
  const again = pmd_get(mm, va);
  If(not(eq(again, orig)), () => {
    letGo(head);
    Return(nothing());
  });
  Return(huge_pin_t.of({ ok: TRUE, whole: TRUE, pfn: head }));
});

/** The small entry. Since 6.0 (70cbc3cc78a9) the PMD is read again as well: khugepaged clears it before it looks for references. */
const gup_pte_range = proc('gup_pte_range', {
  params: { mm: mm_t, va: va_t, pmdval: pmd_t }, returns: huge_pin_t, models: source('gup_pte_range', 'mm/gup.c'),
}, ({ mm, va, pmdval }) => {
  const table = pmd_t.get(pmdval, 'table');
  const pte = pte_get(table, pte_index(va));
  If(not(and(pte_present(pte), pte_write(pte))), () => Return(nothing()));
  const page = pte_pfn(pte);
  const got = try_grab(page);
  If(not(got), () => Return(nothing()));
  if (since('6.0') && !variant('GUP-fast does not read the PMD again')) {
    const pmdAgain = pmd_get(mm, va);
    If(not(eq(pmdAgain, pmdval)), () => backOut(page));
  }
  const again = pte_get(table, pte_index(va));
  If(not(pte_same(pte, again)), () => backOut(page));
  Return(huge_pin_t.of({ ok: TRUE, pfn: page }));
});

function backOut(page: Value<'pfn_t'>): void {
  letGo(page);
  Return(nothing());
}

/** For writing. An entry that is invalid has no present bit, and is refused. */
export const gup_pmd_range = proc('gup_pmd_range', {
  params: { mm: mm_t, va: va_t }, returns: huge_pin_t, models: source('gup_pmd_range', 'mm/gup.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(and(eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.HUGE), pmd_write(e)), () => Return(gup_huge_pmd({ mm, va, orig: e })));
  If(pmd_is_table(e), () => Return(gup_pte_range({ mm, va, pmdval: e })));
  Return(nothing());
});

/** Pins, or gives up: the slow path is not modelled here. */
export const get_user_pages_fast_only = proc('get_user_pages_fast_only', {
  params: { mm: mm_t, va: va_t }, returns: huge_pin_t, models: source('get_user_pages_fast_only', 'mm/gup.c'),
}, ({ mm, va }) => {
  local_irq_disable();
  const pin = gup_pmd_range({ mm, va }, 'pin');
  local_irq_enable();
  Return(pin);
});
