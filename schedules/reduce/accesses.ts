/** How a step accesses the shared state, and when two accesses commute. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { bounds, within } from '../bounds.ts';
import { fold } from './fold.ts';

/**
 * read, write: as they say. latch: sets a bit for ever (`x |= e`). up, down: counts, and nobody looks at the count.
 * shared: takes or drops a lock for reading. watch: a read that only decides whether a latch is set, which is a failure.
 */
export type Mode = 'read' | 'write' | 'latch' | 'up' | 'down' | 'shared' | 'watch';

type Write = Extract<Action, { a: 'write' }>;

/** Two accesses of different threads to one cell commute. */
export function modesCommute(a: Mode, b: Mode): boolean {
  const look = (m: Mode): boolean => m === 'read' || m === 'watch';
  return (a === b && a !== 'write') || (look(a) && look(b));
}

export function isWrite(mode: Mode): boolean {
  return mode !== 'read' && mode !== 'watch';
}

/** What decides whether an access may come first: see `mayComeFirst`. */
interface Directed {
  readonly mode: Mode;
  /** A write that can only raise (1) or lower (-1) the value; else 0. */
  readonly toward: 1 | -1 | 0;
  /** Of a watch: the latch is set the more (1) or the less (-1) readily, the greater the value; 0: neither; null: unknown. */
  readonly watch: 1 | -1 | 0 | null;
}

/**
 * The access `a` of a step may as well come before `b` of a step of another thread as after it. Counting down first hides
 * no count below zero, and one above the declared range is of no interest: reduced searches give counters more room.
 * Before a watch may come what makes it find more; after it, what makes it find less.
 */
export function mayComeFirst(a: Directed, b: Directed): boolean {
  if (modesCommute(a.mode, b.mode) || (a.mode === 'down' && b.mode === 'up')) return true;
  if (b.mode === 'watch' && b.watch !== null) return b.watch === 0 || a.toward * b.watch === 1;
  return a.mode === 'watch' && a.watch !== null && (a.watch === 0 || b.toward * a.watch === -1);
}

/** More alternatives than any step has. */
const MANY = 1 << 20;

/** `x := x | e`, however it is written: a bit that is set stays set, whatever the rest of the expression is. */
export function isLatch(graph: Graph, { place, index, value }: Write): boolean {
  if (graph.places[place]!.size !== 2 || index.g !== 'const') return false;
  if (!within(bounds(graph, value, MANY), 2)) return false;
  return fold(value, { cell: (p, c) => (p === place && c === index.value ? 1 : null) }) === 1;
}

/** The write by which a lock step takes or gives back its lock; null where there is none, or several. */
export function lockWrite(node: GNode): Write | null {
  const writes = writesIn(node.code).filter((w) => w.place === node.lock?.place);
  return writes.length === 1 ? writes[0]! : null;
}

export function writesIn(code: readonly Action[]): Write[] {
  return code.flatMap((a) => (a.a === 'write' ? [a] : a.a === 'if' ? [...writesIn(a.then), ...writesIn(a.else)] : []));
}

/** Calls `visit` for each cell read in an expression, those in indices included. */
export function cellsIn(e: GExpr, visit: (cell: Extract<GExpr, { g: 'cell' }>) => void): void {
  if (e.g === 'cell') {
    visit(e);
    cellsIn(e.index, visit);
  } else if (e.g === 'op') for (const a of e.args) cellsIn(a, visit);
  else if (e.g === 'cond') for (const x of [e.test, e.then, e.else]) cellsIn(x, visit);
}

/** Threads whose end an expression asks for. */
export function endsIn(e: GExpr): number[] {
  if (e.g === 'ended') return [e.thread];
  if (e.g === 'cell') return endsIn(e.index);
  if (e.g === 'op') return e.args.flatMap(endsIn);
  if (e.g === 'cond') return [e.test, e.then, e.else].flatMap(endsIn);
  return [];
}

/** Threads whose end the actions ask for. */
export function endsReadIn(code: readonly Action[]): number[] {
  return code.flatMap((a) => {
    if (a.a === 'goto') return [];
    if (a.a === 'set') return endsIn(a.value);
    if (a.a === 'write') return [...endsIn(a.index), ...endsIn(a.value)];
    return [...endsIn(a.test), ...endsReadIn(a.then), ...endsReadIn(a.else)];
  });
}
