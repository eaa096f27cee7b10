/** A3.7, A3.10, A3.11: flushes outside the PTE lock, and what the others must do about it. */
import { and, drop, eq, not, peek, quiescent, type Value } from '../../language/index.ts';
import { bitmap_at } from '../../kernel/mapping_dirty_helpers.ts';
import { pending_t, tlb_flush_pending_at } from '../../kernel/tlb_flush_pending.ts';
import { device_at, object } from '../../kernel/vmwgfx_page_dirty.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_present, pte_write, tlb_hit_dirty, va_t, version_t } from '../../machine/types.ts';
import type { Scenario } from '../../scenario.ts';
import { dontneed, kthread, program, sibling } from '../actors.ts';
import { cleans, copies, relies, reserved, storesTo, writeProtects } from './actors.ts';
import { I1Device, NoLateStore, TlbNotAhead } from './properties.ts';
import { bufferScenario } from './world.ts';

const stores = storesTo(0);
const pending = (m: number, n: number): Value<'bool'> => eq(peek(tlb_flush_pending_at.at(mm_t.lit(m))), pending_t.lit(n));
const delivered = (v: number): Value<'bool'> => eq(peek(device_at.at(pfn_t.lit(0))), version_t.lit(v));
const entry = (m: number, i: number): Value<'pte_t'> => peek(pte.at(mm_t.lit(m), va_t.lit(i)));
const ahead = (cpu: number, va: number): Value<'bool'> => tlb_hit_dirty(peek(tlb.at(cpu_t.lit(cpu), va_t.lit(va))));

const twoCallers = [program(0, stores), kthread('caller1', cleans), kthread('caller2', cleans, copies)];
const lostStore = { verdict: 'violated', property: 'I1-device' } as const;
const NESTED = 'The catalogue: a caller that finds nothing to do must still flush if somebody else, who cleaned or protected the PTE before, has not flushed yet.';

export const pendingScenarios: readonly Scenario[] = [
  bufferScenario({
    id: 'seed-003/a3.7-nested-flush', entry: 'A3.7', title: 'As posted: the second caller finds the PTE clean, and does not wait for the first one\'s flush',
    about: `Thomas Hellström's patch of 2019-09-26 counts tlb_flush_pending and flushes after the PTE lock, but never reads the count. ${NESTED} Two callers clean into one bitmap; the second takes what is recorded to the device.`,
    variants: ['apply_as_* as posted'], start: { maps: [['rw']] }, cpus: twoCallers, properties: [I1Device], expect: { ...lostStore, steps: 34 }, catalogueSteps: 15,
    lengthNote: 'Every lock, load and interrupt is a step here, and the second caller looks at the bitmap before it copies; the catalogue merges a lock section into one or two steps.',
  }),
  bufferScenario({
    id: 'seed-003/a3.7-nested-rule', entry: 'A3.7', title: 'As merged: with others pending, the whole range is flushed',
    about: `wp_clean_post_vma of 5.5 asks mm_tlb_flush_nested, which the posted version did not. ${NESTED}`,
    start: { maps: [['rw']] }, cpus: twoCallers, properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'both count': pending(0, 2), 'second store delivered': delivered(2), 'first store delivered, second recorded': and(quiescent(), delivered(1), not(delivered(2)), peek(bitmap_at.at(object(), va_t.lit(0)))) }),
    mutants: [
      { name: 'as-posted', what: 'the posted version, which does not ask', variants: ['apply_as_* as posted'], expect: lostStore },
      { name: 'not-asked', what: 'the answer is not heeded', mutations: [drop('wp_clean_post_vma', 'mm_tlb_flush_nested')], expect: lostStore },
      { name: 'counted-down-first', what: 'tlb_flush_pending is counted down before the flush', variants: ['tlb_flush_pending counted down before the flush'], expect: lostStore },
    ],
  }),
  bufferScenario({
    id: 'seed-003/new-madvise-not-flushed', entry: 'A3.7', title: 'As posted: the other agent that has not flushed yet may be madvise(MADV_DONTNEED)',
    about: 'zap_pte_range clears the PTE under its lock and flushes in tlb_finish_mmu. A helper that comes in between finds no PTE, flushes nothing and returns: another thread of the program goes on storing through its TLB into a page that the caller takes for write-protected and writers for blocked.',
    variants: ['apply_as_* as posted', 'pfn_mkwrite writes the PTE itself'], start: { maps: [['rw']] }, cpus: [program(0, stores), sibling(0, dontneed), kthread('driver', reserved(writeProtects, relies))],
    properties: [NoLateStore], expect: { verdict: 'violated', property: 'A3.6-none-added', steps: 15 },
  }),
  bufferScenario({
    id: 'seed-003/new-madvise-flushed', entry: 'A3.7', title: 'As merged: the nested flush covers madvise(MADV_DONTNEED), which counts itself pending',
    about: 'tlb_gather_mmu counts tlb_flush_pending up before the PTE is cleared (4.13), so a helper that finds no PTE finds the count.',
    variants: ['pfn_mkwrite writes the PTE itself'], start: { maps: [['rw']] }, cpus: [program(0, stores), sibling(0, dontneed), kthread('driver', reserved(writeProtects, relies))],
    properties: [NoLateStore], expect: { verdict: 'holds' },
    reaches: () => ({ 'both count': pending(0, 2), 'gone, and the TLB still has it': and(not(pte_present(entry(0, 0))), ahead(0, 0)) }),
    mutants: [{ name: 'not-counted', what: 'zap does not count itself', variants: ['pfn_mkwrite writes the PTE itself'], mutations: [drop('zap_pte_range', 'inc_tlb_flush_pending'), drop('zap_pte_range', 'dec_tlb_flush_pending')], expect: { verdict: 'violated', property: 'A3.6-none-added' } }],
  }),
  bufferScenario({
    id: 'seed-003/a3.10-flush-then-dec', entry: 'A3.10', title: 'The count goes down after the flush, inside i_mmap_rwsem',
    about: 'Order at the end of each VMA, posted and merged: flush, end of the MMU notifier\'s range, count down. The count is what others go by: while it is 0, TLBs must not be ahead of PTEs.',
    start: { maps: [['rw']] }, cpus: [program(0, stores), kthread('driver', writeProtects, cleans)], properties: [TlbNotAhead], expect: { verdict: 'holds' },
    reaches: () => ({ 'TLB ahead while the count is up': and(pending(0, 1), not(pte_write(entry(0, 0))), pte_present(entry(0, 0)), ahead(0, 0)) }),
    mutants: [
      { name: 'counted-down-first', what: 'counted down before the flush', variants: ['tlb_flush_pending counted down before the flush'], expect: { verdict: 'violated', property: 'A3.11' } },
      { name: 'no-flush', what: 'no flush', mutations: [drop('wp_clean_post_vma', 'flush_tlb_range')], expect: { verdict: 'violated', property: 'A3.11' } },
    ],
  }),
  bufferScenario({
    id: 'seed-003/a3.11-touched-range', entry: 'A3.11', title: 'The range that is flushed covers every PTE that was changed',
    about: 'Patch of 2019-09-26: the callbacks record "the range in virtual address space of touched ptes for efficient range TLB flushes". Two pages, two mms; one mm has both pages writable, the other one the second only.',
    start: { maps: [['rw', 'rw'], ['none', 'rw']] }, machine: { speculativeFill: false }, cpus: [program(0, storesTo(0), storesTo(1)), program(1, storesTo(1)), kthread('driver', writeProtects)], properties: [TlbNotAhead], expect: { verdict: 'holds' },
    reaches: () => ({ 'both pages to be flushed': and(pending(0, 1), ahead(0, 0), ahead(0, 1), not(pte_write(entry(0, 0))), not(pte_write(entry(0, 1)))), 'second mm': and(pending(1, 1), ahead(1, 1), not(pte_write(entry(1, 1)))) }),
    mutants: [
      { name: 'end-kept', what: 'the end is not raised after the first PTE', variants: ['touched range keeps its end'], expect: { verdict: 'violated', property: 'A3.11' } },
      { name: 'no-flush', what: 'no flush', mutations: [drop('wp_clean_post_vma', 'flush_tlb_range')], expect: { verdict: 'violated', property: 'A3.11' } },
    ],
  }),
  bufferScenario({
    id: 'seed-003/a3.11-not-reset', entry: 'A3.11', title: 'A range that is not reset between VMAs is only larger',
    about: 'The catalogue: "Mutant: range not reset/expanded ⇒ stale W entry survives". Not raising the end does that (a3.11-touched-range#end-kept). Not resetting it cannot: min and max only ever widen, so too much is flushed, never too little.',
    variants: ['touched range is not reset'], start: { maps: [['rw', 'none'], ['none', 'rw']] }, machine: { speculativeFill: false }, cpus: [program(0, storesTo(0)), program(1, storesTo(1)), kthread('driver', writeProtects)], properties: [TlbNotAhead], expect: { verdict: 'holds' },
    reaches: () => ({ 'second mm': and(pending(1, 1), ahead(1, 1), not(pte_write(entry(1, 1)))) }),
    mutants: [{ name: 'end-kept', what: 'nor is the end raised', variants: ['touched range is not reset', 'touched range keeps its end'], expect: { verdict: 'violated', property: 'A3.11' } }],
  }),
];
