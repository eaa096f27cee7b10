/** A3.6: write-protect all, block pfn_mkwrite, flush, clean all. */
import { and, drop, not, peek, type Value } from '../../language/index.ts';
import { bitmap_at } from '../../kernel/mapping_dirty_helpers.ts';
import { object, relied_on, resv_at } from '../../kernel/vmwgfx_page_dirty.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, owner_t, pfn_t, pte_dirty, pte_write, va_t, version_t } from '../../machine/types.ts';
import { eq } from '../../language/index.ts';
import type { Scenario } from '../../scenario.ts';
import { kthread, mprotectsReadOnly, mprotectsWritable, program } from '../actors.ts';
import { cleans, relies, reserved, storesTo, transfers, writeProtects } from './actors.ts';
import { AllPickedUp, I1Device, NoLateStore } from './properties.ts';
import { bufferScenario } from './world.ts';

const entry = (): Value<'pte_t'> => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const bit = (): Value<'bool'> => peek(bitmap_at.at(object(), va_t.lit(0)));
const inP = (): Value<'bool'> => peek(relied_on.at());
const stores = storesTo(0);

const P = kthread('driver', reserved(writeProtects, cleans, relies, transfers));
const cpus = [program(0, stores, stores), P];
const properties = [NoLateStore, AllPickedUp, I1Device];
const late = { verdict: 'violated', property: 'A3.6-none-added' } as const;

const SAID = 'Thomas Hellström, 2019-09-26: "If a caller needs to make sure all dirty ptes are picked up and none additional are added, it first needs to write-protect the address-space range and make sure new writers are blocked in page_mkwrite() or pfn_mkwrite(). And then after a TLB flush following the write-protection pick up all dirty bits."';

const reaches = (): Readonly<Record<string, Value<'bool'>>> => ({
  'relied on, with a dirty page picked up': and(inP(), bit(), eq(peek(data.at(pfn_t.lit(0))), version_t.lit(2))),
  'a writer waits in pfn_mkwrite': and(inP(), owner_t.get(peek(resv_at.at()), 'held')),
  'writable and dirty again': and(not(inP()), pte_write(entry()), pte_dirty(entry()), not(bit())),
});

export const protocol: readonly Scenario[] = [
  bufferScenario({
    id: 'seed-003/a3.6-protocol-p', entry: 'A3.6', title: 'Write-protect, block writers, flush, clean: nothing is missed and nothing is added',
    about: `${SAID} Here a writer that pfn_mkwrite has let through has its PTE written before others may go on, as page_mkwrite's page lock sees to.`,
    variants: ['pfn_mkwrite writes the PTE itself'], start: { maps: [['rw']] }, cpus, properties, reaches, expect: { verdict: 'holds' },
    mutants: [
      { name: 'no-flush', what: 'm1: the helpers do not flush', variants: ['pfn_mkwrite writes the PTE itself'], mutations: [drop('wp_clean_post_vma', 'flush_tlb_range')], expect: late },
      { name: 'clean-first', what: 'm1: all is cleaned before it is write-protected', variants: ['pfn_mkwrite writes the PTE itself'], cpus: [program(0, stores, stores), kthread('driver', reserved(cleans, writeProtects, relies, transfers))], expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } },
      { name: 'writers-not-blocked', what: 'm2: the caller does not reserve the object, so pfn_mkwrite does not wait', variants: ['pfn_mkwrite writes the PTE itself'], cpus: [program(0, stores, stores), kthread('driver', writeProtects, cleans, relies, transfers)], expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } },
      { name: 'unblocked-between', what: 'writers may go on between write protection and cleaning', variants: ['pfn_mkwrite writes the PTE itself'], cpus: [program(0, stores, stores), kthread('driver', reserved(writeProtects), reserved(cleans, relies, transfers))], expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } },
      { name: 'not-protected', what: 'the range is not write-protected', variants: ['pfn_mkwrite writes the PTE itself'], cpus: [program(0, stores, stores), kthread('driver', reserved(cleans, relies, transfers))], expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } },
      { name: 'mkwrite-returned', what: 'pfn_mkwrite lets go of the object before the PTE is written, as vmwgfx does; the PTE is read-only and clean at first', variants: [], start: { maps: [['ro']] }, expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } },
    ],
  }),
  bufferScenario({
    id: 'seed-003/a3.6-no-flush-between', entry: 'A3.6', title: 'The flush between write protection and cleaning is not what protocol P stands on',
    about: `${SAID} Without that flush a store can still come through a stale TLB entry; but then the PTE is dirty and cleaning finds it, and cleaning flushes what it touched before it returns.`,
    variants: ['pfn_mkwrite writes the PTE itself', 'write protection leaves the flush to cleaning'], start: { maps: [['rw']] }, cpus, properties, reaches, expect: { verdict: 'holds' },
    mutants: [{ name: 'no-flush-at-all', what: 'cleaning does not flush either', variants: ['pfn_mkwrite writes the PTE itself', 'write protection leaves the flush to cleaning'], mutations: [drop('wp_clean_post_vma', 'flush_tlb_range')], expect: late }],
  }),
  bufferScenario({
    id: 'seed-003/new-mkwrite-returned', entry: 'A3.6', title: 'A writer that pfn_mkwrite has let through writes its PTE after all PTEs were write-protected and cleaned',
    about: 'wp_pfn_shared holds nothing between ->pfn_mkwrite and the PTE lock. Blocking writers *in* pfn_mkwrite does not stop one that has just left it, and pte_same does not see that the read-only clean PTE was visited in between.',
    start: { maps: [['ro']] }, cpus, properties: [NoLateStore, I1Device], expect: { verdict: 'violated', property: 'A3.6-none-added', steps: 39 },
  }),
  bufferScenario({
    id: 'seed-003/new-mprotect-in-p', entry: 'A3.6', title: 'mprotect between write protection and cleaning: the PTE ends writable and clean',
    about: 'After write protection the PTE is read-only and dirty. A program that takes PROT_WRITE away and gives it back makes a dirty PTE of such a VMA writable without pfn_mkwrite (mprotect: change_pte_range, dirty_accountable). Cleaning then clears D and leaves W.',
    variants: ['pfn_mkwrite writes the PTE itself'], start: { maps: [['rw']] }, cpus: [program(0, mprotectsReadOnly, mprotectsWritable, stores), P], properties: [NoLateStore], expect: { verdict: 'violated', property: 'A3.6-none-added', steps: 56 },
  }),
  bufferScenario({
    id: 'seed-003/new-one-pass', entry: 'A3.6', title: 'One pass that clears W and D together does what protocol P does, and mprotect does not undo it',
    about: 'As page_mkclean has done since v2 of the dirty-page patches ("also clear the pte dirty bit when we make pages read-only again"): no entry is ever read-only and dirty, so mprotect has nothing to make writable.',
    variants: ['pfn_mkwrite writes the PTE itself', 'cleaning write-protects too'], start: { maps: [['rw']] }, cpus: [program(0, mprotectsReadOnly, mprotectsWritable, stores), kthread('driver', reserved(cleans, relies, transfers))], properties, expect: { verdict: 'holds' },
    reaches: () => ({ 'relied on, with the page picked up': and(inP(), bit()), 'stored afterwards': and(not(inP()), not(bit()), pte_write(entry()), eq(peek(data.at(pfn_t.lit(0))), version_t.lit(2))) }),
    mutants: [{ name: 'two-passes', what: 'write protection, then cleaning', variants: ['pfn_mkwrite writes the PTE itself'], cpus: [program(0, mprotectsReadOnly, mprotectsWritable, stores), P], expect: { verdict: 'violated', property: 'A3.6-all-picked-up' } }],
  }),
];
