/** Lamport's fast mutual exclusion: seven accesses when nobody else is there. */
import { bool, drop, FALSE, ForEach, Forever, If, load, not, primitive, proc, program, Return, shared, store, TRUE, waitUntil, ne, type Mutation, type Progress } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, isMe, isSomebody, lastInside, leave, maybe_t, mutex, nobody, pid_t, processes, somebody, type Pid } from './classic.ts';

const b = shared('b', bool, [pid_t]);
const x = shared('x', pid_t, []);
const y = shared('y', maybe_t, []);

const await_contender = primitive('await_contender', (k: Pid) => { waitUntil(b.at(k), not); });
const await_open = primitive('await_open', () => { waitUntil(y.at(), (v) => not(isSomebody(v))); });

const try_lock = proc('try_lock', { params: { me: pid_t }, returns: bool, doc: 'False: start again.' }, ({ me }) => {
  store(b.at(me), TRUE);
  store(x.at(), me);
  If(isSomebody(load('taken', y.at())), () => {
    store(b.at(me), FALSE);
    await_open();
    Return(FALSE);
  });
  store(y.at(), somebody(me));
  If(ne(load('latest', x.at()), me), () => {
    store(b.at(me), FALSE);
    ForEach(pid_t, 'k', (k) => { await_contender(k); });
    If(not(isMe(load('holder', y.at()), me)), () => {
      await_open();
      Return(FALSE);
    });
  });
  Return(TRUE);
});

function process(me: Pid): void {
  Forever(() => {
    If(try_lock({ me }, 'locked'), () => {
      enter(me);
      store(y.at(), nobody());
      leave(me);
      store(b.at(me), FALSE);
    });
  });
}

export function lamportFast(n: number, mutations: readonly Mutation[] = [], progress: readonly Progress[] = []): Program {
  return program({ name: `classic/lamport-fast-${n}`, sizes: { pid_t: n }, threads: () => processes(n, process), properties: [mutex], reaches: lastInside(n), mutations, progress });
}

const about = 'L. Lamport, "A fast mutual exclusion algorithm", ACM TOCS 5(1), 1987, algorithm 2.';
const scenario = (n: number) => classic({
  name: `lamport-fast-${n}`, title: `Lamport's fast mutual exclusion, ${n} processes`, about, processes: n, expect: { verdict: 'holds' }, build: () => lamportFast(n),
  mutants: [{ name: 'no-await', what: 'the slow path does not wait for the other contenders', expect: breaksMutex, build: () => lamportFast(n, [drop('try_lock', 'await_contender')]) }],
});

export const lamportsFast = [scenario(2), scenario(3)];
