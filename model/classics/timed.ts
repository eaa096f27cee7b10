/** Discrete time for timed protocols: a timer a process, and a clock whose tick moves all of them at once. */
import { atomic, eq, FALSE, forall, ForEach, Forever, int, Let, load, ne, peek, rmw, select, shared, store, sub, thread, type Thread, type Value } from '../language/index.ts';
import { pid_t, type Pid } from './classic.ts';

const timer_t = int('timer_t', 7);
/** Ticks until the process must have moved, or may move; OFF: no hurry. */
export const timer = shared('timer', timer_t, [pid_t]);
export const OFF = timer_t.lit(7);
export const ticks = timer_t.lit;

const EVENT = 'an event of a timed automaton takes no time: the access and the clock that it starts';

/** One access and the start of one's timer. */
export function event(me: Pid, to: Value<'timer_t'>, access: () => void, when?: Value<'bool'>): void {
  atomic(EVENT, () => {
    access();
    store(timer.at(me), to);
  }, when === undefined ? {} : { when });
}

/** One test of a shared place and the start of one's timer, by how it comes out. */
export function test(me: Pid, name: string, read: () => Value<'bool'>, ifTrue: Value<'timer_t'>, ifFalse: Value<'timer_t'>): Value<'bool'> {
  let outcome = FALSE;
  atomic(EVENT, () => {
    outcome = Let(name, read());
    store(timer.at(me), select(outcome, ifTrue, ifFalse));
  });
  return outcome;
}

/** Time is up: the timer is set to something else. */
export function expired(me: Pid, to: Value<'timer_t'>): void {
  rmw('time', timer.at(me), () => to, { when: (t) => eq(t, ticks(0)), ignore: true });
}

/** A tick, unless some process must move first. */
export function clock(cpu: number): Thread {
  return thread('clock', cpu, () => {
    Forever(() => {
      atomic('time passes for all at once', () => {
        ForEach(pid_t, 'p', (p) => {
          const t = load('t', timer.at(p));
          store(timer.at(p), select(eq(t, OFF), OFF, sub(t, ticks(1))));
        });
      }, { when: forall(pid_t, 'p', (p) => ne(peek(timer.at(p)), ticks(0))) });
    });
  }, 'service');
}

/** All timers are off. */
export const allOff = (n: number, set: (at: ReturnType<typeof timer.at>, to: Value<'timer_t'>) => void): void => {
  for (let i = 0; i < n; i++) set(timer.at(pid_t.lit(i)), OFF);
};
