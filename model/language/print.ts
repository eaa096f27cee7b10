/** Expressions and steps as C-like text, for listings, traces and exports. */
import type { Display, Expr, PlaceRef, Stmt } from './ir.ts';
import { isStep } from './walk.ts';

export interface Names {
  /** What a local is called here; undefined: its own name. */
  readonly local: (id: number) => string | undefined;
  /** `page[%0].PG_dirty` of a place, if it declares one. */
  readonly place: (name: string) => string | undefined;
  /** The constant's name in its type (`VM_FAULT_NOPAGE`, `mm1`); undefined: the number. */
  readonly constant: (type: string, value: number) => string | undefined;
}

const BINARY: Readonly<Record<string, string>> = { and: '&&', or: '||', eq: '==', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-' };

export function printPlace(ref: PlaceRef, names: Names): string {
  const args = ref.index.map((e) => printExpr(e, names));
  const template = names.place(ref.place);
  if (!template) return `${ref.place}${args.map((a) => `[${a}]`).join('')}`;
  return template.replace(/%(\d)/g, (_, i: string) => args[Number(i)] ?? '?');
}

export function printExpr(e: Expr, names: Names, inner = false): string {
  const print = (x: Expr): string => printExpr(x, names, true);
  switch (e.e) {
    case 'const': return names.constant(e.type, e.value) ?? String(e.value);
    case 'local': return names.local(e.id) ?? e.name;
    case 'read': return printPlace(e.place, names);
    case 'field': return `${print(e.of)}.${e.field}`;
    case 'with': return parens(`${print(e.of)} with ${e.field}=${print(e.value)}`, inner);
    case 'record': return `{${Object.entries(e.fields).map(([k, v]) => `${k}=${print(v)}`).join(', ')}}`;
    case 'macro': return `${e.name}(${e.args.map((a) => printExpr(a, names)).join(', ')})`;
    case 'cond': return parens(`${print(e.test)} ? ${print(e.then)} : ${print(e.else)}`, inner);
    case 'op': return printOp(e, print, inner);
    case 'cpu': return 'this_cpu';
    case 'quiescent': return 'quiescent()';
    case 'forall': case 'exists': case 'count': return `${e.e}(${e.name}: ${printExpr(e.body, names)})`;
  }
}

function printOp(e: Extract<Expr, { e: 'op' }>, print: (x: Expr) => string, inner: boolean): string {
  if (e.op === 'not') return `!${print(e.args[0] as Expr)}`;
  return parens(e.args.map(print).join(` ${BINARY[e.op] as string} `), inner);
}

function parens(text: string, inner: boolean): string {
  return inner ? `(${text})` : text;
}

function printCall(d: Display, names: Names): string {
  // `spin_lock(i_mmap_lock)` names its one lock already.
  if (d.args.length === 0 && !/^\w+$/.test(d.name)) return d.name;
  return `${d.name}(${d.args.map((a) => printExpr(a, names)).join(', ')})`;
}

/** What a step is, in one line: `entry = ptep_get_and_clear(mm, address)`. */
export function printStep(s: Stmt, names: Names): string {
  const shown = isStep(s) && s.display ? printCall(s.display, names) : null;
  switch (s.s) {
    case 'load': return `${s.name} = ${shown ?? printPlace(s.place, names)}`;
    case 'rmw': {
      if (shown) return s.used ? `${s.name} = ${shown}` : shown;
      return `${s.used ? `${s.name} = ` : ''}xchg(${printPlace(s.place, names)}, ${printExpr(s.value, names)})`;
    }
    case 'store': return shown ?? `${printPlace(s.place, names)} = ${printExpr(s.value, names)}`;
    case 'wait': return shown ?? `wait until ${printExpr(s.cond, names)}`;
    case 'atomic': return shown ?? 'atomic';
    case 'choose': return `${s.name} = ${shown ?? 'choose()'}`;
    case 'skip': return shown ?? 'skip';
    default: return s.s;
  }
}
