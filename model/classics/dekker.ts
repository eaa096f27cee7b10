/** Dekker's lock for two processes. */
import { bool, Break, drop, eq, FALSE, Forever, If, load, not, primitive, proc, program, shared, store, TRUE, waitUntil, type Mutation, type Progress } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

const wants = shared('wants', bool, [pid_t]);
const turn = shared('turn', pid_t, []);

const want_again = primitive('want_again', (me: Pid) => { store(wants.at(me), TRUE); });
const await_turn = primitive('await_turn', (me: Pid) => { waitUntil(turn.at(), (t) => eq(t, me)); });

const dekker_lock = proc('dekker_lock', { params: { me: pid_t, other: pid_t } }, ({ me, other }) => {
  store(wants.at(me), TRUE);
  Forever(() => {
    If(not(load('contended', wants.at(other))), () => { Break(); });
    If(eq(load('whose', turn.at()), other), () => {
      store(wants.at(me), FALSE);
      await_turn(me);
      want_again(me);
    });
  });
});

function process(me: Pid, i: number): void {
  const other = pid_t.lit(1 - i);
  Forever(() => {
    dekker_lock({ me, other });
    enter(me);
    store(turn.at(), other);
    leave(me);
    store(wants.at(me), FALSE);
  });
}

export function dekker(mutations: readonly Mutation[] = [], progress: readonly Progress[] = []): Program {
  return program({ name: 'classic/dekker', sizes: { pid_t: 2 }, threads: () => processes(2, process), properties: [mutex], reaches: lastInside(2), mutations, progress });
}

export const dekkers = [classic({
  name: 'dekker', title: "Dekker's lock, 2 processes", processes: 2, expect: { verdict: 'holds' }, build: () => dekker(),
  about: 'Th. J. Dekker\'s solution as in E. W. Dijkstra, "Cooperating sequential processes" (EWD123), 1965: the first lock that needs reads and writes only.',
  mutants: [{ name: 'flag-stays-down', what: 'after its turn has come a process does not raise its flag again', expect: breaksMutex, build: () => dekker([drop('dekker_lock', 'want_again')]) }],
})];
