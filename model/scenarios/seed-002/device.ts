/** A device that mirrors the far program's page table (A2.2, with the protocol of B79). */
import { and, drop, eq, moveAfter, ne, never, not, or, peek, property, quiescent, TRUE, type Value } from '../../language/index.ts';
import { driver_fault } from '../../kernel/hmm.ts';
import { interval_seq, invalidate_seq, seq_t, spte_at, spte_t, turns_t } from '../../kernel/mmu_notifier.ts';
import { page_count_at } from '../../kernel/page.ts';
import { data } from '../../machine/mmu.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { cachedPage } from '../../../properties/places.ts';
import { I4, I5, I8Copies } from '../../../properties/index.ts';
import { kthread, writesFile } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { duplicated } from './copies.ts';

const spte = (): Value<'spte_t'> => peek(spte_at.at());
const spteMaps = (page: number): Value<'bool'> => and(spte_t.get(spte(), 'V'), eq(spte_t.get(spte(), 'pfn'), pfn_t.lit(page)));

const DeviceCoherent = property('I8-device', 'the device reads what the page in the cache holds, and from a page that is not free', () => ({
  'stale device entry': or(not(spte_t.get(spte(), 'V')), eq(peek(data.at(spte_t.get(spte(), 'pfn'))), peek(data.at(cachedPage())))),
  'device entry to a free page': or(not(spte_t.get(spte(), 'V')), ne(peek(page_count_at.at(spte_t.get(spte(), 'pfn'))), count_t.lit(0))),
}));
const stale = { verdict: 'violated', property: 'I8-device' } as const;

const copyMapped = duplicated([{ pte: 'none' }, { pte: 'none' }], 1);
const device: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A2.2',
  about: 'Jérôme Glisse, 2020-10-07: "how do you walk device page table which are completely hidden from core mm". A device reads the copy of a page through an entry of its own, made from the far program\'s PTE; write(2) breaks the protection. The break\'s walk finds the PTE, not the device\'s entry.',
  kernel: { version: '5.9', writeProtection: { far: [1] }, mirrored: 1 },
  start: {
    ...copyMapped,
    also: (set) => {
      copyMapped.also?.(set);
      set(invalidate_seq.at(), seq_t.of({ turn: turns_t.lit(1) }));
      set(interval_seq.at(), seq_t.of({ invalidating: TRUE }));
    },
  },
  cpus: [kthread('device', () => { driver_fault({ mm: mm_t.lit(1), va: va_t.lit(0) }); }), kthread('writer', writesFile)],
  properties: [DeviceCoherent, I8Copies, I4, I5],
};

export const devices = [
  fileScenario({
    ...device, id: 'seed-002/a2.2-notifier', title: 'An MMU notifier with a sequence number: begin, read, lock, retry', expect: { verdict: 'holds' },
    reaches: () => ({ 'the device has the copy': spteMaps(1), 'quiet, and the device has the page': and(quiescent(), spteMaps(0)), 'quiet, and the device was invalidated': and(quiescent(), not(spte_t.get(spte(), 'V'))) }),
    mutants: [
      { name: 'not-notified', what: 'unmapping does not notify the device', kernel: { variants: ['devices are not notified'] }, properties: [DeviceCoherent], expect: stale },
      { name: 'no-retry', what: 'the driver does not look whether it was invalidated meanwhile', mutations: [never('driver_populate_range', 'driver_unlock')], properties: [DeviceCoherent], expect: stale },
      { name: 'begin-late', what: 'the driver reads the number after the page table', mutations: [moveAfter('driver_populate_range', 'mmu_interval_read_begin', 'hmm_range_fault')], properties: [DeviceCoherent], expect: stale },
      { name: 'unlocked', what: 'the driver makes its entry without its lock', mutations: [drop('driver_populate_range', 'driver_lock'), drop('driver_populate_range', 'driver_unlock')], properties: [DeviceCoherent], expect: stale },
      { name: 'no-wait', what: 'read_begin does not wait for an invalidation under way', mutations: [drop('mmu_interval_read_begin', 'wait_event')], properties: [DeviceCoherent], expect: stale },
    ],
  }),
  fileScenario({ ...device, id: 'seed-002/a2.2-walk-only', title: 'A walk of the CPUs\' page tables does not find the device\'s', kernel: { version: '5.9', writeProtection: { far: [1] }, mirrored: 1, variants: ['devices are not notified'] }, properties: [DeviceCoherent], expect: { ...stale, steps: 27 }, catalogueSteps: 13, lengthNote: 'The look-up, the page lock and the walk are steps of their own here.' }),
];
