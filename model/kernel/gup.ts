/** Pins: get_user_pages and its lockless sibling (mm/gup.c). */
import { add, and, atomic, bool, eq, FALSE, Forever, heldShared, If, load, not, or, primitive, proc, Return, store, TRUE, Var, type Variable } from '../language/index.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { count_t, mm_t, pte_pfn, pte_same, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { follow_page_pte, NO_PIN, pin_t, pinnable, pinOf } from './follow_page.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, mmap_sem_at, up_read, vma_t } from './mm_types.ts';
import { page_count_at, put_page, type Page } from './page.ts';
import { ptep_get } from './pgtable.ts';
import { gupLooksAtVma, source, variant } from './version.ts';

export { follow_page_pte, pin_t } from './follow_page.ts';

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

/** Reads the PTE, takes a reference, reads the PTE again. No lock; interrupts are off. */
const gup_pte_range = proc('gup_pte_range', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('gup_pte_range', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const pte = ptep_get(mm, va);
  If(not(pinnable(pte, write)), () => Return(NO_PIN()));
  const page = pte_pfn(pte);
  const got = try_get_page(page);
  If(not(got), () => Return(NO_PIN()));
  if (!variant('GUP-fast does not read the PTE again')) {
    const again = ptep_get(mm, va);
    If(not(pte_same(pte, again)), () => {
      put_page(page);
      Return(NO_PIN());
    });
  }
  Return(pinOf(page));
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
    if (gupLooksAtVma()) If(or(not(vma_t.get(vma, 'linked')), and(write, not(vma_t.get(vma, 'W')))), () => Return(NO_PIN()));
    const ret = handle_pte_fault({ mm, va, vma, write }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(NO_PIN()));
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
