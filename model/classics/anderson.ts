/** Anderson's array-based queue lock. */
import { add, bool, eq, FALSE, Forever, index, primitive, proc, program, rmw, select, shared, store, TRUE, waitUntil, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

const slot_t = index('slot_t');
type Slot = Value<'slot_t'>;
/** A process may enter at the slot that has the lock. */
const has_lock = shared('has_lock', bool, [slot_t]);
const next_slot = shared('next_slot', slot_t, []);

const next = (slot: Slot): Slot => select(eq(slot, slot_t.lit(slot_t.size() - 1)), slot_t.lit(0), add(slot, slot_t.lit(1)));
const fetch_and_increment = primitive('fetch_and_increment', () => rmw('slot', next_slot.at(), next));

const anderson_lock = proc('anderson_lock', { params: { me: pid_t } }, ({ me }) => {
  Forever(() => {
    const mine = fetch_and_increment();
    waitUntil(has_lock.at(mine), (granted) => granted);
    store(has_lock.at(mine), FALSE);
    enter(me);
    store(has_lock.at(next(mine)), TRUE);
    leave(me);
  });
});

/** `slots`: as many as processes, or the lock does not exclude. */
export function anderson(n: number, slots = n): Program {
  const process = (me: Pid): void => { anderson_lock({ me }); };
  return program({
    name: `classic/anderson-${n}`, sizes: { pid_t: n, slot_t: slots }, threads: () => processes(n, process), init: (set) => set(has_lock.at(slot_t.lit(0)), TRUE),
    properties: [mutex], reaches: lastInside(n),
  });
}

const scenario = (n: number) => classic({
  name: `anderson-${n}`, title: `Anderson's array queue lock, ${n} processes`, processes: n, expect: { verdict: 'holds' }, build: () => anderson(n),
  about: 'T. E. Anderson, "The performance of spin lock alternatives for shared-memory multiprocessors", IEEE TPDS 1(1), 1990. Each process spins on a slot of its own.',
  mutants: [{ name: 'slot-missing', what: 'one slot fewer than processes', expect: breaksMutex, build: () => anderson(n, n - 1) }],
});

export const andersons = [scenario(3), scenario(4)];
