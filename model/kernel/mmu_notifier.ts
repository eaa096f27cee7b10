/** MMU notifiers with a sequence number (mm/mmu_notifier.c, 5.5 and later): how a device that mirrors an mm hears of changes. */
import { add, atomic, bool, eq, If, int, load, ne, primitive, proc, record, Return, shared, store, TRUE, waitUntil, type Value } from '../language/index.ts';
import { spinLock, spinUnlock } from '../machine/locks.ts';
import { mm_t, owner_t, pfn_t } from '../machine/types.ts';
import type { Mm } from './mm_types.ts';
import { mirrored, source, variant } from './version.ts';

export const turns_t = int('turns_t', 3);
/** invalidate_seq: its low bit, and the rest. */
export const seq_t = record('seq_t', { turn: turns_t, invalidating: bool });
/** Of the mm's subscriptions: odd while an invalidation is under way. */
export const invalidate_seq = shared('invalidate_seq', seq_t, []);
/** Of the device's interval: the last invalidation that it was told of. */
export const interval_seq = shared('interval_seq', seq_t, []);
/** The device's own page table: one entry, read-only. */
export const spte_t = record('spte_t', { V: bool, pfn: pfn_t });
export const spte_at = shared('spte', spte_t, [], { display: 'device.spte' });
const driver_lock_at = shared('driver_lock', owner_t, []);
export const driver_lock = spinLock('driver_lock', () => driver_lock_at.at());
export const driver_unlock = spinUnlock('driver_unlock', () => driver_lock_at.at());

const begin_invalidation = primitive('mn_itree_inv_start_range', () => {
  let now: Value<'seq_t'> | undefined;
  atomic('under subscriptions->lock', () => {
    const seq = load('seq', invalidate_seq.at());
    now = seq_t.with(seq, 'invalidating', TRUE);
    store(invalidate_seq.at(), now);
  });
  return now as Value<'seq_t'>;
});
const end_invalidation = primitive('mn_itree_inv_end', () => {
  atomic('under subscriptions->lock', () => {
    const seq = load('seq', invalidate_seq.at());
    store(invalidate_seq.at(), seq_t.of({ turn: add(seq_t.get(seq, 'turn'), turns_t.lit(1)) }));
  });
});

const mmu_interval_set_seq = primitive('mmu_interval_set_seq', (seq: Value<'seq_t'>) => store(interval_seq.at(), seq));
const clear_spte = primitive('clear device PTE', () => store(spte_at.at(), spte_t.of({})));
export const set_spte = primitive('set device PTE', (page: Value<'pfn_t'>) => store(spte_at.at(), spte_t.of({ V: TRUE, pfn: page })));

/** The driver's callback: from now on what it read before is out of date, and its entry is gone. */
const start = proc('mmu_notifier_invalidate_range_start', {
  params: {}, models: source('mmu_notifier_invalidate_range_start', 'mm/mmu_notifier.c'),
}, () => {
  const seq = begin_invalidation();
  driver_lock();
  mmu_interval_set_seq(seq);
  clear_spte();
  driver_unlock();
});
const end = proc('mmu_notifier_invalidate_range_end', {
  params: {}, models: source('mmu_notifier_invalidate_range_end', 'mm/mmu_notifier.c'),
}, () => { end_invalidation(); });

function ifMirrored(mm: Mm, then: () => void): void {
  const of = mirrored();
  if (of === undefined || variant('devices are not notified')) return;
  If(eq(mm, mm_t.lit(of)), then);
}
export const invalidate_range_start = (mm: Mm): void => { ifMirrored(mm, () => { start({}); }); };
export const invalidate_range_end = (mm: Mm): void => { ifMirrored(mm, () => { end({}); }); };

/** The interval's number; waits while an invalidation of it is under way. */
export const mmu_interval_read_begin = proc('mmu_interval_read_begin', {
  params: {}, returns: seq_t, models: source('mmu_interval_read_begin', 'mm/mmu_notifier.c'),
}, () => {
  const { seq, busy } = readBoth();
  If(busy, () => { wait_for_end(seq); });
  Return(seq);
});
const wait_for_end = primitive('wait_event', (seq: Value<'seq_t'>) => waitUntil(invalidate_seq.at(), (now) => ne(now, seq)));

function readBoth(): { readonly seq: Value<'seq_t'>; readonly busy: Value<'bool'> } {
  let seq: Value<'seq_t'> | undefined;
  let busy: Value<'bool'> | undefined;
  primitive('read both numbers', () => {
    atomic('under subscriptions->lock', () => {
      seq = load('seq', interval_seq.at());
      busy = eq(seq, load('now', invalidate_seq.at()));
    });
  })();
  return { seq: seq as Value<'seq_t'>, busy: busy as Value<'bool'> };
}

/** Whether the interval was invalidated since the number was read. The driver's lock is held. */
export const mmu_interval_read_retry = primitive('mmu_interval_read_retry', (seq: Value<'seq_t'>) => ne(load('interval_seq', interval_seq.at()), seq));
