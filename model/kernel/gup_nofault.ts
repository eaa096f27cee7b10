/** get_user_pages (mm/gup.c) where the page is expected to be there: what reference pages are made of. */
import { bool, FALSE, ghost, If, load, not, or, peek, primitive, proc, Return, track } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { follow_page_pte, NO_PIN, pin_t } from './follow_page.ts';
import { find_vma, vma_at, vma_t, type Mm, type Va } from './mm_types.ts';
import { source } from './version.ts';

/** munmap has freed the VMA. Kept in worlds of reference pages, where VMAs are looked up without mmap_lock. */
export const vma_freed = ghost('vma_freed', bool, [mm_t, va_t]);
/** Latched when a VMA was used after munmap had freed it. */
export const freed_vma_used = ghost('freed_vma_used', bool, []);

/** Reads vma->vm_flags through the pointer that find_vma gave. */
const check_vma_flags = primitive('check_vma_flags', (mm: Mm, va: Va) => {
  load('vma', vma_at.at(mm, va), { discard: true });
  track(freed_vma_used.at(), or(peek(freed_vma_used.at()), peek(vma_freed.at(mm, va))));
});

/** For reading, one page. Not ok: -EFAULT or -ENOMEM. The caller should hold mmap_lock; an entry that is none is not faulted in. */
export const get_user_pages_nofault = proc('get_user_pages', {
  params: { mm: mm_t, va: va_t }, returns: pin_t, models: source('get_user_pages', 'mm/gup.c'),
}, ({ mm, va }) => {
  const vma = find_vma(mm, va);
  If(not(vma_t.get(vma, 'linked')), () => Return(NO_PIN()));
  check_vma_flags(mm, va);
  Return(follow_page_pte({ mm, va, write: FALSE }, 'pin'));
});
