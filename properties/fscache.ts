import { and, eq, not, peek, property } from '../model/language/index.ts';
import { announced, cache_copy, PG_fs_misc } from '../model/kernel/fscache.ts';
import { pfn_t } from '../model/machine/types.ts';

const halves = () => [peek(cache_copy.first.at()), peek(cache_copy.second.at())] as const;
const copied = () => not(peek(PG_fs_misc.at(pfn_t.lit(0))));

/** A4.1 (David Howells, 2006-05-30): "data of uncertain state into the cache, which means we can't trust what's in the cache any longer". */
export const CacheCopy = property('A4.1-cache', 'a finished copy in FS-Cache is whole, and is the version that was announced when the copy began', () => ({
  torn: { when: copied(), holds: eq(...halves()) },
  'stored to before it was copied': { when: copied(), holds: and(...halves().map((half) => eq(half, peek(announced.at())))) },
}));
