/** The statement lists of a procedure, each with a way to put another list in its place. */
import type { Stmt } from '../ir.ts';
import { children, isStep } from '../walk.ts';

export type Body = readonly Stmt[];

export interface BlockAt {
  readonly list: Body;
  /** The procedure's whole body with this list replaced. */
  readonly put: (list: Body) => Body;
  /** A step or call that is always passed on the way to the list; null: the list begins the procedure. */
  readonly after: Stmt | null;
}

/** The last step or call that is always passed, or stood at, when control comes to the statement; null: none in the procedure. */
export function wayTo({ list, after }: BlockAt, at: number): Stmt | null {
  return list.slice(0, at + 1).findLast((s) => isStep(s) || s.s === 'call') ?? after;
}

/** Every list of a body, outer ones first. The inside of an atomic section is one step and not taken apart. */
export function blocksOf(body: Body): BlockAt[] {
  const found: BlockAt[] = [];
  const visit = (list: Body, after: Stmt | null, put: (list: Body) => Body): void => {
    const block = { list, put, after };
    found.push(block);
    list.forEach((s, i) => {
      if (s.s === 'atomic') return;
      children(s).forEach((child, which) => { visit(child, wayTo(block, i), (to) => put(list.with(i, withChild(s, which, to)))); });
    });
  };
  visit(body, null, (list) => list);
  return found;
}

/** As `children` counts them. */
function withChild(s: Stmt, which: number, list: Body): Stmt {
  switch (s.s) {
    case 'if': return which === 0 ? { ...s, then: list } : { ...s, else: list };
    case 'while': case 'forever': case 'for': return { ...s, body: list };
    default: return s;
  }
}
