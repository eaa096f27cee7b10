/** From a PMD entry to a page with a pin, or a reference (mm/gup.c follow_pmd_mask), under the lock of the level that maps it. */
import { bool, If, proc, Return, type Value } from '../language/index.ts';
import { hasPmds, pmd_trans_huge } from '../machine/pmd.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { follow_page as follow_page_small, follow_page_pte, follow_page_pte_get, follow_trans_huge_pmd, foll_t, pin_t, pinOf } from './follow_page.ts';
import { find_vma } from './mm_types.ts';
import { get_page } from './page.ts';
import { pmd_get, pmd_lock, pmd_page, pmd_unlock } from './pgtable_pmd.ts';
import { source } from './version.ts';

/** An entry that is huge no more when its lock is held is left to the next round, where the kernel goes on with the table at once. */
export const follow_pmd_mask = proc('follow_pmd_mask', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('follow_pmd_mask', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const pmdval = pmd_get(mm, va);
  If(pmd_trans_huge(pmdval), () => {
    const vma = find_vma(mm, va);
    Return(follow_trans_huge_pmd({ mm, va, vma, flags: foll_t.of({ write }) }));
  });
  Return(follow_page_pte({ mm, va, write }));
});

/** FOLL_GET: a reference that is no pin. */
const follow_page_mask = proc('follow_page_mask', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('follow_page_mask', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const pmdval = pmd_get(mm, va);
  If(pmd_trans_huge(pmdval), () => {
    pmd_lock(mm);
    const now = pmd_get(mm, va);
    If(pmd_trans_huge(now), () => {
      get_page(pmd_page(now));
      pmd_unlock(mm);
      Return(pinOf(pmd_page(now)));
    });
    pmd_unlock(mm);
  });
  Return(follow_page_pte_get({ mm, va, write }));
});

/** What KSM and migration call, whatever the page tables. */
export const follow_page = (args: Parameters<typeof follow_page_small>[0], name: string): Value<'pin_t'> => (hasPmds() ? follow_page_mask : follow_page_small)(args, name);
