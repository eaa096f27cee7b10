/** Write protection against pins (A0.2): KSM compares references with mappings, GUP-fast takes no lock. */
import { and, drop, eq, never, peek, type Value } from '../../language/index.ts';
import { pin_t } from '../../kernel/follow_page.ts';
import { pinned } from '../../kernel/pins.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t, type Pte } from '../../machine/types.ts';
import { I4, I5, I6, I7 } from '../../../properties/index.ts';
import { program } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { ksmd, readsDirect, twoPages, writesDirect } from './anonymous.ts';

type Common = Omit<FileScenario, 'id' | 'expect' | 'title'>;
const entry = (mm: number): Pte => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const isPinned = (): Value<'bool'> => pin_t.get(peek(pinned.at(mm_t.lit(0), va_t.lit(0))), 'ok');
const merged = (): Value<'bool'> => and(pte_present(entry(0)), eq(pte_pfn(entry(0)), pfn_t.lit(1)));
const reaches = (): Record<string, Value<'bool'>> => ({
  'pinned where it was': and(isPinned(), pte_write(entry(0)), eq(pte_pfn(entry(0)), pfn_t.lit(0))),
  'merged before it was pinned': merged(),
  'pinned by the slow path after a break': and(isPinned(), eq(pte_pfn(entry(0)), pfn_t.lit(2))),
});
const lostPin = { verdict: 'violated', property: 'I7' } as const;

const pin: Common = {
  entry: 'A0.2',
  about: 'Jérôme Glisse, 2020-01-21: "GUPed page should not be write protected as we do not know what the GUPers is doing with the page." write_protect_page compares page_mapcount + 1 with page_count; GUP-fast takes its reference without a lock. mm/ksm.c: "So we clear the pte and flush the tlb before the check". A program pins its page for a device to write, ksmd merges the page into a KSM page.',
  kernel: { version: '5.5', ksm: true },
  start: twoPages('rw', 'ksm', 1),
  cpus: [program(0, readsDirect), ksmd(1, 0)],
  properties: [I7, I6, I4, I5],
};

const noCompare = { name: 'no-comparison', what: 'ksmd does not give up when references are raised', mutations: [never('write_protect_page', 'set_pte')], properties: [I7], expect: lostPin };
const compareFirst = { version: '5.5', ksm: true, variants: ['KSM compares references before it clears the PTE'] } as const;
const noRecheck = { version: '5.5', ksm: true, variants: ['GUP-fast does not read the PTE again'] } as const;
const irqsOn = [drop('get_user_pages_fast', 'local_irq_disable'), drop('get_user_pages_fast', 'local_irq_enable')];

export const gup = [
  fileScenario({
    ...pin, id: 'seed-000/a0.2-gup-fast', title: 'KSM clears the PTE, flushes and then compares: no pin is missed', expect: { verdict: 'holds' }, reaches,
    mutants: [
      { name: 'compare-first', what: 'the references are compared before the PTE is cleared', kernel: compareFirst, properties: [I7], expect: lostPin },
      noCompare,
      { name: 'neither', what: 'GUP-fast neither reads the PTE again nor runs with interrupts off', kernel: noRecheck, mutations: irqsOn, properties: [I7], expect: lostPin },
      { name: 'takes-read-only', what: 'GUP for writing takes a read-only PTE', kernel: { variants: ['GUP for write takes a read-only PTE'] }, properties: [I6], expect: { verdict: 'violated', property: 'I6' } },
    ],
  }),
  fileScenario({ ...pin, id: 'seed-000/a0.2-compare-first', title: 'The references are compared before the PTE is cleared', kernel: compareFirst, properties: [I7], expect: { ...lostPin, steps: 45 } }),
  fileScenario({
    ...pin, id: 'seed-000/a0.2-recheck-alone', title: 'Hardware that broadcasts flushes: only the second look at the PTE tells GUP-fast', machine: { shootdown: 'atomic' }, expect: { verdict: 'holds' }, reaches,
    mutants: [{ name: 'no-recheck', what: 'GUP-fast does not read the PTE again', kernel: noRecheck, properties: [I7], expect: lostPin }],
  }),
  fileScenario({
    ...pin, id: 'seed-000/a0.2-interrupts-alone', title: 'Flushes by interrupt: GUP-fast need not read the PTE again', kernel: noRecheck, expect: { verdict: 'holds' }, reaches,
    mutants: [
      { name: 'interrupts-on', what: 'GUP-fast runs with interrupts on', mutations: irqsOn, properties: [I7], expect: lostPin },
      { name: 'no-flush', what: 'ksmd does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I7], expect: lostPin },
    ],
  }),
  fileScenario({
    ...pin, id: 'seed-000/new-read-pin', entry: 'A0.2', title: 'A read-only and clean PTE is merged under a pin: nobody compares references', properties: [I7], expect: { ...lostPin, steps: 37 },
    about: 'Not in the thread, which speaks of GUP in write mode. write_protect_page compares references only where the PTE is writable or dirty. A pass of ksmd that protects a page and then finds it unequal leaves it read-only and clean; a later pass merges it under the pin of a direct write, and what the program stores from then on goes to another page than the one the device reads.',
    start: twoPages('ro', 'ksm', 1), cpus: [program(0, writesDirect), ksmd(1, 0)],
  }),
];
