/** A3.4, A3.5, A3.8: what the helpers promise by themselves. */
import { and, drop, eq, not, peek, quiescent, type Value } from '../../language/index.ts';
import { bitmap_at, first_at, last_at } from '../../kernel/mapping_dirty_helpers.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { object, relied_on } from '../../kernel/vmwgfx_page_dirty.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_dirty, pte_present, pte_write, va_t, version_t } from '../../machine/types.ts';
import { lt } from '../../language/index.ts';
import type { Scenario } from '../../scenario.ts';
import { kthread, mprotectsReadOnly, program, sibling } from '../actors.ts';
import { cleans, relies, reserved, storesTo, transfers, writeProtects } from './actors.ts';
import { FirstAndLast, I1Device, NoLateStore, Reported } from './properties.ts';
import { bufferScenario } from './world.ts';

const entry = (): Value<'pte_t'> => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const bit = (i = 0): Value<'bool'> => peek(bitmap_at.at(object(), va_t.lit(i)));
const stores = storesTo(0);
const stored = (n: number): Value<'bool'> => eq(peek(data.at(pfn_t.lit(0))), version_t.lit(n));

const FLAGS = 'Comment in the patch of 2019-09-26: "We can only do advisory flag tests below, since we can\'t require the mm\'s mmap_sem to be held to protect the flags. Therefore, callers that strictly depend on specific vm_flags to remain constant throughout the operation must ensure those flags are immutable for all relevant vmas or can\'t use this function."';
const protects = kthread('driver', reserved(writeProtects, relies));
const late = { verdict: 'violated', property: 'A3.6-none-added' } as const;
const lost = { verdict: 'violated', property: 'I1-device' } as const;
const closed = 'pfn_mkwrite writes the PTE itself' as const;

export const helpers: readonly Scenario[] = [
  bufferScenario({
    id: 'seed-003/a3.4-advisory-flags', entry: 'A3.4', title: 'As posted: mprotect has cleared VM_WRITE but not yet the PTEs, so the VMA is skipped',
    about: `${FLAGS} The posted test is for VM_SHARED and VM_WRITE, and mprotect changes VM_WRITE first.`,
    variants: ['apply_as_* as posted', closed], start: { maps: [['rw']] }, cpus: [program(0, stores), sibling(0, mprotectsReadOnly), protects], properties: [NoLateStore], expect: { ...late, steps: 8 }, catalogueSteps: 10,
    lengthNote: 'The catalogue does not list its steps. Here the return of the call, and that the caller relies on it, are no steps of their own.',
  }),
  bufferScenario({
    id: 'seed-003/a3.4-immutable-flags', entry: 'A3.4', title: 'As posted, with flags that nobody changes: write protection is complete when it returns',
    about: FLAGS, variants: ['apply_as_* as posted', closed], start: { maps: [['rw']] }, cpus: [program(0, stores, stores), protects], properties: [NoLateStore], expect: { verdict: 'holds' },
    reaches: () => ({ 'relied on': and(peek(relied_on.at()), stored(2)), 'stored afterwards': and(quiescent(), stored(3), pte_write(entry())) }),
    mutants: [{ name: 'mprotect', what: 'another thread makes the VMA read-only', cpus: [program(0, stores, stores), sibling(0, mprotectsReadOnly), protects], expect: late }],
  }),
  bufferScenario({
    id: 'seed-003/a3.4-maywrite', entry: 'A3.4', title: 'As merged: VM_MAYWRITE is tested, which mprotect does not change',
    about: `${FLAGS} 5.5 tests VM_SHARED and VM_MAYWRITE: the patch's own remedy, flags that stay.`,
    variants: [closed], start: { maps: [['rw']] }, cpus: [program(0, stores), sibling(0, mprotectsReadOnly), protects], properties: [NoLateStore], expect: { verdict: 'holds' },
    reaches: () => ({ 'relied on, VM_WRITE cleared': and(peek(relied_on.at()), not(vma_t.get(peek(vma_at.at(mm_t.lit(0), va_t.lit(0))), 'W'))) }),
    mutants: [
      { name: 'as-posted', what: 'VM_WRITE is tested', variants: ['apply_as_* as posted', closed], expect: late },
      { name: 'not-counted', what: 'mprotect does not count itself pending', mutations: [drop('change_pte_range', 'inc_tlb_flush_pending'), drop('change_pte_range', 'dec_tlb_flush_pending')], expect: late },
    ],
  }),
  bufferScenario({
    id: 'seed-003/a3.5-cleaned-is-reported', entry: 'A3.5', title: 'No PTE is cleaned that is not in the bitmap',
    about: 'Thomas Hellström, 2019-09-26: "When this function returns there is no guarantee that a CPU has not already dirtied new ptes. However it will not clean any ptes not reported in the bitmap."',
    start: { maps: [['rw']] }, cpus: [program(0, stores, stores), kthread('driver', cleans)], properties: [Reported, I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty again when it returns': and(quiescent(), bit(), pte_dirty(entry())), 'clean, stored to before': and(quiescent(), bit(), not(pte_dirty(entry()))) }),
    mutants: [
      { name: 'no-bit', what: 'the bit is not set', mutations: [drop('clean_record_pte', '__set_bit')], expect: { verdict: 'violated', property: 'A3.5' } },
    ],
  }),
  bufferScenario({
    id: 'seed-003/first-and-last', entry: 'A3.5', title: 'The first and the last set bit are recorded with the bits',
    about: 'Patch of 2019-09-26: the callback records dirty PTEs in a bitmap, "as well as the first and last of the bits touched". vmwgfx looks at nothing outside that range.',
    start: { maps: [['w', 'rw']] }, machine: { speculativeFill: false, eviction: false }, cpus: [program(0, storesTo(0)), kthread('driver', reserved(cleans, cleans, transfers, cleans))], properties: [FirstAndLast, I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'second page first': and(not(bit(0)), bit(1), lt(peek(first_at.at(object())), peek(last_at.at(object())))), both: and(bit(0), bit(1)), 'first page alone': and(bit(0), not(bit(1)), quiescent()) }),
    mutants: [
      { name: 'first-not-recorded', what: 'the first set bit is not written back', mutations: [drop('clean_record_shared_mapping_range', '*start')], expect: { verdict: 'violated', property: 'first-and-last' } },
      { name: 'last-not-recorded', what: 'nor is the last', mutations: [drop('clean_record_shared_mapping_range', '*end')], expect: { verdict: 'violated', property: 'first-and-last' } },
    ],
  }),
  bufferScenario({
    id: 'seed-003/new-two-callers-one-bitmap', entry: 'A3.5', title: 'Two callers at once with one bitmap: the first and last of one of them are lost',
    about: '*start and *end are read when the call begins and written when it ends; nothing in the helper keeps callers apart, for i_mmap_rwsem is held for reading. The bits stay, but nobody looks at them.',
    start: { maps: [['rw']] }, machine: { speculativeFill: false, eviction: false }, cpus: [program(0, stores), kthread('caller1', cleans), kthread('caller2', cleans)], properties: [FirstAndLast], expect: { verdict: 'violated', property: 'first-and-last', steps: 33 },
  }),
  bufferScenario({
    id: 'seed-003/a3.8-modify-prot', entry: 'A3.8', title: 'ptep_modify_prot_start takes the entry away from hardware while W is cleared',
    about: 'Both callbacks use ptep_modify_prot_start and ptep_modify_prot_commit (1ea0704e0da6, 2.6.27), so that a D bit that hardware sets between reading and writing the entry is not overwritten.',
    variants: [closed], start: { maps: [['w']] }, cpus: [program(0, stores), kthread('driver', reserved(writeProtects, cleans, transfers))], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'none for a moment': not(pte_present(entry())), 'dirty and read-only': and(pte_dirty(entry()), not(pte_write(entry()))) }),
    mutants: [{ name: 'read-then-write', what: 'the entry is read and written back', variants: [closed, 'dirty helpers read and write PTEs in two steps'], expect: lost }],
  }),
  bufferScenario({
    id: 'seed-003/a3.8-clean-needs-none', entry: 'A3.8', title: 'Cleaning alone does not need the transaction: it only touches entries whose D bit is set already',
    about: 'clean_record_pte looks at the entry first and leaves it alone unless D is set. Hardware has then nothing left to set but A; overwriting the entry loses nothing that the bitmap does not say. It is wp_pte that needs it.',
    variants: ['dirty helpers read and write PTEs in two steps'], start: { maps: [['w']] }, cpus: [program(0, stores, stores), kthread('driver', reserved(cleans, transfers))], properties: [I1Device, Reported], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored again': and(quiescent(), stored(2), pte_dirty(entry())), 'collected': and(quiescent(), not(pte_dirty(entry())), stored(2)) }),
    mutants: [
      { name: 'with-write-protection', what: 'the range is write-protected first', variants: [closed, 'dirty helpers read and write PTEs in two steps'], cpus: [program(0, stores, stores), kthread('driver', reserved(writeProtects, cleans, transfers))], expect: lost },
    ],
  }),
];
