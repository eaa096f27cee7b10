/** What a fault owes the writers' throttle (mm/page-writeback.c balance_dirty_pages), where a world follows it. */
import { and, bool, FALSE, ghost, not, or, peek, thisCpu, track, type Value } from '../language/index.ts';
import { cpu_t } from '../machine/types.ts';
import { balance } from './version.ts';

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
