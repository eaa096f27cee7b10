/** The towers of Hanoi: a thread for each disk and the peg that it may go to. */
import { and, atomic, eq, forall, Forever, index, ne, not, peek, program, property, shared, store, thread, type Thread, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic } from './classic.ts';

const PEGS = 3;
/** Disk 0 is the smallest. */
const disk_t = index('disk_t');
const peg_t = index('peg_t');
const on = shared('on', peg_t, [disk_t], { display: 'peg of disk %0' });

const pegOf = (disk: number): Value<'peg_t'> => peek(on.at(disk_t.lit(disk)));

/** No smaller disk lies on it or where it goes. */
function mover(disk: number, peg: number, cpu: number): Thread {
  return thread(`disk${disk}_to${peg}`, cpu, () => {
    const [there, to] = [disk_t.lit(disk), peg_t.lit(peg)];
    const smaller = Array.from({ length: disk }, (_, d) => and(ne(pegOf(d), pegOf(disk)), ne(pegOf(d), to)));
    Forever(() => { atomic('a disk is moved in one go', () => { store(on.at(there), to); }, { when: and(ne(pegOf(disk), to), ...smaller) }); });
  }, 'service');
}

const unsolved = property('unsolved', 'Not all disks are on the last peg: its counterexample is the solution.', () => ({
  'tower not moved': not(forall(disk_t, 'd', (d) => eq(peek(on.at(d)), peg_t.lit(PEGS - 1)))),
}));

/** All disks begin on peg 0. */
export function hanoi(disks: number): Program {
  const threads = (): Thread[] => Array.from({ length: disks * PEGS }, (_, i) => mover(Math.floor(i / PEGS), i % PEGS, i % PEGS));
  return program({ name: `classic/hanoi-${disks}`, sizes: { disk_t: disks, peg_t: PEGS }, threads, properties: [unsolved] });
}

const scenario = (disks: number) => classic({
  name: `hanoi-${disks}`, title: `Towers of Hanoi, ${disks} disks: the trace is the shortest solution`, processes: 3 * disks, build: () => hanoi(disks),
  expect: { verdict: 'violated', property: 'unsolved', steps: 2 ** disks - 1 },
  about: 'É. Lucas, "Récréations mathématiques" III, 1893: 3^n states, each with three moves but for the three where the tower is whole, and 2^n - 1 moves from one peg to another.',
});

export const hanois = [scenario(4), scenario(8)];
