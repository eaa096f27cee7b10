/** What each agent is to a shared file mapping whose page is a huge one, mapped by PTEs: what it is to any page, but for who splits it. */
import { and, drop, not, peek, type Value } from '../language/index.ts';
import { PG_head } from '../kernel/large_folio.ts';
import { split_huge_pages_in_file } from '../kernel/split_file_folio.ts';
import { pfn_t } from '../machine/types.ts';
import type { Part, Place } from './agent.ts';
import { fileParts } from './agents-file.ts';
import { done } from './stage.ts';

/** Without mutants: theirs are those of small pages. */
const asSmall = (part: Part): Part => ({ ...part, mutants: [] });

const { 'write-fault': write, 'read-fault': read, writeback, dontneed, munmap, mprotect, mremap, fork, truncate, reclaim } = fileParts;

export const largeParts: Readonly<Record<string, Part>> = {
  'write-fault': asSmall(write), 'read-fault': asSmall(read), writeback: asSmall(writeback), dontneed: asSmall(dontneed), munmap: asSmall(munmap), mprotect: asSmall(mprotect),
  mremap: asSmall(mremap), fork: asSmall(fork), truncate: asSmall(truncate), reclaim: asSmall(reclaim), 'gup-fast': asSmall(fileParts['gup-fast']),
  'thp-split': {
    run: () => { split_huge_pages_in_file({}); }, sake: true, starts: ['rw', 'ro', 'none'], effect: ({ n }: Place): Value<'bool'> => and(done(n), not(peek(PG_head.at(pfn_t.lit(0))))),
    mutants: [
      { name: 'no-flush', what: 'try_to_unmap does not flush', against: 'writeback', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I1-strong' },
      { name: 'no-comparison', what: 'references are not compared once the page is unmapped', against: 'truncate', start: 'rw', kernel: { variants: ['a split believes its first look at the references'] }, property: 'I7-split' },
    ],
  },
};
