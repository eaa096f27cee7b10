/** From a PMD entry to a page with a pin, or a reference (mm/gup.c follow_pmd_mask), under the lock of the level that maps it. */
import { bool, If, not, proc, Return, type Value } from '../language/index.ts';
import { hasPmds, pmd_is_table, pmd_t, pmd_trans_huge, pte_index } from '../machine/pmd.ts';
import { mm_t, pte_pfn, va_t } from '../machine/types.ts';
import { follow_page as follow_page_small, follow_trans_huge_pmd, foll_t, NO_PIN, pin_t, pinnable, pinOf } from './follow_page.ts';
import { pin_page } from './gup_pin.ts';
import { find_vma } from './mm_types.ts';
import { get_page, type Page } from './page.ts';
import { pmd_get, pmd_lock, pmd_page, pmd_unlock, pte_get, pte_table_lock, pte_table_unlock } from './pgtable_pmd.ts';
import { source } from './version.ts';

const followPte = (name: string, take: (page: Page) => void) => proc(name, {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('follow_page_pte', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const e = pmd_get(mm, va);
  If(not(pmd_is_table(e)), () => Return(NO_PIN()));
  const table = pmd_t.get(e, 'table');
  pte_table_lock(table);
  const pte = pte_get(table, pte_index(va));
  If(not(pinnable(pte, write)), () => {
    pte_table_unlock(table);
    Return(NO_PIN());
  });
  take(pte_pfn(pte));
  pte_table_unlock(table);
  Return(pinOf(pte_pfn(pte)));
});
const follow_page_pte = followPte('follow_page_pte', pin_page);
const follow_page_pte_get = followPte('follow_page_pte_get', get_page);

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
