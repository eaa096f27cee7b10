/** What runs beside ksmd: MADV_UNMERGEABLE, of memory that may be huge or not. */
import { and, drop, never, not, peek, TRUE, type Value } from '../language/index.ts';
import { madvise_unmergeable } from '../kernel/ksm.ts';
import { VM_MERGEABLE } from '../kernel/vm_mergeable.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { I6Unmerged } from '../../properties/index.ts';
import type { AgentMutant, Part, Place, Start } from './agent.ts';
import { done } from './stage.ts';

const at = () => ({ mm: mm_t.lit(0), va: va_t.lit(0) });
const mergeable = (): Value<'bool'> => peek(VM_MERGEABLE.at(mm_t.lit(0), va_t.lit(0)));

/** Mutants that fail where memory is mapped by small pages, from that start. */
const mutants = (start: Start): readonly AgentMutant[] => [
  { name: 'flag-alone', what: 'MADV_UNMERGEABLE leaves what is merged as it is', against: 'ksm', start, mutations: [drop('ksm_madvise', 'break_ksm')], property: 'I6-unmerged' },
  { name: 'no-second-look', what: 'ksmd does not look for VM_MERGEABLE when it has mmap_lock again', against: 'ksm', start, mutations: [never('try_to_merge_with_ksm_page', 'up_read')], property: 'I6-unmerged' },
];

export const unmerges = (starts: readonly Start[], mutantsAt: Start): Part => ({
  run: () => { madvise_unmergeable(at()); }, frames: 1, starts, effect: ({ n }: Place) => and(done(n), not(mergeable())),
  brings: {
    kernel: { unmergeable: true }, properties: [I6Unmerged],
    also: (set) => { mm_t.all().forEach((mm) => { set(VM_MERGEABLE.at(mm, va_t.lit(0)), TRUE); }); },
  },
  mutants: mutants(mutantsAt),
});
