/** Page-table entry primitives (asm-generic/pgtable.h, asm-i386/pgtable.h). One access a step. */
import { exchange, If, load, primitive, proc, Return, rmw, store, type Value } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { flush_tlb_page, pte } from '../machine/tlb.ts';
import { mm_t, pte_mkclean, pte_present, pte_t, pte_wrprotect, PTE_NONE, va_t, type Pte } from '../machine/types.ts';
import { noteCleared, noteWritten } from './mm_contents.ts';
import type { Mm, Va } from './mm_types.ts';
import { set_pte_soft_dirty } from './soft_dirty.ts';
import { pte_protnone } from './migration_entry.ts';
import { mm_tlb_flush_pending } from './tlb_flush_pending.ts';
import { protnone, since, softDirty, source, variant } from './version.ts';

export const ptep_get = primitive('*pte', (mm: Mm, va: Va) => load('pte', pte.at(mm, va)));
/** One locked exchange: hardware cannot set D in between. */
export const ptep_get_and_clear = primitive('ptep_get_and_clear', (mm: Mm, va: Va) => exchange('pte', pte.at(mm, va), PTE_NONE()));
/** One locked clear of the D bit. */
export const ptep_clear_dirty = primitive('ptep_clear_flush_dirty', (mm: Mm, va: Va) => {
  rmw('pte', pte.at(mm, va), pte_mkclean, { ignore: true });
});
/** One locked clear of the W bit. */
export const ptep_set_wrprotect = primitive('ptep_set_wrprotect', (mm: Mm, va: Va) => {
  rmw('pte', pte.at(mm, va), pte_wrprotect, { ignore: true });
});
const write_pte = primitive('set_pte', (mm: Mm, va: Va, entry: Pte) => {
  store(pte.at(mm, va), entry);
  noteWritten(mm, va);
});
const clear_pte = primitive('pte_clear', (mm: Mm, va: Va) => store(pte.at(mm, va), PTE_NONE()));

/** set_pte_at; on architectures that clear the entry first, two steps with a transient none between. */
export function set_pte_at(mm: Mm, va: Va, entry: Value<'pte_t'>): void {
  if (machine().transientNone) clear_pte(mm, va);
  write_pte(mm, va, entry);
}

/**
 * The two halves of a change of protection (x86: ptep_get_and_clear, set_pte_at). Between them the entry is none, so hardware can
 * neither use it nor set D in it.
 */
export const ptep_modify_prot_start = primitive('ptep_modify_prot_start', (mm: Mm, va: Va) =>
  (variant('dirty helpers read and write PTEs in two steps') ? load('old', pte.at(mm, va)) : exchange('old', pte.at(mm, va), PTE_NONE())));
export const ptep_modify_prot_commit = primitive('ptep_modify_prot_commit', (mm: Mm, va: Va, entry: Pte) => store(pte.at(mm, va), entry));

/** Grants rights as x86 does it today: no flush. A CPU whose TLB is behind takes a spurious fault. */
export const grant_access_flags = primitive('ptep_set_access_flags', (mm: Mm, va: Va, entry: Pte) => store(pte.at(mm, va), entry));

/** Clear, then flush: no CPU can set D in the old entry or store through it afterwards. */
export const ptep_clear_flush = proc('ptep_clear_flush', {
  params: { mm: mm_t, va: va_t }, returns: pte_t, models: source('ptep_clear_flush', 'include/asm-generic/pgtable.h'),
}, ({ mm, va }) => {
  const old = ptep_get_and_clear(mm, va);
  noteCleared(mm, va, old);
  if (protnone()) ifAccessible(mm, old, () => { flush_tlb_page({ mm, va }); });
  else flush_tlb_page({ mm, va });
  Return(old);
});

/** pte_accessible of x86: whether a TLB may have the entry. Since 20841405940e (3.13) one that is PROT_NONE, too, while somebody has not flushed. */
function ifAccessible(mm: Mm, old: Pte, flush: () => void): void {
  If(pte_present(old), flush, () => {
    if (!since('3.15') || variant('pte_accessible asks for the present bit alone')) return;
    If(pte_protnone(old), () => {
      const pending = mm_tlb_flush_pending(mm);
      If(pending, flush);
    });
  });
}

/** Write, then flush: the caller read the old value earlier, so a D set since is overwritten. */
export const ptep_establish = proc('ptep_establish', {
  params: { mm: mm_t, va: va_t, entry: pte_t }, models: source('ptep_establish', 'include/asm-generic/pgtable.h'),
}, ({ mm, va, entry }) => {
  set_pte_at(mm, va, entry);
  flush_tlb_page({ mm, va });
});

/** Grants rights: write, then flush on all CPUs of the mm. */
export const ptep_set_access_flags = proc('ptep_set_access_flags', {
  params: { mm: mm_t, va: va_t, entry: pte_t }, models: source('ptep_set_access_flags', 'include/asm-generic/pgtable.h'),
}, ({ mm, va, entry }) => {
  // Every caller has called pte_mkdirty, which sets the soft-dirty bit too.
  if (softDirty()) set_pte_soft_dirty(mm, va, entry);
  else set_pte_at(mm, va, entry);
  flush_tlb_page({ mm, va });
});
