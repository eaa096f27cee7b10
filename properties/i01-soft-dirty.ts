import { and, eq, exists, forall, not, or, peek, property, quiescent } from '../model/language/index.ts';
import { soft_dirty } from '../model/kernel/soft_dirty.ts';
import { asked, asked_data } from '../model/kernel/task_mmu.ts';
import { data } from '../model/machine/mmu.ts';
import { mm_t, pfn_t, va_t } from '../model/machine/types.ts';

/** I1 for those who follow soft-dirty bits, such as CRIU; for worlds of one frame. */
export const I1SoftDirty = property('I1-soft-dirty', 'a page that has changed since clear_refs returned is soft-dirty', () => ({
  quiet: {
    when: and(quiescent(), exists(mm_t, 'mm', (mm) => exists(va_t, 'va', (va) => peek(asked.at(mm, va))))),
    holds: forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => or(not(peek(asked.at(mm, va))), eq(peek(data.at(pfn_t.lit(0))), peek(asked_data.at(mm, va))), peek(soft_dirty.at(mm, va))))),
  },
}));
