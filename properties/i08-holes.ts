import { and, eq, peek, property, quiescent } from '../model/language/index.ts';
import { extent_at, extent_t } from '../model/kernel/extents.ts';
import { data } from '../model/machine/mmu.ts';
import { version_t } from '../model/machine/types.ts';
import { cached, cachedPage } from './places.ts';

/** Version 0 is a page of zeroes. */
export const I8Hole = property('I8-hole', 'cache coherence: once all is quiet, the page of a hole that is in the cache holds zeroes', () => ({
  'old contents in a hole': { when: and(quiescent(), cached(), eq(peek(extent_at.at()), extent_t.is.HOLE)), holds: eq(peek(data.at(cachedPage())), version_t.lit(0)) },
}));
