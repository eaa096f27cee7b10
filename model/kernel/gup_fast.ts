/** The walk of GUP-fast (mm/gup.c): no lock, interrupts off, everything read twice. */
import { and, bool, eq, If, not, proc, record, Return, TRUE, type Value } from '../language/index.ts';
import { pmd_is_table, pmd_kind_t, pmd_t, pte_index } from '../machine/pmd.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_same, pte_write, va_t, type Pte } from '../machine/types.ts';
import { PageAnonExclusive } from './anon_exclusive.ts';
import { NO_PIN, pin_t, pinnable, pinOf } from './follow_page.ts';
import type { Page } from './page.ts';
import { ptep_get } from './pgtable.ts';
import { pmd_get, pmd_page, pmd_write, pte_get } from './pgtable_pmd.ts';
import { letGo, try_grab } from './try_grab.ts';
import { anonExclusive, follPin, since, source, variant } from './version.ts';

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

/**
 * Reads the entry, takes a reference, reads again: `unlessMoved` what led to the entry, then the entry itself. `answer` is nothing, or the page. Over two
 * levels it is always for writing: no `write` is given.
 */
function pinEntry<R extends string>(get: () => Pte, answer: (page?: Page) => Value<R>, write?: Value<'bool'>, unlessMoved?: (giveUp: () => void) => void): void {
  const pte = get();
  If(not(pinnable(pte, write)), () => Return(answer()));
  const page = pte_pfn(pte);
  const got = try_grab(page);
  If(not(got), () => Return(answer()));
  const giveUp = (): void => {
    letGo(page);
    Return(answer());
  };
  const early = variant('PageAnonExclusive is read before the PTE is read again');
  if (early) unlessExclusive(pte, page, giveUp);
  unlessMoved?.(giveUp);
  if (!variant('GUP-fast does not read the PTE again')) {
    const again = get();
    If(not(pte_same(pte, again)), giveUp);
  }
  if (write !== undefined && follPin() && anonExclusive() && !early) unlessExclusive(pte, page, giveUp);
  Return(answer(page));
}

/** gup_must_unshare: a page that is mapped read-only is pinned only while it is nobody else's. Every page of such a world is anonymous. */
function unlessExclusive(pte: Pte, page: Page, giveUp: () => void): void {
  If(not(pte_write(pte)), () => {
    const exclusive = PageAnonExclusive(page);
    If(not(exclusive), giveUp);
  });
}

/** Of the mm's one page table. */
export const gup_pte_range = proc('gup_pte_range', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('gup_pte_range', 'mm/gup.c'),
}, ({ mm, va, write }) => { pinEntry(ptep_get.bind(null, mm, va), (page) => (page === undefined ? NO_PIN() : pinOf(page)), write); });

/** Of the table that the PMD entry leads to. Since 6.0 (70cbc3cc78a9) the PMD is read again as well: khugepaged clears it before it looks for references. */
const gup_table_range = proc('gup_pte_range', {
  params: { mm: mm_t, va: va_t, pmdval: pmd_t }, returns: huge_pin_t, models: source('gup_pte_range', 'mm/gup.c'),
}, ({ mm, va, pmdval }) => {
  const pin = (page?: Page): Value<'huge_pin_t'> => (page === undefined ? nothing() : huge_pin_t.of({ ok: TRUE, pfn: page }));
  pinEntry(pte_get.bind(null, pmd_t.get(pmdval, 'table'), pte_index(va)), pin, undefined, (giveUp) => {
    if (!since('6.0') || variant('GUP-fast does not read the PMD again')) return;
    const pmdAgain = pmd_get(mm, va);
    If(not(eq(pmdAgain, pmdval)), giveUp);
  });
});

/** For writing. An entry that is invalid has no present bit, and is refused. */
export const gup_pmd_range = proc('gup_pmd_range', {
  params: { mm: mm_t, va: va_t }, returns: huge_pin_t, models: source('gup_pmd_range', 'mm/gup.c'),
}, ({ mm, va }) => {
  const e = pmd_get(mm, va);
  If(and(eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.HUGE), pmd_write(e)), () => Return(gup_huge_pmd({ mm, va, orig: e })));
  If(pmd_is_table(e), () => Return(gup_table_range({ mm, va, pmdval: e })));
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
