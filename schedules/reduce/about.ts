/** What does not depend on how a thread came to a step, computed once for all ways. */
import type { Action, GExpr, GNode, Graph } from '../../model/language/graph.ts';
import { isLatch, lockWrite } from './accesses.ts';
import { countingIn, loadFor, type Counting } from './counters.ts';
import { directionIn, type Direction } from './monotone.ts';

export class About {
  readonly graph: Graph;
  readonly latches: ReadonlySet<string>;
  private readonly counts = new Map<GNode, Counting>();
  private readonly lockLoads = new Map<GNode, Action | null>();
  private readonly latching = new Map<Action, boolean>();
  private readonly directions = new Map<GExpr, Map<number, Direction>>();

  constructor(graph: Graph, latches: ReadonlySet<string>) {
    this.graph = graph;
    this.latches = latches;
  }

  counting(node: GNode): Counting {
    return remembered(this.counts, node, () => countingIn(this.graph, node));
  }

  /** The load in a lock step of the value of the lock, if only the lock's next value depends on it. */
  lockLoad(node: GNode): Action | null {
    return remembered(this.lockLoads, node, () => {
      const write = lockWrite(node);
      return write === null || !node.code.includes(write) ? null : loadFor(this.graph, node, write);
    });
  }

  isLatch(a: Extract<Action, { a: 'write' }>): boolean {
    return remembered(this.latching, a, () => isLatch(this.graph, a));
  }

  direction(e: GExpr, place: number): Direction {
    return remembered(remembered(this.directions, e, () => new Map<number, Direction>()), place, () => directionIn(this.graph, e, place));
  }
}

function remembered<K, V>(known: Map<K, V>, key: K, compute: () => V): V {
  const value = known.get(key);
  if (value !== undefined || known.has(key)) return value as V;
  const computed = compute();
  known.set(key, computed);
  return computed;
}
