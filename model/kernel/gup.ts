/** Pins: get_user_pages and its lockless sibling (mm/gup.c). */
import { add, and, atomic, bool, eq, FALSE, Forever, heldShared, If, load, not, or, primitive, proc, record, Return, store, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_same, pte_write, va_t, type Pte } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, mmap_sem_at, pte_lock, pte_unlock, up_read } from './mm_types.ts';
import { get_page, page_count_at, put_page, type Page } from './page.ts';
import { ptep_get } from './pgtable.ts';
import { source, variant } from './version.ts';

/** A page with a reference, or nothing. */
export const pin_t = record('pin_t', { ok: bool, pfn: pfn_t });
const nothing = (): Value<'pin_t'> => pin_t.of({});
const pinOf = (page: Page): Value<'pin_t'> => pin_t.of({ ok: TRUE, pfn: page });

/** page_cache_get_speculative: no reference to a page that has none. */
export const try_get_page = primitive('try_get_page', (page: Page) => {
  let got: Variable<'bool'> | undefined;
  atomic('atomic_add_unless of the reference count', () => {
    got = Var('got', bool, FALSE);
    const was = load('count', page_count_at.at(page));
    If(not(eq(was, count_t.lit(0))), () => {
      store(page_count_at.at(page), add(was, count_t.lit(1)));
      got?.set(TRUE);
    });
  });
  return (got as Variable<'bool'>).get();
});

/** Whether the entry may be pinned: present and, for writing, writable. */
function pinnable(pte: Pte, write: Value<'bool'>): Value<'bool'> {
  if (variant('GUP for write takes a read-only PTE')) return pte_present(pte);
  return and(pte_present(pte), or(not(write), pte_write(pte)));
}

/** Reads the PTE, takes a reference, reads the PTE again. No lock; interrupts are off. */
const gup_pte_range = proc('gup_pte_range', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('gup_pte_range', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const pte = ptep_get(mm, va);
  If(not(pinnable(pte, write)), () => Return(nothing()));
  const page = pte_pfn(pte);
  const got = try_get_page(page);
  If(not(got), () => Return(nothing()));
  if (!variant('GUP-fast does not read the PTE again')) {
    const again = ptep_get(mm, va);
    If(not(pte_same(pte, again)), () => {
      put_page(page);
      Return(nothing());
    });
  }
  Return(pinOf(page));
});

/** A reference to the page that the PTE maps, taken under the PTE lock. */
export const follow_page_pte = proc('follow_page_pte', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('follow_page_pte', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(pinnable(pte, write)), () => {
    pte_unlock(mm);
    Return(nothing());
  });
  get_page(pte_pfn(pte));
  pte_unlock(mm);
  Return(pinOf(pte_pfn(pte)));
});

/** Follows the PTE, faulting it in until that succeeds; for writing, the fault breaks whatever protects the page. */
export const get_user_pages = proc('__get_user_pages', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, sleeps: true, models: source('__get_user_pages', 'mm/gup.c'),
  locks: ({ mm }) => ({ entry: [heldShared(mmap_sem_at.at(mm))], exit: [heldShared(mmap_sem_at.at(mm))] }),
}, ({ mm, va, write }) => {
  Forever(() => {
    const pin = follow_page_pte({ mm, va, write }, 'pin');
    If(pin_t.get(pin, 'ok'), () => Return(pin));
    const vma = find_vma(mm, va);
    const ret = handle_pte_fault({ mm, va, vma, write }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(nothing()));
  });
});

export const get_user_pages_fast = proc('get_user_pages_fast', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, sleeps: true, models: source('get_user_pages_fast', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  local_irq_disable();
  const fast = gup_pte_range({ mm, va, write }, 'fast');
  local_irq_enable();
  If(pin_t.get(fast, 'ok'), () => Return(fast));
  down_read(mm);
  const slow = get_user_pages({ mm, va, write }, 'slow');
  up_read(mm);
  Return(slow);
});
