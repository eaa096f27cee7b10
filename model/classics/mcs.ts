/** The queue lock of Mellor-Crummey and Scott. */
import { bool, eq, exchange, FALSE, Forever, If, load, moveAfter, not, primitive, proc, program, Return, rmw, select, shared, store, TRUE, waitUntil, type Mutation, type Progress } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, enter, isSomebody, lastInside, leave, maybe_t, mutex, nobody, pid_t, processes, somebody, type Pid } from './classic.ts';

/** The queue node of each process, and the end of the queue. */
const next = shared('next', maybe_t, [pid_t]);
const locked = shared('locked', bool, [pid_t]);
const tail = shared('tail', maybe_t, []);

const set_locked = primitive('set_locked', (me: Pid) => { store(locked.at(me), TRUE); });
const link_behind = primitive('link_behind', (before: Pid, me: Pid) => { store(next.at(before), somebody(me)); });
/** compare_and_swap(tail, me, nobody): the old value. */
const cas_tail = primitive('cas_tail', (me: Pid) => rmw('old', tail.at(), (t) => select(eq(t, somebody(me)), nobody(), t)));

const acquire = proc('acquire', { params: { me: pid_t } }, ({ me }) => {
  store(next.at(me), nobody());
  const before = exchange('before', tail.at(), somebody(me));
  If(isSomebody(before), () => {
    set_locked(me);
    link_behind(maybe_t.get(before, 'who'), me);
    waitUntil(locked.at(me), not);
  });
  enter(me);
});

const release = proc('release', { params: { me: pid_t } }, ({ me }) => {
  const known = load('known', next.at(me));
  leave(me);
  If(isSomebody(known), () => {
    store(locked.at(maybe_t.get(known, 'who')), FALSE);
    Return();
  });
  If(eq(cas_tail(me), somebody(me)), () => { Return(); });
  waitUntil(next.at(me), isSomebody);
  store(locked.at(maybe_t.get(load('late', next.at(me)), 'who')), FALSE);
});

function process(me: Pid): void {
  Forever(() => {
    acquire({ me });
    release({ me });
  });
}

export function mcs(n: number, mutations: readonly Mutation[] = [], progress: readonly Progress[] = []): Program {
  return program({ name: `classic/mcs-${n}`, sizes: { pid_t: n }, threads: () => processes(n, process), properties: [mutex], reaches: lastInside(n), mutations, progress });
}

const about = 'J. M. Mellor-Crummey, M. L. Scott, "Algorithms for scalable synchronization on shared-memory multiprocessors", ACM TOCS 9(1), 1991, algorithm 5: fetch-and-store, compare-and-swap, spinning on one\'s own node.';
const scenario = (n: number) => classic({
  name: `mcs-${n}`, title: `MCS queue lock, ${n} processes`, about, processes: n, expect: { verdict: 'holds' }, build: () => mcs(n),
  mutants: [{ name: 'lost-wakeup', what: 'a process sets its flag after it has joined the queue', expect: { verdict: 'deadlock' }, build: () => mcs(n, [moveAfter('acquire', 'set_locked', 'link_behind')]) }],
});

export const mcsLocks = [scenario(2), scenario(3), scenario(4)];
