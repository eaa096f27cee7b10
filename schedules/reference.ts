/** The reference explorer: breadth-first over plain objects and a Map. Slow, and meant to be seen to be right. */
import type { Graph } from '../model/language/graph.ts';
import { apply, enabled, evaluate, initialState, isDeadlock, nodeOf, violatedConjunct } from './interpret.ts';
import type { SelectedConjunct, State } from './interpret.ts';
import type { ScheduleStep, Verdict } from './result.ts';
import { selectConjuncts } from './select.ts';

/** As in CheckResult. */
export interface ReferenceResult {
  readonly verdict: Verdict;
  readonly property: string | null;
  /** Of the failing states at the least depth, the conjuncts violated. */
  readonly conjuncts: readonly string[];
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Steps of a shortest failing schedule, or null. */
  readonly length: number | null;
  readonly unreached: readonly string[];
  readonly neverTruePremises: readonly string[];
  /** Ids of the nodes that ran. */
  readonly ran: ReadonlySet<number>;
}

/**
 * Explores everything, or level by level up to the end of the first level that has a failure.
 * Gives up with verdict 'incomplete' beyond `maxStates`. @throws UsageError @throws RangeFault
 */
export function explore(graph: Graph, properties?: readonly string[], maxStates = Infinity): ReferenceResult {
  const conjuncts = selectConjuncts(graph, properties);
  const seen = new Map<string, State>();
  const notes = { premises: new Set<number>(), reached: new Set<number>(), ran: new Set<number>() };
  let level = [initialState(graph)];
  seen.set(key(level[0]!), level[0]!);
  let transitions = 0;
  for (let depth = 0; ; depth++) {
    for (const state of level) note(graph, state, conjuncts, notes);
    const bad = level.map((s) => violatedConjunct(graph, s, conjuncts)).filter((c) => c >= 0);
    const counts = { states: seen.size, transitions, depth, ran: notes.ran };
    if (bad.length > 0) return failed('violated', counts, bad.map((c) => conjuncts[c]!));
    const next = level.flatMap((state) => enabled(graph, state).map((step) => take(graph, state, step, notes.ran)));
    transitions += next.length;
    const found = next.filter((state) => fresh(seen, state));
    if (level.some((s) => isDeadlock(graph, s))) {
      const deepest = found.length > 0 ? depth + 1 : depth;
      return { ...failed('deadlock', { states: seen.size, transitions, depth: deepest, ran: notes.ran }, []), length: depth };
    }
    if (found.length === 0) return finished(graph, conjuncts, notes, { states: seen.size, transitions, depth });
    if (seen.size > maxStates) return { ...NONE, ...counts, verdict: 'incomplete' };
    level = found;
  }
}

interface Notes {
  readonly premises: Set<number>;
  readonly reached: Set<number>;
  readonly ran: Set<number>;
}

const NONE = { property: null, conjuncts: [], length: null, unreached: [], neverTruePremises: [] } as const;

type Counts = Pick<ReferenceResult, 'states' | 'transitions' | 'depth' | 'ran'>;

function failed(verdict: Verdict, counts: Counts, bad: readonly SelectedConjunct[]): ReferenceResult {
  const property = verdict === 'deadlock' ? 'deadlock' : bad[0]!.property;
  return { ...NONE, ...counts, verdict, property, conjuncts: bad.map((c) => c.name), length: counts.depth };
}

function finished(graph: Graph, conjuncts: readonly SelectedConjunct[], notes: Notes, counts: Omit<Counts, 'ran'>): ReferenceResult {
  const unreached = graph.reaches.filter((_, i) => !notes.reached.has(i)).map((r) => r.name);
  const neverTruePremises = conjuncts.filter((c, i) => c.premise !== null && !notes.premises.has(i)).map((c) => c.name);
  const verdict = unreached.length + neverTruePremises.length > 0 ? 'vacuous' : 'holds';
  return { ...NONE, ...counts, ran: notes.ran, verdict, unreached, neverTruePremises };
}

function note(graph: Graph, state: State, conjuncts: readonly SelectedConjunct[], notes: Notes): void {
  conjuncts.forEach((c, i) => {
    if (c.premise !== null && evaluate(graph, state, c.premise, -1 - i, 0) !== 0) notes.premises.add(i);
  });
  graph.reaches.forEach((r, i) => {
    if (evaluate(graph, state, r.expr, -1 - conjuncts.length - i, 0) !== 0) notes.reached.add(i);
  });
}

function take(graph: Graph, state: State, step: ScheduleStep, ran: Set<number>): State {
  ran.add(nodeOf(graph, state, step.thread).id);
  return apply(graph, state, step);
}

function fresh(seen: Map<string, State>, state: State): boolean {
  const k = key(state);
  if (seen.has(k)) return false;
  seen.set(k, state);
  return true;
}

function key(state: State): string {
  return JSON.stringify([state.pcs, state.regs, state.cells]);
}
