/** Nonlinear VMAs: taken out of the i_mmap tree and put on the i_mmap_nonlinear list, which page_mkclean of no kernel walks. */
import { bool, FALSE, If, load, not, primitive, shared, store, TRUE } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';
import { nonlinear } from './version.ts';

/** VM_NONLINEAR: on i_mmap_nonlinear, else in i_mmap. Changed under i_mmap_lock. */
export const VM_NONLINEAR = shared('VM_NONLINEAR', bool, [mm_t, va_t], { display: 'VM_NONLINEAR[%0][%1]' });

export const vm_nonlinear = primitive('VM_NONLINEAR', (mm: Mm, va: Va) => load('nonlinear', VM_NONLINEAR.at(mm, va)));
export const vma_nonlinear_insert = primitive('vma_nonlinear_insert', (mm: Mm, va: Va) => store(VM_NONLINEAR.at(mm, va), TRUE));
export const vma_link_linear = primitive('vma_link', (mm: Mm, va: Va) => store(VM_NONLINEAR.at(mm, va), FALSE));

/** A walk of the i_mmap tree does not meet nonlinear VMAs. Worlds that have none do not ask. */
export function unlessNonlinear(mm: Mm, va: Va, visit: () => void): void {
  if (!nonlinear()) {
    visit();
    return;
  }
  const flag = vm_nonlinear(mm, va);
  If(not(flag), visit);
}
