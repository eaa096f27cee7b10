/** Lamport's bakery, with a bounded number of visits so that tickets are bounded. */
import { add, and, bool, drop, eq, FALSE, ForEach, If, int, load, lt, ne, not, or, primitive, proc, program, quiescent, shared, store, TRUE, Var, waitUntil, type Mutation, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

/** 0: no ticket. A ticket is one more than another one, and each visit takes one. */
const ticket_t = int('ticket_t', 8);
const choosing = shared('choosing', bool, [pid_t]);
const number = shared('number', ticket_t, [pid_t]);

const await_doorway = primitive('await_doorway', (k: Pid) => { waitUntil(choosing.at(k), not); });
const await_served = primitive('await_served', (k: Pid, mine: Value<'ticket_t'>, me: Pid) => {
  waitUntil(number.at(k), (theirs) => or(eq(theirs, ticket_t.lit(0)), lt(mine, theirs), and(eq(mine, theirs), lt(me, k))));
});

const bakery_lock = proc('bakery_lock', { params: { me: pid_t } }, ({ me }) => {
  store(choosing.at(me), TRUE);
  const mine = Var('mine', ticket_t, ticket_t.lit(0));
  ForEach(pid_t, 'k', (k) => {
    If(ne(k, me), () => {
      const theirs = load('theirs', number.at(k));
      If(lt(mine.get(), theirs), () => { mine.set(theirs); });
    });
  });
  mine.set(add(mine.get(), ticket_t.lit(1)));
  store(number.at(me), mine.get());
  store(choosing.at(me), FALSE);
  ForEach(pid_t, 'k', (k) => {
    If(ne(k, me), () => {
      await_doorway(k);
      await_served(k, mine.get(), me);
    });
  });
});

const process = (visits: number) => (me: Pid): void => {
  for (let visit = 0; visit < visits; visit++) {
    bakery_lock({ me });
    enter(me);
    store(number.at(me), ticket_t.lit(0));
    leave(me);
  }
};

export function bakery(n: number, visits: number, mutations: readonly Mutation[] = []): Program {
  return program({
    name: `classic/bakery-${n}`, sizes: { pid_t: n }, threads: () => processes(n, process(visits)), properties: [mutex], mutations,
    reaches: () => ({ 'all were served': quiescent() }),
  });
}

const about = 'L. Lamport, "A new solution of Dijkstra\'s concurrent programming problem", CACM 17(8), 1974. Tickets grow without bound; here each process comes a bounded number of times.';
const scenario = (n: number, visits: number) => classic({
  name: `bakery-${n}`, title: `Lamport's bakery, ${n} processes that come ${visits === 1 ? 'once' : `${visits} times`}`, about, processes: n, expect: { verdict: 'holds' }, build: () => bakery(n, visits),
  mutants: [{ name: 'no-doorway', what: 'nobody waits for those who are choosing', expect: breaksMutex, build: () => bakery(n, visits, [drop('bakery_lock', 'await_doorway')]) }],
});

export const bakeries = [scenario(2, 3), scenario(3, 1)];
