import { not, peek, property } from '../model/language/index.ts';
import { slept_atomic, wrong_unlock } from '../model/machine/locks.ts';

/** I10, deadlock, needs no property: a state in which nobody who must end can move is a verdict of its own. */
export const I10b = property('I10b', 'no sleep with a spinning lock held', () => ({ 'sleep in atomic context': not(peek(slept_atomic.at())) }));

export const I14 = property('I14', 'lock ownership: a lock is released by the CPU that holds it', () => ({ 'unlock by another': not(peek(wrong_unlock.at())) }));
