import { eq, peek, property } from '../model/language/index.ts';
import { data } from '../model/machine/mmu.ts';
import { pfn_t, version_t } from '../model/machine/types.ts';

export const I6Zero = property('I6-zero', 'isolation: the huge page of zeroes, which is frame 0, stays one', () => ({
  'page of zeroes written': eq(peek(data.at(pfn_t.lit(0))), version_t.lit(0)),
}));
