/** What callers of the dirty helpers rely on. */
import { and, eq, exists, forall, not, or, peek, property, quiescent, type Value } from '../../language/index.ts';
import { bitmap_at, first_at, last_at, owed } from '../../kernel/mapping_dirty_helpers.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { pending_t, tlb_flush_pending_at } from '../../kernel/tlb_flush_pending.ts';
import { device_at, late_store, method_at, method_t, object, relied_on } from '../../kernel/vmwgfx_page_dirty.ts';
import { lt, le } from '../../language/index.ts';
import { cpusOf } from '../../machine/config.ts';
import { data } from '../../machine/mmu.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_dirty, pte_present, pte_write, tlb_hit_dirty, va_t } from '../../machine/types.ts';
import { pgoff_t } from '../../kernel/mapping_dirty_helpers.ts';
import { noPtlHeld } from '../../../properties/places.ts';

type Bool = Value<'bool'>;

/** Some PTE of the page, in a VMA that walks find, is dirty. */
const dirtyPte = (va: Value<'va_t'>): Bool => exists(mm_t, 'mm', (mm) => {
  const e = peek(pte.at(mm, va));
  return and(vma_t.get(peek(vma_at.at(mm, va)), 'linked'), pte_present(e), pte_dirty(e));
});

const eachPage = (f: (va: Value<'va_t'>, page: Value<'pfn_t'>) => Bool): Bool => and(...va_t.all().map((va, i) => f(va, pfn_t.lit(i))));

/** I1 of a device: what it has not got is on record, or will be found. */
export const I1Device = property('I1-device', 'no store is lost: once all is quiet, a page that the device has an older version of is in the bitmap, or D bits are collected and one of its PTEs is dirty', () => ({
  quiet: {
    when: quiescent(),
    holds: eachPage((va, page) => or(
      eq(peek(data.at(page)), peek(device_at.at(page))),
      peek(bitmap_at.at(object(), va)),
      and(eq(peek(method_at.at()), method_t.is.PAGETABLE), dirtyPte(va)),
    )),
  },
}));

/** A3.6, "none additional are added". */
export const NoLateStore = property('A3.6-none-added', 'nobody stores while a caller has write-protected the range and blocks pfn_mkwrite', () => ({ 'late store': not(peek(late_store.at())) }));

/** A3.6, "all dirty ptes are picked up". */
export const AllPickedUp = property('A3.6-all-picked-up', 'while a caller relies on it, no PTE of a shared mapping is writable or dirty', () => ({
  'writable or dirty': {
    when: peek(relied_on.at()),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
      const e = peek(pte.at(mm, va));
      return not(and(vma_t.get(peek(vma_at.at(mm, va)), 'S'), pte_present(e), or(pte_write(e), pte_dirty(e))));
    })),
  },
}));

/** A3.5. */
export const Reported = property('A3.5', 'outside PTE-lock sections every D bit that a helper cleared is in its bitmap', () => ({
  'cleaned and not reported': { when: noPtlHeld(), holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => not(peek(owed.at(mm, va))))) },
}));

/** A3.10, A3.11: what tlb_flush_pending promises to everybody else. */
export const TlbNotAhead = property('A3.11', 'while no flush of an mm is pending, no CPU can store through its TLB where the PTE is read-only or clean', () => ({
  'TLB ahead of the PTE': and(...mm_t.all().flatMap((mm, m) => cpusOf(m).map((c) => or(
    not(eq(peek(tlb_flush_pending_at.at(mm)), pending_t.lit(0))),
    forall(va_t, 'va', (va) => {
      const e = peek(pte.at(mm, va));
      return or(not(tlb_hit_dirty(peek(tlb.at(cpu_t.lit(c), va)))), and(pte_write(e), pte_dirty(e)));
    }),
  )))),
}));

/** "as well as the first and last of the bits touched": what is outside is never looked at. */
export const FirstAndLast = property('first-and-last', 'once all is quiet, every bit set lies from first up to last', () => ({
  'bit outside': {
    when: quiescent(),
    holds: and(...va_t.all().map((va, i) => or(
      not(peek(bitmap_at.at(object(), va))),
      and(le(peek(first_at.at(object())), pgoff_t.lit(i)), lt(pgoff_t.lit(i), peek(last_at.at(object())))),
    ))),
  },
}));
