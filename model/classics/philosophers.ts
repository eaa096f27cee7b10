/** Dining philosophers: each takes its left fork, then its right one. */
import { and, bool, exists, FALSE, Forever, ghost, not, peek, primitive, proc, program, property, rmw, shared, store, thread, track, TRUE, type Progress, type Thread, type Value } from '../language/index.ts';
import type { Daemon, Program } from '../language/ir.ts';
import { classic, pid_t, type Pid } from './classic.ts';

/** The fork to the left of each philosopher. */
const taken = shared('taken', bool, [pid_t]);
const eating = ghost('eating', bool, [pid_t], { display: 'eating[%0]' });

const take = primitive('take', (fork: Pid) => { rmw('before', taken.at(fork), () => TRUE, { when: not, ignore: true }); });
const put = primitive('put', (fork: Pid) => { store(taken.at(fork), FALSE); });

const dine = proc('dine', { params: { me: pid_t, first: pid_t, second: pid_t } }, ({ me, first, second }) => {
  Forever(() => {
    take(first);
    take(second);
    track(eating.at(me), TRUE);
    put(first);
    track(eating.at(me), FALSE);
    put(second);
  });
});

/** Whoever eats has both forks: no two neighbours eat. */
const forks = (n: number) => property('forks', 'Neighbours do not eat at the same time.', () => ({
  'one of two neighbours': and(...Array.from({ length: n }, (_, i) => not(and(isEating(i), isEating((i + 1) % n))))),
}));
export const isEating = (i: number): Value<'bool'> => peek(eating.at(pid_t.lit(i)));

interface Table {
  /** The last philosopher takes the right fork first. */
  readonly leftHanded: boolean;
  readonly daemon?: Daemon;
  readonly progress?: readonly Progress[];
}

export function philosophers(n: number, { leftHanded, daemon = 'no', progress = [] }: Table): Program {
  const seat = (i: number): Thread => thread(`phil${i}`, i, () => {
    const [left, right] = [pid_t.lit(i), pid_t.lit((i + 1) % n)];
    const swapped = leftHanded && i === n - 1;
    dine({ me: left, first: swapped ? right : left, second: swapped ? left : right });
  }, daemon);
  return program({
    name: `classic/philosophers-${n}`, sizes: { pid_t: n }, threads: () => Array.from({ length: n }, (_, i) => seat(i)), properties: [forks(n)], progress,
    reaches: () => ({ 'all forks taken': not(exists(pid_t, 'f', (f) => not(peek(taken.at(f))))) }),
  });
}

const about = 'E. W. Dijkstra, "Hierarchical ordering of sequential processes", Acta Informatica 1, 1971 (EWD310). A fork is free, in its left philosopher\'s hand or in its right one\'s; all in the right one\'s cannot come about: 3^n - 1 states.';
export const philosophersTables = [
  classic({ name: 'philosophers-5-deadlock', title: 'Five philosophers, all left fork first', about, processes: 5, expect: { verdict: 'deadlock', steps: 5 }, build: () => philosophers(5, { leftHanded: false }) }),
  classic({
    name: 'philosophers-6', title: 'Six philosophers, one of them right fork first', about, processes: 6, expect: { verdict: 'holds' }, build: () => philosophers(6, { leftHanded: true }),
    mutants: [{ name: 'all-alike', what: 'all take the left fork first', expect: { verdict: 'deadlock', steps: 6 }, build: () => philosophers(6, { leftHanded: false }) }],
  }),
];
