/** What each agent is to a private mapping of a file: to the copy that was written to, which is anonymous, or to the file's page. */
import { and, drop, eq, ne, never, not, peek, type Value } from '../language/index.ts';
import { cmp_and_merge_page } from '../kernel/ksm.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { disk, last_store, page_cache, PG_anon, slot_t } from '../kernel/page.ts';
import { pte, tlb } from '../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, tlb_t, va_t, version_t } from '../machine/types.ts';
import { data } from '../machine/mmu.ts';
import { dontneed, loads, mprotectsReadOnly, munmaps, stores, truncates, writesBack } from '../scenarios/actors.ts';
import type { Part, Place } from './agent.ts';
import { done } from './stage.ts';

const va = (): Value<'va_t'> => va_t.lit(0);
const entry = (mm = 0): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va()));
const vma = (): Value<'vma_t'> => peek(vma_at.at(mm_t.lit(0), va()));
const cached = (): Value<'bool'> => slot_t.get(peek(page_cache.at()), 'present');
const KSM_PAGE = () => pfn_t.lit(2);

export const privateParts = {
  'write-fault': {
    run: () => { stores(0); }, user: true, frames: 1, starts: ['ro', 'none'],
    effect: ({ n }: Place) => and(done(n), pte_write(entry()), peek(PG_anon.at(pte_pfn(entry()))), ne(peek(data.at(pte_pfn(entry()))), version_t.lit(0))),
  },
  'read-fault': {
    run: () => { loads(0); }, user: true, starts: ['none'],
    effect: ({ n }: Place) => and(done(n), tlb_t.get(peek(tlb.at(cpu_t.lit(n), va())), 'V')),
  },
  writeback: {
    run: () => { writesBack(); }, spare: 'shared', starts: ['rw', 'ro', 'none'], effect: ({ n }: Place) => and(done(n), eq(peek(disk.at()), peek(last_store.at()))),
    mutants: [{ name: 'no-mkclean', what: 'page_mkclean passes shared mappings by', against: 'ksm', start: 'rw', mutations: [never('page_mkclean_file', 'page_mkclean_one')], property: 'I3' }],
  },
  dontneed: { run: () => { dontneed(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(pte_present(entry()))) },
  munmap: { run: () => { munmaps(0); }, starts: ['rw', 'ro'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'linked'))) },
  mprotect: { run: () => { mprotectsReadOnly(0); }, starts: ['rw'], effect: ({ n }: Place) => and(done(n), not(vma_t.get(vma(), 'W')), not(pte_write(entry()))) },
  truncate: {
    run: () => { truncates(); }, sake: true, starts: ['rw', 'ro', 'none'], effect: ({ n }: Place) => and(done(n), not(cached()), not(pte_present(entry()))),
    mutants: [
      { name: 'unmaps-once', what: 'copies that were made between the first unmapping and the end of the pages stay', against: 'write-fault', start: 'none', kernel: { variants: ['truncation unmaps once'] }, property: 'I8-end' },
      { name: 'no-flush', what: 'zap_pte_range does not flush', against: 'ksm', start: 'rw', mutations: [drop('zap_pte_range', 'flush_tlb_page')], property: 'I5-mapped' },
    ],
  },
  ksm: {
    run: ({ spare }: Place) => { cmp_and_merge_page({ tree: mm_t.lit(spare), mm: mm_t.lit(0), va: va() }); }, spare: 'equal page', sake: true, frames: 2, starts: ['rw'],
    effect: ({ spare }: Place) => and(pte_present(entry()), pte_present(entry(spare)), eq(pte_pfn(entry()), KSM_PAGE()), eq(pte_pfn(entry(spare)), KSM_PAGE())),
    mutants: [
      { name: 'no-flush', what: 'neither write_protect_page nor replace_page flushes', against: 'truncate', start: 'rw', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], property: 'I5-mapped' },
      { name: 'takes-file-pages', what: 'the page of the file is merged, which others store to', against: 'writeback', start: 'ro', kernel: { variants: ['KSM takes pages that are not anonymous'] }, property: 'I6' },
    ],
  },
} as const satisfies Readonly<Record<string, Part>>;
