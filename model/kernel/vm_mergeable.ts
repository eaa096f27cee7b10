/** VM_MERGEABLE of vma->vm_flags (include/linux/mm.h), in worlds that take it away. The kernel writes all flags as one word; here nobody changes others with it. */
import { bool, FALSE, ghost, load, primitive, shared, store, type Value } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';

type Mm = Value<'mm_t'>;
type Va = Value<'va_t'>;

export const VM_MERGEABLE = shared('VM_MERGEABLE', bool, [mm_t, va_t], { display: 'vma[%0][%1].VM_MERGEABLE' });
export const vm_mergeable = primitive('vm_flags & VM_MERGEABLE', (mm: Mm, va: Va) => load('mergeable', VM_MERGEABLE.at(mm, va)));
export const clear_vm_mergeable = primitive('vm_flags &= ~VM_MERGEABLE', (mm: Mm, va: Va) => store(VM_MERGEABLE.at(mm, va), FALSE));

/** MADV_UNMERGEABLE has returned. */
export const unmerged = ghost('unmerged', bool, [mm_t, va_t], { display: 'unmerged[%0][%1]' });
