import { and, forall, not, peek, property } from '../model/language/index.ts';
import { reached_dropped } from '../model/kernel/madvise.ts';
import { dropped } from '../model/kernel/madvise_huge.ts';
import { pmd, pmd_trans_huge, range_t } from '../model/machine/pmd.ts';
import { mm_t } from '../model/machine/types.ts';

/** I11 for huge entries, in worlds where no fault maps anything anew: whatever is mapped after the call has the old contents. */
export const I11Huge = property('I11-huge', 'post-condition: once MADV_DONTNEED has returned no huge entry maps what was there', () => ({
  'mapped after MADV_DONTNEED': forall(mm_t, 'mm', (mm) => forall(range_t, 'range', (range) => not(and(peek(dropped.at(mm, range)), pmd_trans_huge(peek(pmd.at(mm, range))))))),
}));

export const I11 = property('I11', 'post-condition: once MADV_DONTNEED has returned no access reaches what was there', () => ({
  'reached after MADV_DONTNEED': not(peek(reached_dropped.at())),
}));
