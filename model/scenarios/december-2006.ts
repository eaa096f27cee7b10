/** The file corruption of December 2006 and the race that its first repair left (B01, B02, B03). */
import { and, drop, ne, not, peek, quiescent } from '../language/index.ts';
import { disk, last_store, PG_dirty } from '../kernel/page.ts';
import { pfn_t } from '../machine/types.ts';
import { I1Strong, I1Weak, I3, I4, I5, I8 } from '../../properties/index.ts';
import { journals, kthread, pdflush, program, stores, writesBack } from './actors.ts';
import { fileScenario, type FileScenario } from './world.ts';

const withBuffers = { fs: { buffers: true } } as const;
const lost = { verdict: 'violated', property: 'I1-weak', conjunct: 'quiet' } as const;

/** A page that is stored to while it is written back: the interesting ends. */
const written = (): Record<string, ReturnType<typeof and>> => ({
  'quiet, all on disk': and(quiescent(), not(ne(peek(last_store.at()), peek(disk.at())))),
  'quiet, dirty again': and(quiescent(), peek(PG_dirty.at(pfn_t.lit(0)))),
});

const b01: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  entry: 'B01',
  about: 'Commit 7658cc289288 (Linus Torvalds, 2006-12-29, 2.6.20-rc3), "VM: Fix nasty and subtle race in shared mmap\'ed page writeback". Write-back clears PG_dirty; the journal writes the buffers by itself; a program stores through its still writable PTE; page_mkclean throws the dirty bit away; writepage finds no dirty buffer.',
  start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), kthread('kjournald', journals), pdflush],
  properties: [I1Weak],
};

const b02: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  entry: 'B02',
  about: 'The same loss without a journal: the fault announces dirtiness before it stores, one pass of write-back consumes the announcement, the next one finds clean buffers. An answer to Andrew Morton\'s question of 2006-12-29 why ext2 and data=writeback corrupted too.',
  start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] },
  cpus: [program(0, stores), kthread('pdflush', writesBack), kthread('fsync', writesBack)],
  properties: [I1Weak],
};

const b03: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  entry: 'B03',
  about: 'Commit 79352894b285 (Nick Piggin, 2007-07, 2.6.23-rc1), "mm: fix clear_page_dirty_for_io vs fault race": page_mkclean runs first; a fault makes the PTE writable and finds PG_dirty set; then write-back clears PG_dirty. The PTE stays writable and the page is clean: msync and fsync miss the store.',
  start: { dirty: true, maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), pdflush],
  properties: [I3, I1Strong],
};

/** The order of 2.6.19 in a later kernel. */
const FLAG_FIRST = { name: 'flag-first', what: 'PG_dirty is cleared before the PTEs are cleaned, and what they held is ignored: 2.6.19', kernel: { variants: ['PG_dirty is cleared before the PTEs are cleaned'] }, properties: [I1Weak], expect: lost } as const;

const SPLIT = 'Every lock, load, buffer operation and interrupt is a step here; the catalogue merges a procedure\'s lock section into one or two.';

export const december2006 = [
  fileScenario({
    ...b01, id: 'dirty/b01-december-2006', title: 'December 2006: the journal cleans the buffers under a writable PTE', kernel: { version: '2.6.19', ...withBuffers },
    expect: { ...lost, steps: 35 }, catalogueSteps: 11, lengthNote: SPLIT,
  }),
  fileScenario({
    ...b01, id: 'dirty/b01-repaired', title: 'page_mkclean\'s findings re-dirty the page before PG_dirty is cleared', kernel: { version: '2.6.20', ...withBuffers },
    expect: { verdict: 'holds' }, reaches: written,
    mutants: [
      FLAG_FIRST,
      { name: 'findings-ignored', what: 'clear_page_dirty_for_io does not call set_page_dirty with what page_mkclean found', mutations: [drop('clear_page_dirty_for_io', 'set_page_dirty')], expect: lost },
      { name: 'no-flush', what: 'page_mkclean_one does not flush the TLBs', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], expect: lost },
    ],
  }),
  fileScenario({
    ...b01, id: 'dirty/b01-today', title: 'The December 2006 world under the protocol of 6.2 (whose tree has no such journal any more)', kernel: { version: '6.2', ...withBuffers },
    properties: [I1Strong, I3, I4, I5, I8], expect: { verdict: 'holds' }, reaches: written,
    mutants: [
      { name: 'findings-ignored', what: 'clear_page_dirty_for_io does not call set_page_dirty with what page_mkclean found', mutations: [drop('clear_page_dirty_for_io', 'set_page_dirty')], expect: { verdict: 'violated', property: 'I1-strong' } },
    ],
  }),
  fileScenario({
    ...b02, id: 'dirty/b02-two-writers', title: 'No journal: two passes of write-back and one fault', kernel: { version: '2.6.19', ...withBuffers },
    expect: { ...lost, steps: 75 }, catalogueSteps: 26, lengthNote: SPLIT,
  }),
  fileScenario({
    ...b02, id: 'dirty/b02-repaired', title: 'Two passes of write-back and one fault, protocol of 2.6.23', kernel: { version: '2.6.23', ...withBuffers },
    properties: [I1Strong, I3], expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'no-wait', what: 'the fault does not wait for the page lock before it dirties the page', mutations: [drop('set_page_dirty_after_fault', 'wait_on_page_locked')], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    ...b02, id: 'dirty/b02-first-repair', title: 'Two passes of write-back and one fault, protocol of 2.6.20', kernel: { version: '2.6.20', ...withBuffers }, expect: { verdict: 'holds' }, reaches: written,
    mutants: [FLAG_FIRST],
  }),
  fileScenario({
    ...b02, id: 'dirty/b02-wait-alone', title: 'B03\'s repair alone, without that of December 2006', kernel: { version: '2.6.23', ...withBuffers, ...FLAG_FIRST.kernel }, expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'no-wait', what: 'the fault does not wait for the page lock', mutations: [drop('set_page_dirty_after_fault', 'wait_on_page_locked')], expect: lost }],
  }),
  fileScenario({
    ...b03, id: 'dirty/b03-clear-vs-fault', title: 'The repair of December 2006 loses to a fault', kernel: { version: '2.6.20' },
    expect: { verdict: 'violated', property: 'I3', conjunct: 'writable and clean', steps: 26 }, catalogueSteps: 18, lengthNote: SPLIT,
  }),
  fileScenario({
    ...b03, id: 'dirty/b03-repaired', title: 'The fault waits for the page lock before it dirties the page', kernel: { version: '2.6.23' },
    expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'no-wait', what: 'the fault does not wait for the page lock', mutations: [drop('set_page_dirty_after_fault', 'wait_on_page_locked')], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    ...b03, id: 'dirty/b03-before', title: 'The order of 2.6.19 does not have B03: the two bugs trade places', kernel: { version: '2.6.19' },
    expect: { verdict: 'holds' }, reaches: written,
    mutants: [{ name: 'mkclean-skipped', what: 'clear_page_dirty_for_io clears PG_dirty and leaves the PTEs alone', mutations: [drop('clear_page_dirty_for_io', 'page_mkclean')], expect: { verdict: 'violated', property: 'I3' } }],
  }),
];
