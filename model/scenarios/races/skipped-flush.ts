/** B19: who cleans a PTE and who protects it have not flushed, and page_mkclean takes the PTE's word. */
import { and, drop, eq, not, peek, quiescent, type Value } from '../../language/index.ts';
import { clean_record_shared_mapping_range, pgoff_t } from '../../kernel/mapping_dirty_helpers.ts';
import { PG_dirty } from '../../kernel/page.ts';
import { clear_refs_write } from '../../kernel/task_mmu.ts';
import { pending_t, tlb_flush_pending_at } from '../../kernel/tlb_flush_pending.ts';
import { cpu_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { I1Strong, I3, I4 } from '../../../properties/index.ts';
import { kthread, onceStores, pdflush, program, stores, writesBack } from '../actors.ts';
import type { Cpu } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const pending = (n: number): Value<'bool'> => eq(peek(tlb_flush_pending_at.at(mm_t.lit(0))), pending_t.lit(n));
const STEPS = 'Locks, loads, references and interrupts are steps here, and so is the walk over i_mmap.';
const lost = { verdict: 'violated', property: 'I1-strong' } as const;

const clears = kthread('clear_refs', () => { clear_refs_write({ mm: mm_t.lit(0), va: va_t.lit(0) }); });
const cleans = kthread('cleaner', () => { clean_record_shared_mapping_range({ start: pgoff_t.lit(0), end: pgoff_t.lit(1), bitmap: cpu_t.lit(0) }); });
/** fsync, and a store after it. */
const writer = program(0, writesBack, stores);
const all: readonly Cpu[] = [writer, cleans, clears];
const b19: Common = {
  entry: 'B19',
  about: 'Yu Zhao\'s analysis in the thread on clear_refs of 2020-11; there is no commit. One agent takes D away and flushes after the PTE lock, another takes W away and does the same. page_mkclean_one of write-back finds a PTE with neither and passes by without a flush; the page is written out as clean, and a CPU then stores through its TLB entry, which has both.',
  start: { dirty: true, maps: [{ pte: 'rw' }] }, machine: { speculativeFill: false, eviction: false }, cpus: all,
  properties: [I1Strong],
};
const LATE = { version: '5.5', softDirty: true, flushesLate: true, rmapReaders: true } as const;
const ASKS = { variants: ['page_mkclean asks whether a flush is to come'] } as const;
const isDirty = (): Value<'bool'> => peek(PG_dirty.at(pfn_t.lit(0)));
const told = () => ({ 'written out': not(isDirty()), 'stored after that, and dirty': and(quiescent(), isDirty()) });

/** With one of the two, the PTE is writable, or dirty, and page_mkclean flushes. */
const alone = (id: string, title: string, cpus: readonly Cpu[]) => fileScenario({
  ...b19, id, title, cpus, kernel: LATE, properties: [I1Strong, I3], expect: { verdict: 'holds' }, reaches: told,
  mutants: [
    { name: 'both', what: 'both', cpus: all, expect: lost },
    { name: 'no-flush', what: 'page_mkclean_one does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I1Strong], expect: lost },
  ],
});

export const skippedFlushRaces = [
  fileScenario({ ...b19, id: 'race/b19-mkclean-skips-flush', title: 'One has cleaned the PTE and one has protected it, neither has flushed: page_mkclean has nothing to do', kernel: LATE, expect: { ...lost, steps: 51 }, catalogueSteps: 20, lengthNote: STEPS }),
  fileScenario({ ...b19, id: 'race/b19-four-cpus', title: 'The same with write-back by a fourth CPU', cpus: [program(0, onceStores), cleans, clears, pdflush], kernel: LATE, expect: { ...lost, steps: 51 }, catalogueSteps: 20, lengthNote: STEPS }),
  fileScenario({
    ...b19, id: 'race/b19-repaired', title: 'page_mkclean passes by only if nobody has still to flush', kernel: { ...LATE, ...ASKS }, properties: [I1Strong, I3, I4], expect: { verdict: 'holds' },
    reaches: () => ({ ...told(), 'both are to flush': pending(2) }),
    mutants: [
      { name: 'not-asked', what: 'the PTE alone is asked', kernel: { variants: [] }, properties: [I1Strong], expect: lost },
      { name: 'uncounted', what: 'who cleans and who protects do not count', mutations: ['inc', 'dec'].flatMap((f) => [drop('clear_refs_write', `${f}_tlb_flush_pending`), drop(f === 'inc' ? 'clean_record_shared_mapping_range' : 'wp_clean_post_vma', `${f}_tlb_flush_pending`)]), properties: [I1Strong], expect: lost },
      { name: 'counted-down-first', what: 'who cleans counts down before the flush, and who protects does not count', kernel: { variants: [...ASKS.variants, 'tlb_flush_pending counted down before the flush'] }, mutations: [drop('clear_refs_write', 'inc_tlb_flush_pending'), drop('clear_refs_write', 'dec_tlb_flush_pending')], properties: [I1Strong], expect: lost },
    ],
  }),
  alone('race/b19-without-cleaner', 'clear_refs alone leaves D, and page_mkclean flushes', [writer, clears]),
  alone('race/b19-without-clear-refs', 'Cleaning alone leaves W, and page_mkclean flushes', [writer, cleans]),
];
