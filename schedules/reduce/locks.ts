/**
 * Which places are locks that really exclude. Nothing is taken from the word of the model: that a place is a lock is
 * proved by running its steps on every value that it can have.
 */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { rewrite } from '../expressions.ts';
import { evaluate, type State } from '../interpret.ts';
import { cellsIn, lockWrite, writesIn } from './accesses.ts';
import type { Facts } from './paths.ts';
import { isStable } from './symbolic.ts';

/** A lock place that excludes, and the values by which it does. */
export interface SoundLock {
  readonly free: number;
  /** Values while one thread holds it exclusively. */
  readonly taken: readonly number[];
}

/**
 * The places that are sound: all that ever writes one are declared lock steps, each release is by a thread that holds
 * the lock, and its values behave: one value f is free; taking it exclusively is possible at f only and leaves f, giving
 * it back leads to f again; taking it shared is possible at f + k d and adds d > 0, giving it back subtracts d.
 */
export function soundLocks(graph: Graph, facts: Facts): ReadonlyMap<number, SoundLock> {
  const found = new Map<number, SoundLock>();
  for (const [place, { initial }] of graph.places.entries()) {
    const steps = lockSteps(graph, facts, place);
    const free = initial[0]!;
    if (steps === null || initial.some((v) => v !== free)) continue;
    const taken = behaves(graph, place, free, steps);
    if (taken !== null) found.set(place, { free, taken });
  }
  return found;
}

interface LockStep {
  readonly op: 'acquire' | 'release';
  readonly mode: 'exclusive' | 'shared';
  readonly run: Effect;
}

/** What a lock step does to a value of its cell; null where it cannot move. */
type Effect = (value: number) => number | null;

/** All steps that write a place; null when one of them is no proper lock step: a try, or a downgrade, after which the lock is another one. */
function lockSteps(graph: Graph, facts: Facts, place: number): LockStep[] | null {
  const writers = graph.nodes.filter((n) => writesIn(n.code).some((w) => w.place === place));
  const steps: LockStep[] = [];
  for (const node of writers) {
    const { lock } = node;
    const run = lock?.place === place ? effect(graph, node, place) : null;
    if (lock === undefined || run === null || lock.op === 'tryAcquire' || lock.op === 'downgrade') return null;
    if (lock.op === 'release' && !facts.releasesOwn[node.id]) return null;
    steps.push({ op: lock.op, mode: lock.mode, run });
  }
  return steps.length === 0 ? null : steps;
}

/** Null when what the step does to the lock is no function of the value of the lock alone. */
function effect(graph: Graph, node: GNode, place: number): Effect | null {
  const write = lockWrite(node);
  // What comes after a branch may not come at all, and what a branch sets is not known.
  if (write === null || !node.code.includes(write) || node.code.slice(0, node.code.indexOf(write)).some((a) => a.a === 'if')) return null;
  const known = bindings(node.code, write);
  const value = substitute(write.value, known);
  const index = JSON.stringify(write.index);
  if (JSON.stringify(substitute(write.index, known)) !== index || !isStable(write.index)) return null;
  if (!isOf(value, place, index) || (node.guard !== null && !isOf(node.guard, place, index))) return null;
  const at = (v: number, e: GExpr): number => evaluate(graph, uniform(graph, place, v), pinned(e), node.id, 0);
  return (v) => (node.guard !== null && at(v, node.guard) === 0 ? null : at(v, value));
}

/** True when an expression reads the one cell and nothing else. */
function isOf(e: GExpr, place: number, index: string): boolean {
  let own = !JSON.stringify(pinned(e)).includes('"g":"reg"') && !JSON.stringify(e).includes('"g":"choice"');
  cellsIn(e, (c) => { own &&= c.place === place && JSON.stringify(c.index) === index; });
  return own;
}

/** Values that registers were given by the actions before `until`, at the top of the step. */
function bindings(code: readonly Action[], until: Action): Map<number, GExpr> {
  const known = new Map<number, GExpr>();
  for (const a of code) {
    if (a === until) break;
    if (a.a === 'set') known.set(a.reg, substitute(a.value, known));
  }
  return known;
}

const substitute = (e: GExpr, values: ReadonlyMap<number, GExpr>): GExpr => rewrite(e, (part) => (part.g === 'reg' ? values.get(part.reg) ?? part : null));

/** Indices replaced by 0: all cells have the same value when a lock is examined. */
const pinned = (e: GExpr): GExpr => rewrite(e, (part) => (part.g === 'cell' ? { ...part, index: { g: 'const', value: 0 } } : null));

function uniform(graph: Graph, place: number, value: number): State {
  return { pcs: [], regs: [], cells: graph.places.map((p, i) => (i === place ? p.initial.map(() => value) : [])) };
}

/** The values while held exclusively, or null when the steps do not exclude. */
function behaves(graph: Graph, place: number, free: number, steps: readonly LockStep[]): number[] | null {
  const { size } = graph.places[place]!;
  const runs = (op: LockStep['op'], mode: LockStep['mode']): Effect[] => steps.filter((s) => s.op === op && s.mode === mode).map((s) => s.run);
  const taken = [...new Set(runs('acquire', 'exclusive').map((run) => run(free) ?? free))];
  const readers = readersOf(graph, place, free, runs('acquire', 'shared'));
  if (readers === null || [...taken, ...readers].some((v) => v === free || v < 0 || v >= size) || readers.some((v) => taken.includes(v))) return null;
  const delta = (readers[0] ?? free) - free;
  const blocked = (run: Effect, values: readonly number[]): boolean => values.every((v) => run(v) === null);
  const good = runs('acquire', 'exclusive').every((run) => blocked(run, [...taken, ...readers]))
    && runs('release', 'exclusive').every((run) => taken.every((v) => run(v) === free))
    && runs('acquire', 'shared').every((run) => blocked(run, taken) && readers.slice(0, -1).every((v) => run(v) === v + delta))
    && runs('release', 'shared').every((run) => readers.every((v) => run(v) === v - delta));
  return good ? taken : null;
}

/** Values for one reader, two, … as many as there are threads that read-lock the place; null when they do not count up. */
function readersOf(graph: Graph, place: number, free: number, acquires: readonly Effect[]): number[] | null {
  const deltas = new Set(acquires.map((run) => (run(free) ?? free) - free));
  if (deltas.size === 0) return [];
  const [delta] = deltas;
  if (deltas.size > 1 || delta === undefined || delta <= 0) return null;
  const threads = graph.threads.filter((t) => t.nodes.some((n) => graph.nodes[n]!.lock?.place === place && graph.nodes[n]!.lock.mode === 'shared'));
  return threads.map((_, k) => free + (k + 1) * delta);
}
