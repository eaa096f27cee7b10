/** Szymanski's lock: first come, first served, in linear wait, with one small variable a process. */
import { bool, Break, drop, enumeration, eq, FALSE, ForEach, Forever, If, load, lt, ne, or, primitive, proc, program, Return, shared, skip, store, TRUE, Var, waitUntil, type Mutation, type Progress, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

/** The five positions on the way through the waiting room. */
const position_t = enumeration('position_t', ['OUTSIDE', 'KNOCKING', 'WAITING', 'ENTERING', 'INSIDE']);
const { OUTSIDE, KNOCKING, WAITING, ENTERING, INSIDE } = position_t.is;
const position = shared('position', position_t, [pid_t]);
const is = (v: Value<'position_t'>, ...any: readonly Value<'position_t'>[]): Value<'bool'> => or(...any.map((p) => eq(v, p)));

const await_open = primitive('await_open', (k: Pid) => { waitUntil(position.at(k), (v) => is(v, OUTSIDE, KNOCKING, WAITING)); });
const await_ahead = primitive('await_ahead', (k: Pid) => { waitUntil(position.at(k), (v) => is(v, OUTSIDE, KNOCKING)); });
const await_behind = primitive('await_behind', (k: Pid) => { waitUntil(position.at(k), (v) => is(v, OUTSIDE, KNOCKING, INSIDE)); });

const anybody = proc('anybody', { params: { at: position_t }, returns: bool, doc: 'One look at each process.' }, ({ at }) => {
  const found = Var('found', bool, FALSE);
  ForEach(pid_t, 'k', (k) => { If(eq(load('theirs', position.at(k)), at), () => { found.set(TRUE); }); });
  Return(found.get());
});

const szymanski_lock = proc('szymanski_lock', { params: { me: pid_t } }, ({ me }) => {
  store(position.at(me), KNOCKING);
  ForEach(pid_t, 'k', (k) => { If(ne(k, me), () => { await_open(k); }); });
  store(position.at(me), ENTERING);
  If(anybody({ at: KNOCKING }, 'knocking'), () => {
    store(position.at(me), WAITING);
    Forever(() => { If(anybody({ at: INSIDE }, 'inside'), () => { Break(); }); });
  });
  store(position.at(me), INSIDE);
  ForEach(pid_t, 'k', (k) => { If(lt(k, me), () => { await_ahead(k); }); });
});

const szymanski_unlock = proc('szymanski_unlock', { params: { me: pid_t } }, ({ me }) => {
  ForEach(pid_t, 'k', (k) => { If(lt(me, k), () => { await_behind(k); }); });
  store(position.at(me), OUTSIDE);
});

function process(me: Pid): void {
  Forever(() => {
    szymanski_lock({ me });
    enter(me);
    skip();
    leave(me);
    szymanski_unlock({ me });
  });
}

export function szymanski(n: number, mutations: readonly Mutation[] = [], progress: readonly Progress[] = []): Program {
  return program({ name: `classic/szymanski-${n}`, sizes: { pid_t: n }, threads: () => processes(n, process), properties: [mutex], reaches: lastInside(n), mutations, progress });
}

const about = 'B. K. Szymanski, "A simple solution to Lamport\'s concurrent programming problem with linear wait", ICS 1988.';
const scenario = (n: number) => classic({
  name: `szymanski-${n}`, title: `Szymanski's lock, ${n} processes`, about, processes: n, expect: { verdict: 'holds' }, build: () => szymanski(n),
  mutants: [{ name: 'no-order', what: 'nobody waits for processes with smaller numbers', expect: breaksMutex, build: () => szymanski(n, [drop('szymanski_lock', 'await_ahead')]) }],
});

export const szymanskis = [scenario(2), scenario(3)];
