/** What a fault owes the writers' throttle (mm/page-writeback.c balance_dirty_pages), where a world follows it. */
import { and, bool, exchange, FALSE, ghost, If, not, or, peek, primitive, shared, store, thisCpu, track, TRUE, waitUntil, type Value } from '../language/index.ts';
import { might_sleep } from '../machine/locks.ts';
import { cpu_t } from '../machine/types.ts';
import { balance, since, variant } from './version.ts';

/** A page has become dirty in the fault that this CPU is in, and balance_dirty_pages has not been called since. */
const owes_balance = ghost('owes_balance', bool, [cpu_t], { display: '%0.owes_balance' });
/** Latched when a fault ended that way: one that went through, one that backed out and is taken again. */
export const unbalanced = { fault: ghost('unbalanced_fault', bool, []), retry: ghost('unbalanced_retry', bool, []) };

const mine = (): ReturnType<typeof owes_balance.at> => owes_balance.at(thisCpu(cpu_t));

/** Rides with the step that dirtied the page, or found it dirty. */
export function noteDirtied(newly: Value<'bool'>): void {
  if (balance() !== undefined) track(mine(), or(peek(mine()), newly));
}

export function noteBalanced(): void {
  track(mine(), FALSE);
}

/** Rides with the last step of a fault. */
export function noteFaultEnds(backedOut: Value<'bool'>): void {
  if (balance() === undefined) return;
  track(unbalanced.fault.at(), or(peek(unbalanced.fault.at()), and(peek(mine()), not(backedOut))));
  track(unbalanced.retry.at(), or(peek(unbalanced.retry.at()), and(peek(mine()), backedOut)));
  track(mine(), FALSE);
}

/** Too many pages of other files are dirty. */
export const over_limit = shared('over_limit', bool, []);
/** The fault of this CPU is to throttle its writer once it has given mmap_sem back (fault_dirty_shared_page of 5.5 and later). */
const throttle_later = shared('throttle_later', bool, [cpu_t], { display: '%0.throttle_later' });
const waits_elsewhere = primitive('congestion_wait until below dirty_thresh', () => {
  waitUntil(over_limit.at(), not);
  might_sleep();
});
const note_later = primitive('maybe_unlock_mmap_for_io', () => { store(throttle_later.at(thisCpu(cpu_t)), TRUE); });
const take_later = primitive('VM_FAULT_COMPLETED', () => exchange('throttle', throttle_later.at(thisCpu(cpu_t)), FALSE));

/** balance_dirty_pages where it waits for other files. */
export function throttle_elsewhere(): void {
  if (since('5.5') && !variant('throttled under mmap_sem')) note_later();
  else waits_elsewhere();
}

/** After up_read at the end of a fault. */
export function throttle_unlocked(): void {
  if (balance() !== 'elsewhere' || !since('5.5') || variant('throttled under mmap_sem')) return;
  const throttle = take_later();
  If(throttle, () => { waits_elsewhere(); });
}
