import { add, and, eq, forall, not, or, peek, property, quiescent, select, type Place, type Shared, type Value } from '../model/language/index.ts';
import { BH_Lock_at, private_lock_at } from '../model/kernel/buffer.ts';
import { i_mmap_lock_at, mmap_sem_at, ptl_at, vma_at, vma_t } from '../model/kernel/mm_types.ts';
import { mapcount_at, mapping_at, page_count_at, PG_locked, tree_lock_at } from '../model/kernel/page.ts';
import { PG_swapcache } from '../model/kernel/swap_state.ts';
import { swap, vmaLocks } from '../model/kernel/version.ts';
import { vma_lock_at, vma_write_locked } from '../model/kernel/vma_lock.ts';
import { swp_entry_t, swp_pte } from '../model/kernel/swapops.ts';
import { rwsem_t } from '../model/machine/locks.ts';
import { irqs_off, pte } from '../model/machine/tlb.ts';
import { count_t, cpu_t, mm_t, owner_t, pfn_t, pte_present, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

type Bool = Value<'bool'>;

const free = (lock: Place<'owner_t'>): Bool => not(owner_t.get(peek(lock), 'held'));
const freeOnPages = (lock: Shared<'owner_t', readonly ['pfn_t']>): Bool => forall(pfn_t, 'page', (page) => free(lock.at(page)));
const cachedOnce = (page: Value<'pfn_t'>): Value<'count_t'> => select(swap() === undefined ? peek(mapping_at.at(page)) : peek(PG_swapcache.at(page)), count_t.lit(1), count_t.lit(0));

/** Whether the PTE is present, or a swap entry. */
const said = (mm: Value<'mm_t'>, va: Value<'va_t'>): Bool => (swap() === undefined ? pte_present(peek(pte.at(mm, va))) : or(pte_present(peek(pte.at(mm, va))), swp_entry_t.get(peek(swp_pte.at(mm, va)), 'V')));

/** Not in the catalogue: what a kernel path owes whoever comes next. Every world keeps it; only mutants are asked. */
export const Tidy = property('tidy', 'once all is quiet no lock is held, interrupts are on, and every page reference is the page cache\'s or a PTE\'s; and no PTE is outside a VMA', () => ({
  'locks released': {
    when: quiescent(),
    holds: and(
      freeOnPages(PG_locked), freeOnPages(BH_Lock_at), free(private_lock_at.at()), free(tree_lock_at.at()), free(i_mmap_lock_at.at()),
      forall(mm_t, 'mm', (mm) => and(free(ptl_at.at(mm)), eq(peek(mmap_sem_at.at(mm)), rwsem_t.of({})))),
      ...(vmaLocks() ? [forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => and(eq(peek(vma_lock_at.at(mm, va)), rwsem_t.of({})), not(peek(vma_write_locked.at(mm, va))))))] : []),
    ),
  },
  'interrupts on': { when: quiescent(), holds: forall(cpu_t, 'cpu', (cpu) => not(peek(irqs_off.at(cpu)))) },
  'references accounted for': {
    when: quiescent(),
    holds: forall(pfn_t, 'page', (page) => eq(peek(page_count_at.at(page)), add(peek(mapcount_at.at(page)), cachedOnce(page)))),
  },
  'mapped outside a VMA': {
    when: noPtlHeld(),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => or(vma_t.get(peek(vma_at.at(mm, va)), 'linked'), not(said(mm, va))))),
  },
}));
