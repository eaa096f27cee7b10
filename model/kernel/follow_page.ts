/** From a PTE to a page with a reference (mm/gup.c follow_page_pte), for get_user_pages and for whoever looks without faulting. */
import { and, bool, FALSE, If, not, or, proc, record, Return, TRUE, type Value } from '../language/index.ts';
import { pmd_t, pmd_trans_huge } from '../machine/pmd.ts';
import { mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_t, pte_write, va_t, type Pte } from '../machine/types.ts';
import { vma_t, type Mm, type Va } from './mm_types.ts';
import { PageAnonExclusive } from './anon_exclusive.ts';
import { pin_page } from './gup_pin.ts';
import { get_page, page_anon, try_grab_page, type Page } from './page.ts';
import { pmd_dirty, pmd_get, pmd_lock, pmd_page, pmd_unlock, pmd_write, set_pmd_at } from './pgtable_pmd.ts';
import { ptepLocked } from './ptep.ts';
import { notNormal } from './refpage.ts';
import { anonByVersion, follPin, refpages, since, source, variant } from './version.ts';

/** A page with a reference, or nothing. */
export const pin_t = record('pin_t', { ok: bool, pfn: pfn_t });
export const NO_PIN = (): Value<'pin_t'> => pin_t.of({});
export const pinOf = (page: Page): Value<'pin_t'> => pin_t.of({ ok: TRUE, pfn: page });

/** Whether the entry may be pinned: present and, for writing, writable. For writing where nothing is said. */
export function pinnable(pte: Pte, write?: Value<'bool'>): Value<'bool'> {
  if (variant('GUP for write takes a read-only PTE')) return pte_present(pte);
  return and(pte_present(pte), write === undefined ? pte_write(pte) : or(not(write), pte_write(pte)));
}

/** From the entry to its page under the lock of its table. `unlessFit` gives up on what the entry says; `take` takes the reference, or gives up. */
function follow(mm: Mm, va: Va, unlessFit: (pte: Pte, giveUp: () => void) => void, take: (page: Page, giveUp: () => void) => void): void {
  const ptep = ptepLocked(mm, va, () => Return(NO_PIN()));
  const giveUp = (): void => {
    ptep.unlock();
    Return(NO_PIN());
  };
  const pte = ptep.get();
  unlessFit(pte, giveUp);
  take(pte_pfn(pte), giveUp);
  ptep.unlock();
  Return(pinOf(pte_pfn(pte)));
}

/** The walk that asks for the rights of the VMA. `take`: the reference. */
const followPte = (name: string, kernelName: string, take: (page: Page, giveUp: () => void, mm: Mm, va: Va) => void) => proc(name, {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source(kernelName, 'mm/gup.c'),
}, ({ mm, va, write }) => {
  follow(mm, va, (pte, giveUp) => { If(not(pinnable(pte, write)), giveUp); }, (page, giveUp) => { take(page, giveUp, mm, va); });
});

/** A reference to the page that the PTE maps: a pin where the world counts pins. */
export const follow_page_pte = followPte('follow_page_pte', 'follow_page_pte', (page, giveUp, mm, va) => {
  if (follPin()) pin_page(page);
  else if (refpages() === undefined) get_page(page);
  else grabOrGiveUp(mm, va, page, giveUp);
});

/** FOLL_GET: a reference that is no pin, for who looks at a page and does not use its contents for long. */
const follow_page_get = followPte('follow_page', 'follow_page', (page) => { get_page(page); });
/** The same, of the table that a PMD entry leads to (follow_pmd.ts). */
export const follow_page_pte_get = followPte('follow_page_pte_get', 'follow_page_pte', (page) => { get_page(page); });

/** What KSM and migration call. Where the world counts pins and runs them against GUP, their references are told from pins. */
export const follow_page = (args: Parameters<typeof follow_page_pte>[0], name: string): Value<'pin_t'> => (anonByVersion() ? follow_page_get : follow_page_pte)(args, name);

/** The reference as worlds of reference pages look at it: it may be refused, by a full count or for want of a struct page. */
function grabOrGiveUp(mm: Mm, va: Va, page: Page, giveUp: () => void): void {
  if (variant('follow_page_pte refuses reference pages')) If(notNormal(mm, va, page) ?? FALSE, giveUp);
  if (variant('get_user_pages takes references unchecked')) get_page(page);
  else If(not(try_grab_page(page)), giveUp);
}

/** The flags of a FOLL_FORCE walk that change under way: FOLL_WRITE, and from 4.9 to 5.19 FOLL_COW. */
export const foll_t = record('foll_t', { write: bool, cow: bool });

interface Entry {
  readonly writable: Value<'bool'>;
  readonly dirty: Value<'bool'>;
  readonly page: Page;
}

/** Whether FOLL_FORCE may write through the entry: it is writable, or COW has been broken and must not be again. `cow`: the version knows FOLL_COW. */
function canFollowWrite({ writable, dirty, page }: Entry, vma: Value<'vma_t'>, flags: Value<'foll_t'>, cow: boolean): void {
  If(writable, () => Return(TRUE));
  if (!cow) {
    Return(FALSE);
    return;
  }
  if (!since('6.0')) {
    Return(variant('FOLL_COW alone is believed') ? foll_t.get(flags, 'cow') : and(foll_t.get(flags, 'cow'), dirty));
    return;
  }
  If(or(vma_t.get(vma, 'S'), vma_t.get(vma, 'W')), () => Return(FALSE));
  const anon = page_anon(page);
  If(not(anon), () => Return(FALSE));
  Return(variant('an anonymous page may be written by FOLL_FORCE') ? TRUE : PageAnonExclusive(page));
}

const can_follow_write_pte = proc('can_follow_write_pte', {
  params: { pte: pte_t, vma: vma_t, flags: foll_t }, returns: bool, models: source('can_follow_write_pte', 'mm/gup.c'),
}, ({ pte, vma, flags }) => { canFollowWrite({ writable: pte_write(pte), dirty: pte_dirty(pte), page: pte_pfn(pte) }, vma, flags, since('4.9')); });

/** The same of a huge entry, since 4.10 (8310d48b125d). */
const can_follow_write_pmd = proc('can_follow_write_pmd', {
  params: { pmd: pmd_t, vma: vma_t, flags: foll_t }, returns: bool, models: source('can_follow_write_pmd', 'mm/huge_memory.c'),
}, ({ pmd, vma, flags }) => { canFollowWrite({ writable: pmd_write(pmd), dirty: pmd_dirty(pmd), page: pmd_page(pmd) }, vma, flags, since('4.14')); });

/** FOLL_TOUCH: the entry gets D, until 4.14 whatever the page is wanted for; since 4.15-rc2 (a8f97366452e) for writing only. */
const touch_pmd = proc('touch_pmd', {
  params: { mm: mm_t, va: va_t, pmd: pmd_t, flags: foll_t }, models: source('touch_pmd', 'mm/huge_memory.c'),
}, ({ mm, va, pmd, flags }) => {
  const touch = (): void => { set_pmd_at(mm, va, pmd_t.with(pmd, 'D', TRUE)); };
  if (since('4.15')) If(foll_t.get(flags, 'write'), touch);
  else touch();
});

/** The page of a huge entry, with FOLL_FORCE and FOLL_TOUCH. */
export const follow_trans_huge_pmd = proc('follow_trans_huge_pmd', {
  params: { mm: mm_t, va: va_t, vma: vma_t, flags: foll_t }, returns: pin_t, models: source('follow_trans_huge_pmd', 'mm/huge_memory.c'),
}, ({ mm, va, vma, flags }) => {
  const giveUp = (): void => {
    pmd_unlock(mm);
    Return(NO_PIN());
  };
  pmd_lock(mm);
  const pmd = pmd_get(mm, va);
  If(not(pmd_trans_huge(pmd)), giveUp);
  If(foll_t.get(flags, 'write'), () => {
    const allowed = can_follow_write_pmd({ pmd, vma, flags }, 'allowed');
    If(not(allowed), giveUp);
  });
  if (follPin()) pin_page(pmd_page(pmd));
  touch_pmd({ mm, va, pmd, flags });
  if (!follPin()) get_page(pmd_page(pmd));
  pmd_unlock(mm);
  Return(pinOf(pmd_page(pmd)));
});

/** follow_page_pte with FOLL_FORCE: it may be asked to write where the VMA does not allow it. */
export const follow_page_force = proc('follow_page_pte', {
  params: { mm: mm_t, va: va_t, vma: vma_t, flags: foll_t }, returns: pin_t, models: source('follow_page_pte', 'mm/gup.c'),
}, ({ mm, va, vma, flags }) => {
  follow(mm, va, (pte, giveUp) => {
    If(not(pte_present(pte)), giveUp);
    If(foll_t.get(flags, 'write'), () => {
      const allowed = can_follow_write_pte({ pte, vma, flags }, 'allowed');
      If(not(allowed), giveUp);
    });
  }, (page) => { get_page(page); });
});
