/** A4.6: between a write fault and the store that it was taken for, write-back may clean the page again. */
import { and, drop, eq, peek, type Value } from '../../language/index.ts';
import { disk, last_store, PG_writeback } from '../../kernel/page.ts';
import { pfn_t } from '../../machine/types.ts';
import { I3, I15Store } from '../../../properties/index.ts';
import { kthread, program, stores, writesBack } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { endlessWriteBack } from './endless.ts';

const storing: Omit<FileScenario, 'id' | 'title' | 'about' | 'expect' | 'cpus'> = {
  entry: 'A4.6', kernel: { version: '2.6.23' }, start: { maps: [{ pte: 'ro' }] }, properties: [I3],
};
const cleansBefore = { verdict: 'violated', property: 'I15-store' } as const;
const tooEarly = (): Value<'bool'> => and(peek(PG_writeback.at(pfn_t.lit(0))), eq(peek(last_store.at()), peek(disk.at())));

export const faultLoops = [
  fileScenario({
    ...storing, id: 'seed-004/a4.6-fault-for-ever', title: 'Write-back that never pauses can keep a program faulting for ever', progress: [I15Store({ strong: true })],
    about: 'David Howells, 2006-05-30: "the page may be marked dirty and cleaned up all before the modification actually occurs. On the other hand, the common case is probably that the store instruction will beat the writeback." It does, most of the time; nothing in the protocol says that it must. Every lock serves in order here (strong fairness), and the store may still lose every race.',
    cpus: [program(0, stores), endlessWriteBack], expect: { ...cleansBefore, steps: 41 },
  }),
  fileScenario({
    ...storing, id: 'seed-004/a4.6-passes-end', title: 'With two passes of write-back the store comes about', progress: [I15Store()],
    about: 'Each fault of the program that is in vain costs write-back one pass; when the passes are over, the next fault is the last one. Weak fairness is enough: whoever holds a lock gives it back, and there is nobody to take it for ever.',
    cpus: [program(0, stores), kthread('pdflush', writesBack, writesBack)], expect: { verdict: 'holds' }, reaches: () => ({ 'written back before the store': tooEarly() }),
    mutants: [
      { name: 'endless', what: 'write-back begins again when it has ended', cpus: [program(0, stores), endlessWriteBack], expect: cleansBefore },
      { name: 'no-W', what: 'the fault leaves the PTE read-only', mutations: [drop('ptep_set_access_flags', 'set_pte')], expect: cleansBefore },
      { name: 'keeps-the-PTE-lock', what: 'page_mkclean_one does not give the PTE lock back', mutations: [drop('page_mkclean_one', 'pte_unmap_unlock')], expect: { verdict: 'deadlock' } },
    ],
  }),
];
