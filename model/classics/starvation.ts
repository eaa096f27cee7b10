/** Which locks let everybody in, in the end: known from the literature, and so a check of the checker. */
import { FALSE, Forever, or, primitive, program, progress, proc, rmw, shared, store, bool, not, TRUE, type Progress } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import type { Mutant, Scenario } from '../scenario.ts';
import { classic, enter, isInside, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';
import { dekker } from './dekker.ts';
import { lamportFast } from './lamport-fast.ts';
import { mcs } from './mcs.ts';
import { peterson } from './peterson.ts';
import { isEating, philosophers } from './philosophers.ts';
import { szymanski } from './szymanski.ts';
import { ticketLock } from './ticket.ts';

/** Processes want to enter again as soon as they have left: each must be inside again and again. `unfair`: threads that may stop for good. */
const entry = (n: number, unfair: readonly string[] = []): Progress[] => Array.from({ length: n }, (_, i) =>
  progress(`entry p${i}`, `Process ${i} gets in, whatever state it is in.`, { from: () => TRUE, to: () => isInside(i), unfair }));

/** Somebody gets in, always. */
const somebody = (n: number, unfair: readonly string[] = []): Progress => progress('somebody', 'From every state on, some process gets in.', {
  from: () => TRUE, to: () => or(...Array.from({ length: n }, (_, i) => isInside(i))), unfair,
});

const starves = (i: number, steps: number) => ({ verdict: 'violated', property: `entry p${i}`, steps }) as const;

const locked = shared('locked', bool, []);
const test_and_set = primitive('test_and_set', () => { rmw('before', locked.at(), () => TRUE, { when: not, ignore: true }); });

const test_and_set_lock = proc('test_and_set_lock', { params: { me: pid_t } }, ({ me }) => {
  Forever(() => {
    test_and_set();
    enter(me);
    store(locked.at(), FALSE);
    leave(me);
  });
});

function testAndSet(n: number, asked: readonly Progress[]): Program {
  return program({
    name: `classic/test-and-set-${n}`, sizes: { pid_t: n }, threads: () => processes(n, (me: Pid) => { test_and_set_lock({ me }); }), properties: [mutex], reaches: lastInside(n), progress: asked,
  });
}

/** A process that stops where it stands keeps the others out. */
const stops = (build: (asked: readonly Progress[]) => Program, n: number, steps: number): Mutant => ({
  name: 'p0-stops', what: 'process 0 may stop wherever it is', expect: { verdict: 'violated', property: 'somebody', steps },
  build: () => build([somebody(n, ['p0'])]),
});

interface Lock {
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly n: number;
  readonly build: (asked: readonly Progress[]) => Program;
  /** Steps of the mutant in which process 0 may stop. */
  readonly stopped: number;
}

const letsAllIn = ({ name, title, about, n, build, stopped }: Lock): Scenario => classic({
  name, title, about, processes: n, expect: { verdict: 'holds' }, build: () => build([somebody(n), ...entry(n)]), mutants: [stops(build, n, stopped)],
});

const fair = [
  letsAllIn({
    name: 'progress-peterson-2', title: "Peterson's lock lets both in", n: 2, build: (asked) => peterson(2, [], asked), stopped: 5,
    about: 'G. L. Peterson, "Myths about the mutual exclusion problem", Information Processing Letters 12(3), 1981, proves that nobody is locked out.',
  }),
  letsAllIn({
    name: 'progress-peterson-3', title: "Peterson's lock lets all three in", n: 3, build: (asked) => peterson(3, [], asked), stopped: 18,
    about: 'Peterson 1981, for more than two processes: nobody is locked out, though others may overtake.',
  }),
  letsAllIn({
    name: 'progress-dekker', title: "Dekker's lock lets both in", n: 2, build: (asked) => dekker([], asked), stopped: 5,
    about: 'E. W. Dijkstra, "Cooperating sequential processes" (EWD123), 1965: the turn sees to it that neither waits for ever.',
  }),
  letsAllIn({
    name: 'progress-szymanski-2', title: "Szymanski's lock lets both in", n: 2, build: (asked) => szymanski(2, [], asked), stopped: 4,
    about: 'B. K. Szymanski, "A simple solution to Lamport\'s concurrent programming problem with linear wait", ICS 1988.',
  }),
  letsAllIn({
    name: 'progress-ticket-3', title: 'The ticket lock lets all three in', n: 3, build: (asked) => ticketLock(3, undefined, asked), stopped: 3,
    about: 'Mellor-Crummey and Scott, ACM TOCS 9(1), 1991: first come, first served.',
  }),
  letsAllIn({
    name: 'progress-mcs-2', title: 'The MCS lock lets both in', n: 2, build: (asked) => mcs(2, [], asked), stopped: 6,
    about: 'Mellor-Crummey and Scott, ACM TOCS 9(1), 1991: first come, first served.',
  }),
];

const starving = [
  classic({
    name: 'starvation-test-and-set', title: 'A test-and-set lock may starve one process', processes: 2, expect: starves(0, 2), build: () => testAndSet(2, [somebody(2), ...entry(2)]),
    about: 'T. E. Anderson, "The performance of spin lock alternatives", IEEE TPDS 1(1), 1990: whoever tries first after a release gets the lock. Somebody always gets in; weak fairness promises nothing to one who can move only now and then.',
  }),
  classic({
    name: 'starvation-lamport-fast', title: "Lamport's fast mutual exclusion may starve one process", processes: 2, expect: starves(0, 12), build: () => lamportFast(2, [], [somebody(2), ...entry(2)]),
    about: 'L. Lamport, "A fast mutual exclusion algorithm", ACM TOCS 5(1), 1987: free of deadlock, and starvation of one process is possible.',
  }),
  classic({
    name: 'starvation-philosophers-3', title: 'Three philosophers, one right fork first: one may starve', processes: 3,
    expect: { verdict: 'violated', property: 'meal of phil0', steps: 5 },
    build: () => philosophers(3, {
      leftHanded: true,
      progress: [
        progress('a meal', 'From every state on, somebody eats.', { from: () => TRUE, to: () => or(isEating(0), isEating(1), isEating(2)) }),
        ...[0, 1, 2].map((i) => progress(`meal of phil${i}`, `Philosopher ${i} eats, whatever state it is in.`, { from: () => TRUE, to: () => isEating(i) })),
      ],
    }),
    about: 'Dijkstra, EWD310: no deadlock, and one may starve all the same, for a neighbour may take the fork again and again.',
  }),
];

export const starvation: readonly Scenario[] = [...fair, ...starving];
