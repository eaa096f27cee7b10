/** fork(2) of one VMA (kernel/fork.c dup_mmap, mm/memory.c copy_one_pte). */
import { and, bool, FALSE, held, If, not, proc, Return, select, TRUE, type Value } from '../language/index.ts';
import { flush_tlb_mm } from '../machine/tlb.ts';
import { mk_pte, mm_t, pfn_t, pte_mkclean, pte_mkdirty, pte_mkold, pte_pfn, pte_present, pte_wrprotect, va_t, type Pte } from '../machine/types.ts';
import { ClearPageAnonExclusive, PageAnonExclusive } from './anon_exclusive.ts';
import { raw_write_seqcount_begin, raw_write_seqcount_end, unlessNeedsCow } from './gup_pin.ts';
import { i_mmap_for_change } from './i_mmap.ts';
import { down_write, maybe_mkwrite, pte_lock, pte_unlock, ptl_at, set_vma, up_write, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, get_page, inc_mapcount, set_anon, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { noteCopied, noteCopy } from './mm_contents.ts';
import { ptep_get, ptep_set_wrprotect, set_pte_at } from './pgtable.ts';
import { ptepOf, type Ptep } from './ptep.ts';
import { dup_vm_file, ifNormal, notNormal } from './refpage.ts';
import { dup_private_data } from './refpage_v1.ts';
import { is_migration_entry, is_writable_migration_entry } from './migration_entry.ts';
import { anonExclusive, follPin, migration, mixedmap, refpages, since, source, variant, vmaLocks, swap } from './version.ts';
import { vma_start_write } from './vma_lock.ts';
import { swap_duplicate } from './swapfile.ts';
import { swp_entry_t, swp_slot } from './swapops.ts';

/**
 * pte_wrprotect of the value that was read. On arm64 an entry that hardware has made dirty is one without its read-only bit; until
 * 5.10-rc5 that was all that said so (ff1712f953e2), where ptep_set_wrprotect kept it. D here is hardware's alone in worlds that ask for it.
 */
const protectedCopy = (pte: Pte): Pte => (variant('pte_wrprotect drops the D bit that hardware has set') ? pte_mkclean(pte_wrprotect(pte)) : pte_wrprotect(pte));

/**
 * Copies one PTE. In a shared mapping the parent's entry is left alone and the child's is a copy with D and A
 * cleared and W kept: a writable clean PTE of a dirty page. In a private one both become read-only.
 */
const copy_one_pte = proc('copy_one_pte', {
  params: { src: mm_t, dst: mm_t, va: va_t, vma: vma_t }, models: source('copy_one_pte', 'mm/memory.c'),
}, ({ src, dst, va, vma }) => {
  pte_lock(dst);
  pte_lock(src);
  const pte = swap() === undefined ? ptep_get(src, va) : copySwapEntry(ptepOf(src, va), ptepOf(dst, va), () => { noteCopied(src, dst, va); });
  If(pte_present(pte), () => {
    const shared = vma_t.get(vma, 'S');
    const child: Value<'pte_t'> = select(shared, pte_mkold(pte_mkclean(pte)), pte_mkold(protectedCopy(pte)));
    if (follPin()) If(not(shared), () => earlyCopy(src, dst, va, vma, pte_pfn(pte)));
    If(shared, () => undefined, () => ptep_set_wrprotect(src, va));
    if (!mixedmap()) {
      ifNormal(notNormal(src, va, pte_pfn(pte)), () => {
        get_page(pte_pfn(pte));
        inc_mapcount(pte_pfn(pte));
      });
    }
    set_pte_at(dst, va, child);
    noteCopied(src, dst, va);
  });
  if (migration()) If(is_migration_entry(pte), () => copyMigrationEntry(src, dst, va, vma, pte));
  pte_unlock(src);
  pte_unlock(dst);
});

/**
 * A page that may be pinned stays the parent's, and the child gets a copy now (70e806e4e645, 5.9-rc). The kernel allocates the copy with
 * the locks dropped, and begins again.
 */
const copy_present_page = proc('copy_present_page', {
  params: { src: mm_t, dst: mm_t, va: va_t, vma: vma_t, page: pfn_t }, returns: bool, models: source('copy_present_page', 'mm/memory.c'),
  doc: 'True: copied. Entered and left with both PTE locks held.',
  locks: ({ src, dst }) => ({ entry: [held(ptl_at.at(src)), held(ptl_at.at(dst))], exit: [held(ptl_at.at(src)), held(ptl_at.at(dst))] }),
}, ({ src, dst, va, vma, page }) => {
  unlessNeedsCow(src, page, () => Return(FALSE));
  const new_page = alloc_page();
  copy_user_page(new_page, page);
  set_anon(new_page);
  inc_mapcount(new_page);
  set_pte_at(dst, va, maybe_mkwrite(pte_mkdirty(mk_pte(new_page, FALSE)), vma));
  noteCopy(dst, va, new_page);
  Return(TRUE);
});

/** Leaves copy_one_pte if the page was copied; else the page is shared from here on. */
function earlyCopy(src: Mm, dst: Mm, va: Va, vma: Value<'vma_t'>, page: Page): void {
  const ask = (): void => {
    const copied = copy_present_page({ src, dst, va, vma, page }, 'copied');
    If(copied, () => {
      pte_unlock(src);
      pte_unlock(dst);
      Return();
    });
  };
  if (!anonExclusive()) {
    ask();
    return;
  }
  const exclusive = PageAnonExclusive(page);
  If(exclusive, () => {
    ask();
    ClearPageAnonExclusive(page);
  });
}

/** copy_nonpresent_pte: in a private mapping both become readable ones. They hold no reference. */
function copyMigrationEntry(src: Mm, dst: Mm, va: Va, vma: Value<'vma_t'>, pte: Pte): void {
  const shared = vma_t.get(vma, 'S');
  If(and(not(shared), is_writable_migration_entry(pte)), () => set_pte_at(src, va, pte_wrprotect(pte)));
  set_pte_at(dst, va, select(shared, pte, pte_wrprotect(pte)));
  noteCopied(src, dst, va);
}

/** The same of a swap entry: both hold it, and what it leads to is neither's alone any more. `note`: what the world keeps of it. Returns what else the entry may say. */
export function copySwapEntry(src: Ptep, dst: Ptep, note?: () => void): Pte {
  const { pte, entry } = src.getEither();
  If(swp_entry_t.get(entry, 'V'), () => {
    swap_duplicate(swp_slot(entry));
    If(swp_entry_t.get(entry, 'exclusive'), () => { src.clearSwapExclusive(); });
    dst.setSwap(swp_entry_t.with(entry, 'exclusive', FALSE));
    note?.();
  });
  return pte;
}

/** fb49c455323f (6.5-rc1, 6.4.3): no fault in the parent until its TLBs are flushed. */
const locksParent = (): boolean => vmaLocks() && since('6.6');

/** The child's VMA goes into i_mmap right after the parent's, before its PTEs are copied. */
export const dup_mmap = proc('dup_mmap', {
  params: { src: mm_t, dst: mm_t, va: va_t }, models: source('dup_mmap', 'kernel/fork.c'), sleeps: true,
}, ({ src, dst, va }) => {
  down_write(src);
  down_write(dst);
  const vma = vma_lookup(src, va);
  if (locksParent()) If(vma_t.get(vma, 'linked'), () => { vma_start_write({ mm: src, va }); });
  const i_mmap = i_mmap_for_change();
  i_mmap.lock();
  set_vma(dst, va, vma);
  i_mmap.unlock();
  if (refpages() === 'v2') dup_vm_file({ src, dst, va });
  if (refpages() === 'v1') dup_private_data({ src, dst, va });
  const sequence = follPin() && since('5.11');
  if (sequence) raw_write_seqcount_begin(src);
  copy_one_pte({ src, dst, va, vma });
  if (sequence) raw_write_seqcount_end(src);
  flush_tlb_mm({ mm: src });
  up_write(dst);
  up_write(src);
});
