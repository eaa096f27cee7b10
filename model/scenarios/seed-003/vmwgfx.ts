/** The caller: vmwgfx 5.5, with a device that must be told of every store. */
import { and, drop, eq, not, peek, quiescent, type Value } from '../../language/index.ts';
import { bitmap_at } from '../../kernel/mapping_dirty_helpers.ts';
import type { Variant } from '../../kernel/version.ts';
import { device_at, method_at, method_t, object } from '../../kernel/vmwgfx_page_dirty.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_dirty, pte_present, pte_write, va_t, version_t } from '../../machine/types.ts';
import type { Scenario } from '../../scenario.ts';
import { forks, kthread, mprotectsReadOnly, mprotectsWritable, munmaps, program } from '../actors.ts';
import { reserved, scans, storesTo, transfers, unmapsObject } from './actors.ts';
import { FirstAndLast, I1Device } from './properties.ts';
import { bufferScenario } from './world.ts';

const stores = storesTo(0);
const entry = (mm = 0): Value<'pte_t'> => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const bit = (): Value<'bool'> => peek(bitmap_at.at(object(), va_t.lit(0)));
const delivered = (v: number): Value<'bool'> => eq(peek(device_at.at(pfn_t.lit(0))), version_t.lit(v));
const stored = (v: number): Value<'bool'> => eq(peek(data.at(pfn_t.lit(0))), version_t.lit(v));
const collects = (): Value<'bool'> => eq(peek(method_at.at()), method_t.is.PAGETABLE);

const closed: readonly Variant[] = ['pfn_mkwrite writes the PTE itself'];
const update = reserved(scans, transfers);
const driver = kthread('driver', update);
const driverTwice = kthread('driver', update, update);
const lost = { verdict: 'violated', property: 'I1-device' } as const;
const WINDOW = 'vmw_bo_vm_mkwrite records the page and lets go of the object; finish_mkwrite_fault makes the PTE writable afterwards. A scan in between finds the PTE still read-only, tells the device of the page as it was before the store, and forgets the record.';

export const vmwgfx: readonly Scenario[] = [
  bufferScenario({
    id: 'seed-003/new-vmwgfx-window', entry: 'A3.6', title: 'vmwgfx: the page is recorded, reported and forgotten before the store that it was recorded for',
    about: `${WINDOW} The PTE stays writable, and later stores are not recorded either.`,
    start: { method: 'MKWRITE', maps: [['ro']] }, cpus: [program(0, stores), driver], properties: [I1Device], expect: { ...lost, steps: 44 },
  }),
  bufferScenario({
    id: 'seed-003/new-vmwgfx-closed', entry: 'A3.6', title: 'vmwgfx, with a pfn_mkwrite that writes the PTE before it lets scans go on',
    about: `${WINDOW} If pfn_mkwrite maps the page writable itself and returns VM_FAULT_NOPAGE, as DAX does through vmf_insert_mixed_mkwrite, the record and the PTE change under one reservation. The scan may also go over to D bits.`,
    variants: closed, start: { method: 'MKWRITE', maps: [['ro']] }, cpus: [program(0, stores, stores), driverTwice], properties: [I1Device, FirstAndLast], expect: { verdict: 'holds' },
    reaches: () => ({ 'first store delivered, second recorded': and(quiescent(), delivered(1), stored(2), bit()), 'D bits collected': and(collects(), delivered(2)) }),
    mutants: [
      { name: 'window', what: 'pfn_mkwrite returns before the PTE is written', variants: [], expect: lost },
      { name: 'not-protected', what: 'the scan does not write-protect', variants: closed, mutations: [drop('vmw_bo_dirty_scan_mkwrite', 'wp_shared_mapping_range')], expect: lost },
      { name: 'not-reserved', what: 'the scan does not reserve the object', variants: closed, cpus: [program(0, stores, stores), kthread('driver', scans, transfers)], expect: lost },
    ],
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-pagetable', entry: 'A3.5', title: 'vmwgfx: D bits are collected, and when there are none PTEs are write-protected instead',
    about: 'vmw_bo_dirty_scan_pagetable. The change of method is protocol P: write-protect, clean, with faults waiting for the object. Cleaning before the change is not enough, a store may come in between.',
    variants: closed, start: { maps: [['w']] }, cpus: [program(0, stores, stores), driverTwice], properties: [I1Device, FirstAndLast], expect: { verdict: 'holds' },
    reaches: () => ({ 'delivered by D bit': and(collects(), delivered(1)), 'recorded by pfn_mkwrite': and(not(collects()), bit(), pte_write(entry())) }),
    mutants: [
      { name: 'window', what: 'pfn_mkwrite returns before the PTE is written', variants: [], start: { maps: [['ro']] }, expect: lost },
      { name: 'not-protected', what: 'the method changes without write protection', variants: closed, mutations: [drop('vmw_bo_dirty_scan_pagetable', 'wp_shared_mapping_range')], expect: lost },
    ],
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-d-bits-only', entry: 'A3.6', title: 'vmwgfx as it is, while D bits are collected: the window of pfn_mkwrite is harmless',
    about: 'finish_mkwrite_fault sets D along with W, so a PTE that becomes writable late is found by the next scan. What the window breaks is the other method, and the change to it.',
    variants: ['the dirty method never changes'], start: { maps: [['ro']] }, cpus: [program(0, stores, stores), driverTwice], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'delivered, and dirty again': and(quiescent(), delivered(1), stored(2), pte_dirty(entry())), 'all delivered': delivered(2) }),
    mutants: [
      { name: 'method-changes', what: 'the scan may change the method', variants: [], expect: lost },
      { name: 'no-flush', what: 'the helpers do not flush', variants: ['the dirty method never changes'], mutations: [drop('wp_clean_post_vma', 'flush_tlb_range')], expect: lost },
    ],
  }),
  bufferScenario({
    id: 'seed-003/new-munmap-drops-dirty', entry: 'A3.5', title: 'D bits of special PTEs go nowhere when the program unmaps',
    about: 'zap_pte_range moves D to the struct page, and a special PTE has none. The driver collects D bits before it unmaps the object itself (vmw_bo_dirty_pre_unmap: "we may leak dirty pages when calling unmap_mapping_range()"), but nobody does when the program calls munmap, or madvise(MADV_DONTNEED).',
    start: { maps: [['w']] }, cpus: [program(0, stores, munmaps), driver], properties: [I1Device], expect: { ...lost, steps: 27 },
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-mkwrite-munmap', entry: 'A3.5', title: 'What pfn_mkwrite has recorded survives munmap',
    about: 'The same program while PTEs are kept read-only: the record is made before the store, and is not in the PTE.',
    variants: [...closed, 'the dirty method never changes'], start: { method: 'MKWRITE', maps: [['ro']] }, cpus: [program(0, stores, munmaps), driver], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'unmapped, recorded': and(quiescent(), not(pte_present(entry())), bit()), 'unmapped, delivered': and(not(pte_present(entry())), delivered(1)) }),
    mutants: [
      { name: 'collecting', what: 'D bits are collected', variants: closed, start: { method: 'PAGETABLE', maps: [['ro']] }, expect: lost },
      { name: 'not-recorded', what: 'pfn_mkwrite does not set the bit', variants: closed, mutations: [drop('vmw_bo_vm_mkwrite', '__set_bit')], expect: lost },
    ],
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-unmap', entry: 'A3.6', title: 'The driver collects D bits before it unmaps the object itself',
    about: 'vmw_bo_dirty_unmap: protocol P, then unmap_mapping_range, all with the object reserved. "If we\'re using the _PAGETABLE scan method, we may leak dirty pages when calling unmap_mapping_range(). This function makes sure we pick up all dirty pages."',
    variants: closed, start: { maps: [['w']] }, cpus: [program(0, stores, stores), kthread('driver', reserved(unmapsObject, transfers))], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'unmapped, recorded': and(not(pte_present(entry())), bit()), 'mapped again': and(pte_present(entry()), delivered(1), stored(2)) }),
    mutants: [
      { name: 'not-cleaned', what: 'D bits are not collected first', variants: closed, mutations: [drop('vmw_bo_dirty_unmap', 'clean_record_shared_mapping_range')], expect: lost },
      { name: 'not-protected', what: 'nor are the PTEs write-protected, which leaves a moment for one more store', variants: closed, mutations: [drop('vmw_bo_dirty_unmap', 'wp_shared_mapping_range')], expect: lost },
      { name: 'window', what: 'pfn_mkwrite returns before the PTE is written', variants: [], start: { maps: [['ro']] }, expect: lost },
    ],
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-two-programs', entry: 'A3.6', title: 'Two programs map the object: one record stands for both',
    about: 'The second program\'s pfn_mkwrite finds the bit set and adds nothing; the scan write-protects both PTEs before it forgets the bit.',
    variants: [...closed, 'the dirty method never changes'], start: { method: 'MKWRITE', maps: [['ro'], ['ro']] }, machine: { speculativeFill: false }, cpus: [program(0, stores), program(1, stores), driver], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'both writable': and(pte_write(entry(0)), pte_write(entry(1)), bit()), 'both delivered': delivered(2) }),
    mutants: [{ name: 'window', what: 'pfn_mkwrite returns before the PTE is written', variants: ['the dirty method never changes'], expect: lost }],
  }),
  bufferScenario({
    id: 'seed-003/new-mprotect-regrants', entry: 'A3.6', title: 'Write protection leaves D, and mprotect makes what is dirty writable again',
    about: 'wp_pte clears W and keeps D; vmw_bo_dirty_scan_mkwrite only write-protects. change_pte_range "avoid[s] taking write faults for known dirty pages": in a VMA with pfn_mkwrite a dirty PTE becomes writable (dirty_accountable). So store, scan, mprotect to PROT_READ and back, store: the second store is recorded by nobody, and no two things need to race. Clearing D with W is the rule that page_mkclean got in May 2006 (A4.9).',
    variants: closed, start: { method: 'MKWRITE', maps: [['ro']] }, cpus: [program(0, stores, mprotectsReadOnly, mprotectsWritable, stores), driver], properties: [I1Device], expect: { ...lost, steps: 71 },
  }),
  bufferScenario({
    id: 'seed-003/new-mprotect-repaired', entry: 'A3.6', title: 'With W and D cleared together, mprotect leaves the PTE read-only',
    about: 'The scan clears both bits of an entry in one transaction, as page_mkclean does. A dirty PTE is then one whose page is recorded. Cleaning after write-protecting is not enough: see seed-003/new-mprotect-in-p.',
    variants: [...closed, 'cleaning write-protects too'], start: { method: 'MKWRITE', maps: [['ro']] }, cpus: [program(0, stores, mprotectsReadOnly, mprotectsWritable, stores), driver], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'first store delivered, second recorded': and(quiescent(), delivered(1), stored(2), bit()), 'method changed': collects() }),
    mutants: [{ name: 'write-protection-only', what: 'the scan only write-protects', variants: closed, expect: lost }],
  }),
  bufferScenario({
    id: 'seed-003/vmwgfx-fork', entry: 'A3.6', title: 'fork copies a writable PTE into a VMA that the walk has not reached yet',
    about: 'The child\'s PTE is a clean writable copy. dup_mmap links the child\'s VMA after the parent\'s with i_mmap_rwsem held for writing, before it copies: a walk meets the parent first, or does not meet the child because there is nothing to copy W from.',
    variants: closed, start: { method: 'MKWRITE', maps: [['rw'], null], recorded: [0] }, machine: { speculativeFill: false }, cpus: [program(0, forks(1), stores), program(1, stores), driver], properties: [I1Device], expect: { verdict: 'holds' },
    reaches: () => ({ 'child writable and clean': and(pte_write(entry(1)), not(pte_dirty(entry(1)))), 'child read-only': and(pte_present(entry(1)), not(pte_write(entry(1)))) }),
    mutants: [{ name: 'child-first', what: 'the walk meets the child first', variants: [...closed, 'walk child first'], expect: lost }],
  }),
];
