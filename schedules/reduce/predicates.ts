/** What a reduced search must not lose sight of: the ways a conjunct can fail, premises that should come true, reaches. */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { cellsIn, endsIn } from './accesses.ts';
import { fold } from './fold.ts';
import type { Facts } from './paths.ts';

/** A condition on states; when it is true somewhere, so must it be in some state of the reduced search. */
export interface Predicate {
  readonly expr: GExpr;
  /** Cells it reads; null: any cell of the place. */
  readonly reads: readonly { readonly place: number; readonly cell: number | null }[];
  /** Threads whose end it asks for. */
  readonly ends: readonly number[];
}

/** Disjunctions are split: each part for itself reads less, and steps that write different parts commute. */
export function predicatesOf(graph: Graph, facts: Facts, conjuncts: readonly SelectedConjunct[]): Predicate[] {
  const wanted = [
    ...conjuncts.flatMap((c) => failures(c.premise, c.holds)),
    ...conjuncts.flatMap((c) => (c.premise === null ? [] : parts('or', normal(c.premise, true)))),
    ...graph.reaches.flatMap((r) => parts('or', normal(r.expr, true))),
  ];
  const unique = new Map(wanted.filter((e) => fold(e, {}) !== 0).map((e) => [JSON.stringify(e), e]));
  return [...unique.values()].map(predicate).filter((p) => !isLatched(graph, facts, p));
}

function predicate(expr: GExpr): Predicate {
  const reads = new Map<string, Predicate['reads'][number]>();
  cellsIn(expr, ({ place, index }) => {
    const cell = index.g === 'const' ? index.value : null;
    reads.set(`${place}:${String(cell)}`, { place, cell });
  });
  return { expr, reads: [...reads.values()], ends: [...new Set(endsIn(expr))] };
}

/** The ways a conjunct fails, without its premise where a way implies it. */
function failures(premise: GExpr | null, holds: GExpr): GExpr[] {
  const ways = parts('or', normal(holds, false));
  if (premise === null) return ways;
  const premises = parts('or', normal(premise, true)).map((p) => parts('and', p).map((x) => JSON.stringify(x)));
  return ways.map((way) => {
    const known = new Set(parts('and', way).map((x) => JSON.stringify(x)));
    const implied = premises.some((p) => p.every((x) => known.has(x)));
    return implied ? way : { g: 'op', op: 'and', args: [premise, way] };
  });
}

/** Negations pushed down to what is neither `and`, `or` nor `not`. */
function normal(e: GExpr, positive: boolean): GExpr {
  if (e.g === 'op' && e.op === 'not') return normal(e.args[0]!, !positive);
  if (e.g === 'op' && (e.op === 'and' || e.op === 'or')) {
    const op = positive === (e.op === 'and') ? 'and' : 'or';
    return { g: 'op', op, args: e.args.map((a) => normal(a, positive)) };
  }
  return positive ? e : { g: 'op', op: 'not', args: [e] };
}

/** The operands of nested `and` or `or`, flat. */
function parts(op: 'and' | 'or', e: GExpr): GExpr[] {
  return e.g === 'op' && e.op === op ? e.args.flatMap((a) => parts(op, a)) : [e];
}

/**
 * One bit that is only ever set: the predicate becomes true in the very step that sets it, whatever others do before or
 * after, so that no order of steps hides it.
 */
function isLatched(graph: Graph, facts: Facts, { expr, reads, ends }: Predicate): boolean {
  const [read] = reads;
  if (reads.length !== 1 || read === undefined || read.cell === null || ends.length > 0 || graph.places[read.place]!.size !== 2) return false;
  const at = (value: number): number | null => fold(expr, { cell: (p, c) => (p === read.place && c === read.cell ? value : null) });
  const others = facts.accesses.flat().some((a) => a.place === read.place && (a.cell === null || a.cell === read.cell) && a.mode === 'write');
  return !others && at(0) === 0 && at(1) === 1;
}
