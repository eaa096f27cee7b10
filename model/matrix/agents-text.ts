/** What each agent is to a file that nobody has open for writing, mapped read-only: program text, of which khugepaged makes huge pages. */
import { and, drop, eq, never, not, peek, TRUE, type Value } from '../language/index.ts';
import { collapse_file } from '../kernel/collapse_file.ts';
import { PG_head } from '../kernel/large_folio.ts';
import { open_and_truncate } from '../kernel/open.ts';
import { disk, fs_prep, last_store, notified, page_cache, PG_dirty, slot_t } from '../kernel/page.ts';
import { pfn_t, version_t } from '../machine/types.ts';
import { writesBack } from '../scenarios/actors.ts';
import type { Part, Place } from './agent.ts';
import { fileParts } from './agents-file.ts';
import { done } from './stage.ts';

const FIRST = () => pfn_t.lit(0);
const slot = () => peek(page_cache.at());
const hasHuge = (): Value<'bool'> => and(slot_t.get(slot(), 'present'), peek(PG_head.at(slot_t.get(slot(), 'pfn'))));

/** Of who neither stores nor needs the page to be dirty. From a page that is mapped read-only, or not. */
const reads = (part: Part): Part => ({ ...part, starts: part.starts.filter((start) => start !== 'rw'), mutants: [] });

const { 'read-fault': read, dontneed, munmap, fork, reclaim } = fileParts;

export const textParts: Readonly<Record<string, Part>> = {
  'read-fault': reads(read), dontneed: reads(dontneed), munmap: reads(munmap), fork: reads(fork), reclaim: reads(reclaim),
  // Who wrote the file has closed it, and it is dirty still.
  writeback: {
    run: () => { writesBack(); }, starts: ['ro', 'none'], effect: ({ n }: Place) => and(done(n), eq(peek(disk.at()), peek(last_store.at())), not(peek(PG_dirty.at(FIRST())))),
    brings: {
      also: (set) => {
        set(disk.at(), version_t.lit(0));
        for (const flag of [PG_dirty, fs_prep, notified]) set(flag.at(FIRST()), TRUE);
      },
    },
  },
  truncate: {
    run: () => { open_and_truncate({}); }, starts: ['ro', 'none'], effect: ({ n }: Place) => and(done(n), not(slot_t.get(slot(), 'present'))),
    mutants: [
      { name: 'no-look', what: 'who opens the file for writing does not look for huge pages', against: 'collapse', start: 'ro', mutations: [never('do_dentry_open', 'unmap_mapping_range')], property: 'I8-huge' },
      { name: 'no-restart', what: 'truncation does not look again after a page that was not the file\'s any more', against: 'collapse', start: 'ro', kernel: { variants: ['truncation does not start again'] }, property: 'I8-huge' },
    ],
  },
  collapse: {
    run: () => { collapse_file({}); }, sake: true, frames: 1, starts: ['ro', 'none'], effect: ({ n }: Place) => and(done(n), hasHuge()),
    mutants: [
      { name: 'no-look', what: 'khugepaged does not look for writers once it has counted the huge page', against: 'truncate', start: 'ro', mutations: [never('collapse_file', 'filemap_nr_thps_dec')], property: 'I8-huge' },
      { name: 'no-copy', what: 'the huge page does not get what the small one holds', against: 'writeback', start: 'ro', mutations: [drop('collapse_file', 'copy_user_page')], property: 'I1-frame' },
      { name: 'no-flush', what: 'try_to_unmap does not flush', against: 'read-fault', start: 'none', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-mapped' },
    ],
  },
};
