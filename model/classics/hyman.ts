/** Hyman's algorithm, which was published as a simplification of Dijkstra's and does not exclude. */
import { bool, Break, eq, FALSE, Forever, If, load, program, shared, store, TRUE, waitUntil, not } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, enter, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

const b = shared('b', bool, [pid_t]);
const k = shared('k', pid_t, []);

function process(me: Pid, i: number): void {
  const other = pid_t.lit(1 - i);
  Forever(() => {
    store(b.at(me), TRUE);
    Forever(() => {
      If(eq(load('whose', k.at()), me), () => { Break(); });
      waitUntil(b.at(other), not);
      store(k.at(), me);
    });
    enter(me);
    store(b.at(me), FALSE);
    leave(me);
  });
}

export function hyman(): Program {
  return program({ name: 'classic/hyman', sizes: { pid_t: 2 }, threads: () => processes(2, process), properties: [mutex] });
}

export const hymans = [classic({
  name: 'hyman', title: "Hyman's algorithm lets both in", processes: 2, build: hyman, expect: { verdict: 'violated', property: 'mutex', steps: 7 },
  about: 'H. Hyman, "Comments on a problem in concurrent programming control", CACM 9(1), 1966. D. E. Knuth showed in CACM 9(5), 1966, that it fails.',
})];
