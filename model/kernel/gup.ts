/** Pins: get_user_pages and its lockless sibling (mm/gup.c). */
import { and, bool, eq, Forever, heldShared, If, not, or, proc, Return, TRUE, Var, type Value } from '../language/index.ts';
import { hasPmds } from '../machine/pmd.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { follow_page_force, follow_page_pte, follow_trans_huge_pmd, foll_t, NO_PIN, pin_t } from './follow_page.ts';
import { follow_pmd_mask } from './follow_pmd.ts';
import { gup_pmd_range, gup_pte_range, huge_pin_t } from './gup_fast.ts';
import { isOdd, raw_read_seqcount, read_seqcount_again, set_has_pinned, unpin_user_page } from './gup_pin.ts';
import { handle_mm_fault } from './huge_fault.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, mmap_sem_at, up_read, vma_lookup, vma_t, type Mm, type Va } from './mm_types.ts';
import { follPin, gupByVersion, looksForVma, is, since, source, variant, vmaLocks } from './version.ts';

/** The fast walk or nothing. */
export const pin_user_pages_fast_only = proc('pin_user_pages_fast_only', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('pin_user_pages_fast_only', 'mm/gup.c'),
}, ({ mm, va, write }) => { Return(lockless_pages_from_mm({ mm, va, write }, 'fast')); });

/** 17839856fd58 (5.8-rc1, taken back in 5.9 by a308c71bf1e6): to read through a COW mapping is to break COW first. */
const breaksCowToRead = (): boolean => gupByVersion() && is('5.8');

/** check_vma_flags, before the PTE is looked at. */
function unlessAllowed(mm: Mm, va: Va, write: Value<'bool'>): void {
  const vma = vma_lookup(mm, va);
  If(or(not(vma_t.get(vma, 'linked')), and(write, not(vma_t.get(vma, 'W')))), () => Return(NO_PIN()));
}

/** Follows the PTE, faulting it in until that succeeds; for writing, the fault breaks whatever protects the page. */
export const get_user_pages = proc('__get_user_pages', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, sleeps: true, models: source('__get_user_pages', 'mm/gup.c'),
  locks: ({ mm }) => ({ entry: [heldShared(mmap_sem_at.at(mm))], exit: [heldShared(mmap_sem_at.at(mm))] }),
}, ({ mm, va, write: asked }) => {
  if (follPin()) set_has_pinned(mm);
  const write = breaksCowToRead() ? or(asked, not(vma_t.get(find_vma(mm, va), 'S'))) : asked;
  Forever(() => {
    if (vmaLocks()) unlessAllowed(mm, va, asked);
    const pin = hasPmds() ? follow_pmd_mask({ mm, va, write }, 'pin') : follow_page_pte({ mm, va, write }, 'pin');
    If(pin_t.get(pin, 'ok'), () => Return(pin));
    const vma = find_vma(mm, va);
    if (looksForVma()) If(or(not(vma_t.get(vma, 'linked')), and(asked, not(vma_t.get(vma, 'W')))), () => Return(NO_PIN()));
    const ret = (hasPmds() ? handle_mm_fault : handle_pte_fault)({ mm, va, vma, write }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(NO_PIN()));
  });
});

/**
 * The same with FOLL_FORCE, at the PTE or at a huge PMD. For writing, do_wp_page breaks COW and leaves the PTE read-only, so the next look at it must be told.
 * Until 4.8 it is made as a look for reading (B63); from 4.9 to 5.19 FOLL_COW says that COW was broken (B48, B68); since 6.0 the page tells.
 */
export const get_user_pages_force = proc('__get_user_pages', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, sleeps: true, models: source('__get_user_pages', 'mm/gup.c'),
  locks: ({ mm }) => ({ entry: [heldShared(mmap_sem_at.at(mm))], exit: [heldShared(mmap_sem_at.at(mm))] }),
}, ({ mm, va, write }) => {
  const vma = find_vma(mm, va);
  If(not(vma_t.get(vma, 'linked')), () => Return(NO_PIN()));
  const flags = Var('flags', foll_t, foll_t.of({ write }));
  Forever(() => {
    const pin = (hasPmds() ? follow_trans_huge_pmd : follow_page_force)({ mm, va, vma, flags: flags.get() }, 'pin');
    If(pin_t.get(pin, 'ok'), () => Return(pin));
    const ret = (hasPmds() ? handle_mm_fault : handle_pte_fault)({ mm, va, vma, write: foll_t.get(flags.get(), 'write') }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(NO_PIN()));
    if (since('6.0')) return;
    If(and(eq(ret, vm_fault_t.is.WRITE), not(vma_t.get(vma, 'W'))), () => {
      flags.set(since('4.9') ? foll_t.of({ write: TRUE, cow: TRUE }) : foll_t.of({}));
    });
  });
});

/** Which small page it is, if the pin is of a whole one: they have one here. */
const pinOfHuge = (pin: Value<'huge_pin_t'>): Value<'pin_t'> => pin_t.of({ ok: huge_pin_t.get(pin, 'ok'), pfn: huge_pin_t.get(pin, 'pfn') });

/** Interrupts off: page tables are not freed meanwhile. Over two levels it is for writing. */
function walk(mm: Mm, va: Va, write: Value<'bool'>): Value<'pin_t'> {
  local_irq_disable();
  const fast = hasPmds() ? pinOfHuge(gup_pmd_range({ mm, va }, 'fast')) : gup_pte_range({ mm, va, write }, 'fast');
  local_irq_enable();
  return fast;
}

/** Since 5.11 (57efa1fe5957) a pin that met a fork's write protection is given back. */
const lockless_pages_from_mm = proc('lockless_pages_from_mm', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, models: source('lockless_pages_from_mm', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  if (!since('5.11')) {
    Return(walk(mm, va, write));
    return;
  }
  const seq = raw_read_seqcount(mm);
  If(isOdd(seq), () => Return(NO_PIN()));
  const fast = walk(mm, va, write);
  const now = read_seqcount_again(mm);
  If(and(pin_t.get(fast, 'ok'), not(eq(seq, now))), () => {
    unpin_user_page(pin_t.get(fast, 'pfn'));
    Return(NO_PIN());
  });
  Return(fast);
});

export const get_user_pages_fast = proc('get_user_pages_fast', {
  params: { mm: mm_t, va: va_t, write: bool }, returns: pin_t, sleeps: true, models: source('get_user_pages_fast', 'mm/gup.c'),
}, ({ mm, va, write }) => {
  const fastWrite = breaksCowToRead() && !variant('GUP-fast does not break COW for reading') ? TRUE : write;
  if (follPin()) set_has_pinned(mm);
  const fast = follPin() ? lockless_pages_from_mm({ mm, va, write: fastWrite }, 'fast') : walk(mm, va, fastWrite);
  If(pin_t.get(fast, 'ok'), () => Return(fast));
  down_read(mm);
  const slow = get_user_pages({ mm, va, write }, 'slow');
  up_read(mm);
  Return(slow);
});
