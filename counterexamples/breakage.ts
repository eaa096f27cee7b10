/** What is wrong in the last state of a trace, and which accesses made it so. */
import type { Loc } from '../model/language/ir.ts';
import type { GConjunct, GExpr, GProperty, Graph } from '../model/language/graph.ts';
import { evaluate, isDeadlock, nodeOf, type State } from '../schedules/interpret.ts';
import { blame, type Cell } from './blame.ts';
import type { Held } from './held.ts';
import { lassoOf, type Lasso } from './lasso.ts';
import { isInternal, type Moment, type Reenactment } from './reenact.ts';
import { formatValue, placeName } from './values.ts';

/** The name of the property under which a deadlock is reported. */
export const DEADLOCK = 'deadlock';

/** A cell that the broken conjunct turns on. */
export interface Witness {
  readonly place: string;
  readonly value: string;
  readonly ghost: boolean;
  /** Each thread's last write of it, earliest first: the accesses that raced. */
  readonly writes: readonly Write[];
}

export interface Write {
  readonly step: Moment;
  readonly delta: string;
}

/** A thread that cannot go on. */
export interface Stuck {
  readonly thread: string;
  readonly cpu: number;
  readonly proc: string;
  readonly loc: Loc | null;
  readonly text: string;
  readonly locks: readonly string[];
}

export interface Breakage {
  readonly property: string;
  /** Null for a deadlock, and for a run that makes no progress. */
  readonly conjunct: string | null;
  readonly prose: string;
  /** Null when the initial state is wrong already. */
  readonly step: Moment | null;
  readonly witnesses: readonly Witness[];
  readonly stuck: readonly Stuck[];
  /** Of a run that makes no progress. */
  readonly lasso?: Lasso;
}

/** What is claimed to be broken; without a property: whatever is. */
export interface Claim {
  readonly property?: string | null;
  readonly conjunct?: string | null;
}

/** The first thing of the claimed kind that is wrong in the last state; null when nothing is. */
export function findBreakage(graph: Graph, { moments, final, held }: Reenactment, claim: Claim = {}): Breakage | null {
  const step = moments.at(-1) ?? null;
  for (const property of graph.properties.filter((p) => claimed(claim.property, p.name))) {
    const conjunct = property.conjuncts.find((c) => claimed(claim.conjunct, c.name) && broken(graph, final, c));
    if (conjunct) return brokenConjunct(graph, final, moments, property, conjunct);
  }
  if (!claimed(claim.property, DEADLOCK) || !isDeadlock(graph, final)) return null;
  const prose = 'No thread that must end can go on.';
  return { property: DEADLOCK, conjunct: null, prose, step, witnesses: [], stuck: stuckThreads(graph, final, held) };
}

/** The first claimed progress that is never made when the steps from index `start` on repeat for ever; null when all is. */
export function findStall(graph: Graph, played: Reenactment, claim: Claim, start: number): Breakage | null {
  for (const property of (graph.progress ?? []).filter((p) => claimed(claim.property, p.name))) {
    const lasso = lassoOf(graph, property, played, start);
    if (lasso === null) continue;
    const witnesses = witnessesOf(graph, played.final, played.moments, property.to);
    return { property: property.name, conjunct: null, prose: property.prose, step: played.moments.at(-1) ?? null, witnesses, stuck: [], lasso };
  }
  return null;
}

function claimed(claim: string | null | undefined, name: string): boolean {
  return claim === undefined || claim === null || claim === name;
}

function broken(graph: Graph, state: State, c: GConjunct): boolean {
  const isTrue = (e: GConjunct['holds']): boolean => evaluate(graph, state, e, -1, 0) !== 0;
  return (c.premise === null || isTrue(c.premise)) && !isTrue(c.holds);
}

function brokenConjunct(graph: Graph, final: State, moments: readonly Moment[], property: GProperty, conjunct: GConjunct): Breakage {
  const witnesses = witnessesOf(graph, final, moments, conjunct.holds);
  return { property: property.name, conjunct: conjunct.name, prose: property.prose, step: moments.at(-1) ?? null, witnesses, stuck: [] };
}

/** The cells that make an expression what it is in the last state, and who wrote them. */
export function witnessesOf(graph: Graph, final: State, moments: readonly Moment[], e: GExpr): Witness[] {
  const cells = blame(graph, final, e).filter(([p]) => !isInternal(graph.places[p]!.name));
  return cells.map(([p, cell]) => {
    const place = graph.places[p]!;
    return {
      place: placeName(place, cell),
      value: formatValue(graph, place.type, final.cells[p]![cell]!),
      ghost: place.ghost,
      writes: lastWrites(moments, [p, cell]),
    };
  });
}

/** Each thread's last write of a cell, earliest first. */
function lastWrites(moments: readonly Moment[], [p, cell]: Cell): Write[] {
  const byThread = new Map<number, Write>();
  for (const step of moments) {
    const here = ({ at }: { readonly at: Cell }): boolean => at[0] === p && at[1] === cell;
    const rewrite = step.rewrote.find(here);
    const delta = step.changed.find(here)?.delta ?? (rewrite && `stays ${rewrite.value}`);
    if (delta !== undefined) byThread.set(step.thread, { step, delta });
  }
  return [...byThread.values()].sort((a, b) => a.step.number - b.step.number);
}

function stuckThreads(graph: Graph, state: State, held: Held): Stuck[] {
  return graph.threads.flatMap((thread, i) => {
    const node = nodeOf(graph, state, i);
    if (thread.daemon !== 'no' || node.kind === 'end') return [];
    const frame = node.stack[0];
    return [{ thread: thread.name, cpu: thread.cpu, proc: frame?.proc ?? thread.name, loc: frame?.loc ?? null, text: node.text, locks: held[i]! }];
  });
}
