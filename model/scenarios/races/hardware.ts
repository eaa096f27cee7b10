/** Races of what hardware does: stores that wait in a CPU's buffer, and CPUs that switch to an mm while its TLB entries are flushed. */
import { and, drop, eq, FALSE, moveAfter, ne, not, peek, quiescent, TRUE, type Init } from '../../language/index.ts';
import { PG_anon_exclusive } from '../../kernel/anon_exclusive.ts';
import { blkdev_direct_IO_simple, read_into } from '../../kernel/block_dev.ts';
import { pin_t } from '../../kernel/follow_page.ts';
import { try_to_merge_one_page } from '../../kernel/ksm.ts';
import { pinned } from '../../kernel/pins.ts';
import { pin_and_read } from '../../kernel/read_pin.ts';
import { shrink_lazyfree_page } from '../../kernel/lazyfree_reclaim.ts';
import { flush_tlb_mm_range, loaded_mm, loaded_mm_t, mm_cpumask, switch_mm, switch_mm_irqs_off } from '../../kernel/tlb.ts';
import { get_page, mapping_at, page_cache, page_count_at, PG_anon, PG_dirty, put_page, slot_t } from '../../kernel/page.ts';
import { loadInstruction } from '../../machine/mmu.ts';
import { cr3, pte, tlb } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_present, tlb_t, va_t } from '../../machine/types.ts';
import { I4, I5, I5Loaded, I7DirectIo, I7Exclusive } from '../../../properties/index.ts';
import { kthread, program, reclaims } from '../actors.ts';
import type { Cpu } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const STEPS = 'The whole of reclaim is here, with its locks, references and loads.';

/** Another task's CPU: it switches to the program, which loads once; it ends if that faults. */
const scheduled = (switches: typeof switch_mm): Cpu => ({ ...program(0, (mm) => { switches({ mm: mm_t.lit(mm) }); }, (mm) => { loadInstruction(mm_t.lit(mm), va_t.lit(0)); }), tlb: false });
const kswapd = kthread('kswapd', reclaims);
const reclaimed = () => ({
  'reclaimed, and the CPU has switched': and(quiescent(), peek(cr3.at(cpu_t.lit(0))), eq(peek(page_count_at.at(pfn_t.lit(0))), count_t.lit(0))),
  'in the TLB after the PTE went': and(not(pte_present(entry())), peek(cr3.at(cpu_t.lit(0))), tlb_t.get(peek(tlb.at(cpu_t.lit(0), va_t.lit(0))), 'V')),
});

const NOT_MEMORY = ['tlb', 'cr3', 'irqs_off'];
const SERIALIZING = ['write_cr3', 'invlpg'];
const b43: Common = {
  entry: 'B43',
  about: 'Commit 71b3c126e611 (Andy Lutomirski, 4.5-rc1), "x86/mm: Add barriers and document switch_mm()-vs-flush synchronization": one CPU says in mm_cpumask that it wants to be told of flushes and then walks the page tables; another clears a PTE and then looks who wants to be told. If both stores are still in their buffers when both loads are done, the first has the old PTE in its TLB and the second interrupts nobody. Memory whose read-modify-writes are no barriers.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [scheduled(switch_mm), kswapd],
  machine: { switching: true, flush: flush_tlb_mm_range, storeBuffers: { stores: [], relaxed: ['pte', 'mm_cpumask'], registers: NOT_MEMORY, serializing: SERIALIZING } },
  properties: [I5Loaded],
};

const b44: Common = {
  entry: 'B44',
  about: 'Commit fea4e317f9e7 (Dave Hansen, 6.15), "x86/mm: Eliminate window where TLB flushes may be inadvertently skipped": from 6.14 on a flush leaves CPUs alone that are in mm_cpumask and do not have the mm loaded. A CPU that has loaded CR3 and not yet written loaded_mm counts as such, and keeps what its TLB was filled with.',
  start: { maps: [{ pte: 'ro' }] },
  cpus: [{ ...scheduled(switch_mm_irqs_off), tlb: true }, kswapd],
  machine: { switching: true, flush: flush_tlb_mm_range },
  properties: [I5Loaded],
};
const FAILS = { verdict: 'violated', property: 'I5-loaded' } as const;
const buffered: Common = {
  ...b44,
  about: 'Commit 83b0177a6c48 (Peter Zijlstra), "x86/mm: Fix SMP ordering in switch_mm_irqs_off()", reported by Stephen Dolan: the bit in mm_cpumask may be set already, and then nothing that the CPU does between its store of SWITCHING and its load of tlb_gen is a barrier. The store waits in the buffer; the flush finds the CPU in another mm and lets it be; the CPU has found no flush to catch up on.',
  start: { maps: [{ pte: 'ro' }], also: (set) => { set(mm_cpumask.at(mm_t.lit(0), cpu_t.lit(0)), TRUE); } },
  machine: { ...b44.machine, storeBuffers: { stores: ['loaded_mm'], registers: NOT_MEMORY, serializing: SERIALIZING } },
};

/** Page 0 is anonymous, and program 0's. */
const anonymous = (set: Init): void => {
  set(page_cache.at(), slot_t.of({}));
  set(mapping_at.at(pfn_t.lit(0)), FALSE);
  set(page_count_at.at(pfn_t.lit(0)), count_t.lit(1));
  set(PG_anon.at(pfn_t.lit(0)), TRUE);
};
const b70: Common = {
  entry: 'B70',
  about: 'Commit 6c8e2a256915 (Mauricio Faria de Oliveira, 5.18-rc1), "mm: fix race between MADV_FREE reclaim and blkdev direct IO read": a program gives a page up with MADV_FREE and then reads from a block device into it. Until the IO is done the page is not dirty, so reclaim takes it to be unused and drops its PTE; the pin keeps the page, nothing leads to it, and the program reads zeroes.',
  start: { maps: [{ pte: 'w', shared: false }], freeFrames: 1, also: anonymous },
  cpus: [program(0, (mm) => { blkdev_direct_IO_simple({ mm: mm_t.lit(mm), va: va_t.lit(0) }); }), kthread('kswapd', () => { shrink_lazyfree_page({ page: pfn_t.lit(0) }); })],
  machine: { shootdown: 'atomic', storeBuffers: { stores: [], relaxed: ['pte'], registers: NOT_MEMORY } },
  properties: [I7DirectIo],
};
const LOST = { verdict: 'violated', property: 'I7-direct-io' } as const;
const LAZY = { lazyfree: true } as const;
const check = 'madv_free_page_check';
const readInto = () => peek(read_into.at(mm_t.lit(0), va_t.lit(0)));

/** ksmd has found the page by its contents and makes it the one to share: protected, clean, and nobody's alone. */
const ksmd = kthread('ksmd', () => {
  get_page(pfn_t.lit(0));
  try_to_merge_one_page({ mm: mm_t.lit(0), va: va_t.lit(0), page: pfn_t.lit(0), kpage: slot_t.of({}) });
  put_page(pfn_t.lit(0));
});
const b67: Common = {
  entry: 'B67',
  about: 'Commit 088b8aa537c2 (David Hildenbrand, 6.1-rc1), "mm: fix PageAnonExclusive clearing racing with concurrent RCU GUP-fast": GUP-fast pins a page that is mapped read-only and nobody else\'s, and reads PTE and PageAnonExclusive again; KSM clears the PTE, looks for pins, takes PageAnonExclusive away and writes the PTE back as it was. If neither sees the other\'s first store, a page that is pinned may be shared. Hardware broadcasts flushes, and read-modify-writes are no barriers.',
  start: { maps: [{ pte: 'ro', shared: false }], also: (set) => { anonymous(set); set(PG_anon_exclusive.at(pfn_t.lit(0)), TRUE); } },
  cpus: [program(0, (mm) => { pin_and_read({ mm: mm_t.lit(mm), va: va_t.lit(0) }); }), ksmd],
  machine: { shootdown: 'atomic', storeBuffers: { stores: [], relaxed: ['pte', 'pin_count'], registers: NOT_MEMORY } },
  properties: [I7Exclusive],
};
const SHARED = { verdict: 'violated', property: 'I7-exclusive' } as const;
const PINS = { ksm: true, gup: 'FOLL_PIN' } as const;
const isExclusive = () => peek(PG_anon_exclusive.at(pfn_t.lit(0)));
const isPinned = () => pin_t.get(peek(pinned.at(mm_t.lit(0), va_t.lit(0))), 'ok');
const sharedOrPinned = () => ({ 'shared, never pinned': and(quiescent(), not(isExclusive())), 'pinned, not shared': and(isPinned(), isExclusive()) });

export const hardwareRaces = [
  fileScenario({ ...b43, id: 'race/b43-mask-read-early', title: 'A flush looks at mm_cpumask before its PTE is seen to be clear', kernel: { version: '3.15' }, expect: { ...FAILS, steps: 32 }, catalogueSteps: 6, lengthNote: STEPS }),
  fileScenario({
    ...b43, id: 'race/b43-repaired', title: 'A full barrier before the mask is read; loading CR3 is the other one', kernel: { version: '4.8' }, properties: [I5Loaded, I4], expect: { verdict: 'holds' }, reaches: reclaimed,
    mutants: [
      { name: 'no-barrier-in-flush', what: 'the flusher has no barrier', mutations: [drop('flush_tlb_mm_range', 'smp_mb')], properties: [I5Loaded], expect: FAILS },
      { name: 'cr3-not-serializing', what: 'the switching CPU has none: loading CR3 does not wait for the bit in mm_cpumask to be seen', machine: { storeBuffers: { stores: [], relaxed: ['pte', 'mm_cpumask'], registers: NOT_MEMORY, serializing: [] } }, properties: [I5Loaded], expect: FAILS },
    ],
  }),
  fileScenario({
    ...b43, id: 'race/b43-locked-instructions', title: 'Where read-modify-writes are barriers, as on x86, PTEs that are cleared by one need no other', kernel: { version: '3.15' },
    machine: { ...b43.machine, storeBuffers: { stores: ['pte', 'mm_cpumask'], registers: NOT_MEMORY, serializing: SERIALIZING } }, properties: [I5Loaded, I4], expect: { verdict: 'holds' }, reaches: reclaimed,
    mutants: [{ name: 'not-barriers', what: 'they are none', machine: b43.machine!, properties: [I5Loaded], expect: FAILS }],
  }),
  fileScenario({ ...b44, id: 'race/b44-switching-not-flushed', title: 'A CPU that has loaded CR3 and not yet said so is not flushed', kernel: { version: '6.14' }, expect: { ...FAILS, steps: 35 }, catalogueSteps: 7, lengthNote: STEPS }),
  fileScenario({
    ...b44, id: 'race/b44-repaired', title: 'A CPU that is switching is flushed', kernel: { version: '6.15' }, properties: [I5Loaded, I4], expect: { verdict: 'holds' },
    reaches: () => ({ ...reclaimed(), 'PTE gone while the CPU is switching': and(not(pte_present(entry())), eq(peek(loaded_mm.at(cpu_t.lit(0))), loaded_mm_t.is.SWITCHING)) }),
    mutants: [
      { name: 'loaded-only', what: 'only CPUs that have said so are flushed', kernel: { version: '6.14' }, properties: [I5Loaded], expect: FAILS },
      { name: 'not-marked', what: 'a CPU does not say that it is switching', mutations: [drop('switch_mm_irqs_off', 'loaded_mm')], properties: [I5Loaded], expect: FAILS },
      { name: 'not-in-mask', what: 'the CPU does not enter mm_cpumask', mutations: [drop('switch_mm_irqs_off', 'cpumask_set_cpu')], properties: [I5Loaded], expect: FAILS },
    ],
  }),
  fileScenario({ ...buffered, id: 'race/b44-switching-not-seen', title: 'That a CPU is switching waits in its store buffer while it reads the generation', kernel: { version: '6.15' }, expect: { ...FAILS, steps: 35 } }),
  fileScenario({
    ...buffered, id: 'race/b44-seen', title: 'A full barrier where no bit is set in mm_cpumask', kernel: { version: '6.18' }, properties: [I5Loaded, I4], expect: { verdict: 'holds' }, reaches: reclaimed,
    mutants: [{ name: 'no-barrier', what: 'no barrier', mutations: [drop('switch_mm_irqs_off', 'smp_mb')], properties: [I5Loaded], expect: FAILS }],
  }),
  fileScenario({ ...b70, id: 'race/b70-pinned-page-discarded', title: 'Reclaim discards a page that a device is about to write', kernel: { version: '5.9', ...LAZY }, expect: { ...LOST, steps: 27 }, catalogueSteps: 13, lengthNote: STEPS }),
  fileScenario({
    ...b70, id: 'race/b70-no-barrier', title: 'References are compared, but the page may still be pinned through the old PTE', kernel: { version: '6.2', ...LAZY, variants: ['references of MADV_FREE pages are compared without a barrier'] }, expect: { ...LOST, steps: 29 }, catalogueSteps: 13, lengthNote: STEPS,
  }),
  fileScenario({
    ...b70, id: 'race/b70-repaired', title: 'Clear the PTE, full barrier, compare references, look at PG_dirty', kernel: { version: '6.2', ...LAZY }, properties: [I7DirectIo, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({
      'discarded before it was pinned': and(quiescent(), pin_t.get(readInto(), 'ok'), ne(pin_t.get(readInto(), 'pfn'), pfn_t.lit(0))),
      'kept for its reference': and(not(pte_present(entry())), pin_t.get(readInto(), 'ok'), eq(pin_t.get(readInto(), 'pfn'), pfn_t.lit(0)), not(peek(PG_dirty.at(pfn_t.lit(0))))),
      'kept for PG_dirty': and(not(pte_present(entry())), peek(PG_dirty.at(pfn_t.lit(0)))),
    }),
    mutants: [
      { name: 'not-compared', what: 'references are not compared', kernel: { version: '5.9' }, properties: [I7DirectIo], expect: LOST },
      { name: 'no-barrier', what: 'no barrier between the PTE and the references', mutations: [drop(check, 'smp_mb')], properties: [I7DirectIo], expect: LOST },
      { name: 'dirty-first', what: 'PG_dirty is looked at before the references, and somebody sets it without the page lock', mutations: [moveAfter(check, 'page_count', 'PageDirty'), drop('set_page_dirty_lock', 'lock_page'), drop('set_page_dirty_lock', 'unlock_page')], properties: [I7DirectIo], expect: LOST },
      { name: 'no-second-look', what: 'GUP-fast does not read the PTE again', kernel: { variants: ['GUP-fast does not read the PTE again'] }, properties: [I7DirectIo], expect: LOST },
    ],
  }),
  fileScenario({ ...b67, id: 'race/b67-pinned-and-shared', title: 'A page is pinned and taken to be shared', kernel: { version: '6.0', ...PINS }, expect: { ...SHARED, steps: 22 } }),
  fileScenario({
    ...b67, id: 'race/b67-repaired', title: 'Full barriers after the PTE is cleared and after the page is pinned', kernel: { version: '6.2', ...PINS }, properties: [I7Exclusive, I4, I5], expect: { verdict: 'holds' }, reaches: sharedOrPinned,
    mutants: [
      { name: 'no-barrier-in-ksm', what: 'none after the PTE is cleared', mutations: [drop('page_try_share_anon_rmap', 'smp_mb')], properties: [I7Exclusive], expect: SHARED },
      { name: 'exclusive-first', what: 'GUP-fast reads PageAnonExclusive before it reads the PTE again', kernel: { variants: ['PageAnonExclusive is read before the PTE is read again'] }, properties: [I7Exclusive], expect: SHARED },
      { name: 'cleared-late', what: 'PageAnonExclusive is cleared after the PTE is as it was', kernel: { variants: ['PageAnonExclusive is cleared after the PTE is written'] }, properties: [I7Exclusive], expect: SHARED },
    ],
  }),
  fileScenario({
    ...b67, id: 'race/b67-pins-alone', title: 'Whoever looks for pins alone, as swap and migration do, relies on the barrier of GUP-fast, too', kernel: { version: '6.2', ...PINS, variants: ['KSM looks for pins alone'] }, properties: [I7Exclusive, I4, I5], expect: { verdict: 'holds' }, reaches: sharedOrPinned,
    mutants: [{ name: 'no-barrier-in-gup', what: 'none after the page is pinned', mutations: [drop('try_grab_folio', 'smp_mb')], properties: [I7Exclusive], expect: SHARED }],
  }),
];
