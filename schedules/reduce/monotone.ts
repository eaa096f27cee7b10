/** Which way a predicate can only go when a cell it reads grows or shrinks. */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { evaluate, type State } from '../interpret.ts';
import { cellsIn } from './accesses.ts';

/** 1: more true as the cell grows; -1: less; 0: it does not matter; null: neither way for sure. */
export type Direction = 1 | -1 | 0 | null;

/** Valuations tried a literal. */
const MOST = 1 << 14;

/** The direction of a condition in the cells of a place: all of them, since which is read may depend on the state. */
export function directionIn(graph: Graph, e: GExpr, place: number): Direction {
  if (e.g === 'op' && (e.op === 'and' || e.op === 'or')) return e.args.map((a) => directionIn(graph, a, place)).reduce(join);
  if (e.g === 'op' && e.op === 'not') {
    const inner = directionIn(graph, e.args[0]!, place);
    return inner === null ? null : (-inner as Direction);
  }
  return ofLiteral(graph, e, place);
}

function join(a: Direction, b: Direction): Direction {
  if (a === 0) return b;
  if (b === 0 || a === b) return a;
  return null;
}

/** By trying all values of all cells that the literal reads. */
function ofLiteral(graph: Graph, e: GExpr, place: number): Direction {
  const vars = new Map<string, { readonly place: number; readonly size: number }>();
  let nested = false;
  cellsIn(e, (c) => {
    vars.set(JSON.stringify(c), { place: c.place, size: graph.places[c.place]!.size });
    cellsIn(c.index, (inner) => { nested ||= inner.place === place; });
  });
  const own = [...vars.values()].filter((v) => v.place === place);
  if (own.length === 0) return 0;
  if (nested || mayNotTry(bound(e, new Map([...vars.keys()].map((k) => [k, 0])))) || [...vars.values()].reduce((n, v) => n * v.size, 1) > MOST) return null;
  return [...vars].filter(([, v]) => v.place === place).map(([key]) => along(graph, e, vars, key)).reduce(join);
}

function mayNotTry(e: GExpr): boolean {
  return JSON.stringify(e).includes('"g":"reg"') || JSON.stringify(e).includes('"g":"ended"') || JSON.stringify(e).includes('"g":"choice"');
}

function along(graph: Graph, e: GExpr, vars: ReadonlyMap<string, { readonly size: number }>, key: string): Direction {
  const others = [...vars].filter(([k]) => k !== key);
  let found: Direction = 0;
  const valuation = new Map<string, number>();
  const walk = (i: number): void => {
    if (i < others.length) {
      for (let v = 0; v < others[i]![1].size; v++) {
        valuation.set(others[i]![0], v);
        walk(i + 1);
      }
      return;
    }
    let before: number | null = null;
    for (let v = 0; v < vars.get(key)!.size; v++) {
      valuation.set(key, v);
      const now = Number(evaluate(graph, NOTHING, bound(e, valuation), -1, 0) !== 0);
      if (before !== null && now !== before) found = join(found, now > before ? 1 : -1);
      before = now;
    }
  };
  walk(0);
  return found;
}

const NOTHING: State = { pcs: [], regs: [], cells: [] };

/** `e` with its outermost cells replaced by values. */
function bound(e: GExpr, values: ReadonlyMap<string, number>): GExpr {
  if (e.g === 'cell') return { g: 'const', value: values.get(JSON.stringify(e))! };
  if (e.g === 'op') return { ...e, args: e.args.map((a) => bound(a, values)) };
  if (e.g === 'cond') return { ...e, test: bound(e.test, values), then: bound(e.then, values), else: bound(e.else, values) };
  return e;
}
