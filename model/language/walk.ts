/** Walks over IR: every statement, every expression, every shared read. */
import type { Expr, PlaceRef, Stmt } from './ir.ts';

/** The statements that are a scheduling step each. */
export type Step = Extract<Stmt, { s: 'load' | 'store' | 'rmw' | 'wait' | 'atomic' | 'choose' | 'skip' }>;

export function isStep(s: Stmt): s is Step {
  return s.s === 'load' || s.s === 'store' || s.s === 'rmw' || s.s === 'wait' || s.s === 'atomic' || s.s === 'choose' || s.s === 'skip';
}

/** The statement lists nested in a statement. */
export function children(s: Stmt): readonly (readonly Stmt[])[] {
  switch (s.s) {
    case 'if': return [s.then, s.else];
    case 'while': case 'forever': case 'for': case 'atomic': return [s.body];
    default: return [];
  }
}

/** Whether control never gets past the statement: what is recorded after it can never run. */
export function leaves(s: Stmt): boolean {
  switch (s.s) {
    case 'return': case 'break': return true;
    case 'if': return s.then.some(leaves) && s.else.some(leaves);
    case 'forever': return !breaksOut(s.body);
    default: return false;
  }
}

/** A Break in the list ends the loop that the list is the body of. */
function breaksOut(list: readonly Stmt[]): boolean {
  return list.some((s) => s.s === 'break' || (s.s === 'if' && (breaksOut(s.then) || breaksOut(s.else))));
}

export function eachStmt(list: readonly Stmt[], visit: (s: Stmt, inAtomic: boolean) => void, inAtomic = false): void {
  for (const s of list) {
    visit(s, inAtomic);
    for (const c of children(s)) eachStmt(c, visit, inAtomic || s.s === 'atomic');
  }
}

/** Expressions a statement evaluates itself (not those of nested statements). */
export function exprsOf(s: Stmt): readonly Expr[] {
  const guard = (s.s === 'rmw' || s.s === 'atomic') && s.guard ? [s.guard] : [];
  switch (s.s) {
    case 'load': return s.place.index;
    case 'store': case 'ghost': return [...s.place.index, s.value];
    case 'rmw': return [...s.place.index, s.value, ...guard];
    case 'wait': return [s.cond];
    case 'assert': return [s.cond];
    case 'atomic': return guard;
    case 'let': case 'var': case 'assign': return [s.value];
    case 'if': case 'while': return [s.test];
    case 'call': return s.args;
    case 'return': return s.value ? [s.value] : [];
    default: return [];
  }
}

export function subExprs(e: Expr): readonly Expr[] {
  switch (e.e) {
    case 'const': case 'local': case 'cpu': case 'quiescent': return [];
    case 'read': return e.place.index;
    case 'field': return [e.of];
    case 'with': return [e.of, e.value];
    case 'record': return Object.values(e.fields);
    case 'op': return e.args;
    case 'cond': return [e.test, e.then, e.else];
    // The arguments of a macro only print; its body is what is computed.
    case 'macro': return [e.body];
    case 'forall': case 'exists': case 'count': return [e.body];
  }
}

export function eachExpr(e: Expr, visit: (e: Expr) => void): void {
  visit(e);
  for (const c of subExprs(e)) eachExpr(c, visit);
}

export function localsIn(e: Expr, into: Set<number>): void {
  eachExpr(e, (x) => {
    if (x.e === 'local') into.add(x.id);
  });
}

export function readsIn(e: Expr): PlaceRef[] {
  const reads: PlaceRef[] = [];
  eachExpr(e, (x) => {
    if (x.e === 'read') reads.push(x.place);
  });
  return reads;
}
