/** What the classic protocols share: processes, the critical section, and how one becomes a scenario. */
import { bool, count, eq, forall, ghost, implies, index, int, le, peek, property, record, TRUE, FALSE, thread, track, type Thread, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import type { Expectation, Mutant, Scenario } from '../scenario.ts';

/** A process: 0 … n-1. */
export const pid_t = index('pid_t');
export type Pid = Value<'pid_t'>;

/** Nobody, or a process: what a nullable pointer to a process becomes. All zero is nobody. */
export const maybe_t = record('maybe_t', { some: bool, who: pid_t });
export const nobody = (): Value<'maybe_t'> => maybe_t.of({});
export const somebody = (who: Pid): Value<'maybe_t'> => maybe_t.of({ some: TRUE, who });
export const isSomebody = (m: Value<'maybe_t'>): Value<'bool'> => maybe_t.get(m, 'some');
export const isMe = (m: Value<'maybe_t'>, me: Pid): Value<'bool'> => eq(m, somebody(me));

/** Processes that are in their critical section. */
export const inside = ghost('inside', bool, [pid_t], { display: 'inside[%0]' });
const crowd_t = int('crowd_t', 7);

/** Rides with the last step of the entry. */
export const enter = (me: Pid): void => { track(inside.at(me), TRUE); };
/** Rides with the first step of the exit. */
export const leave = (me: Pid): void => { track(inside.at(me), FALSE); };

export const isInside = (pid: number): Value<'bool'> => peek(inside.at(pid_t.lit(pid)));

/** Dijkstra 1965, "Solution of a problem in concurrent programming control", CACM 8(9). */
export const mutex = property('mutex', 'At most one process is in its critical section.', () => ({
  'at most one inside': le(count(crowd_t, pid_t, 'p', (p) => peek(inside.at(p))), crowd_t.lit(1)),
}));
export const breaksMutex = { verdict: 'violated', property: 'mutex' } as const;

/** For a `holds` to mean anything: the last process gets in, too. */
export const lastInside = (n: number) => (): Readonly<Record<string, Value<'bool'>>> => ({ 'the last process inside': isInside(n - 1) });

/** Whoever is inside satisfies the predicate. */
export const insideImplies = (holds: (p: Pid) => Value<'bool'>): Value<'bool'> => forall(pid_t, 'p', (p) => implies(peek(inside.at(p)), holds(p)));

/** One thread a process, each on a CPU of its own. */
export function processes(n: number, body: (me: Pid, i: number) => void): Thread[] {
  return Array.from({ length: n }, (_, i) => thread(`p${i}`, i, () => { body(pid_t.lit(i), i); }));
}

interface ClassicSpec {
  /** Without its folder: `peterson-2`. */
  readonly name: string;
  readonly title: string;
  readonly about: string;
  readonly processes: number;
  readonly expect: Expectation;
  readonly mutants?: readonly Mutant[];
  readonly build: () => Program;
}

/** No kernel, no memory: CPUs are processes. */
export function classic({ name, processes: cpus, mutants = [], ...rest }: ClassicSpec): Scenario {
  return { ...rest, id: `classic/${name}`, kernel: 'none', cpus, mms: 0, pages: 0, machine: [], mutants };
}
