/** Expressions on their way to another language: everything named, the choice and what never changes put in, folded. */
import type { GExpr, GOp, Graph } from '../model/language/graph.ts';
import { bounds, constant, within } from './bounds.ts';
import { UsageError } from './errors.ts';
import { binary as operate, type BinaryOp } from './expressions.ts';

export type X =
  | { readonly x: 'num'; readonly value: number }
  | { readonly x: 'var'; readonly name: string; readonly index: X | null }
  /** The thread stands at that node. */
  | { readonly x: 'at'; readonly pc: string; readonly node: string }
  /** A truth that has a name of its own. */
  | { readonly x: 'truth'; readonly name: string }
  | { readonly x: 'op'; readonly op: GOp; readonly args: readonly X[] }
  | { readonly x: 'cond'; readonly test: X; readonly then: X; readonly else: X };

/** What expressions are translated with. */
export interface Scope {
  readonly graph: Graph;
  /** The cell of a place: its variable, or its value where it never changes. */
  cell(place: number, index: GExpr): X;
  register(reg: number): X;
  ended(thread: number): X;
  /** The alternative, and how many the node has. */
  readonly choice: number;
  readonly choices: number;
  /** Said when the other language cannot express something: file, line and text. */
  readonly where: string;
}

export const number = (value: number): X => ({ x: 'num', value });
export const all = (...args: readonly X[]): X => junction('and', args);
export const any = (...args: readonly X[]): X => junction('or', args);

export function not(a: X): X {
  if (a.x === 'num') return number(a.value === 0 ? 1 : 0);
  if (a.x === 'op' && (a.op === 'eq' || a.op === 'ne')) return { x: 'op', op: a.op === 'eq' ? 'ne' : 'eq', args: a.args };
  return { x: 'op', op: 'not', args: [a] };
}

/** @throws UsageError for a shift whose distance C leaves undefined. */
export function translate(e: GExpr, s: Scope): X {
  const sub = (a: GExpr): X => translate(a, s);
  switch (e.g) {
    case 'const': return number(e.value);
    case 'reg': return s.register(e.reg);
    case 'cell': return s.cell(e.place, e.index);
    case 'choice': return number(s.choice);
    case 'ended': return s.ended(e.thread);
    case 'cond': return conditional(sub(e.test), sub(e.then), sub(e.else));
    case 'op': return operation(e.op, e.args, s);
  }
}

export function conditional(test: X, then: X, otherwise: X): X {
  if (test.x === 'num') return test.value !== 0 ? then : otherwise;
  return { x: 'cond', test, then, else: otherwise };
}

function operation(op: GOp, args: readonly GExpr[], s: Scope): X {
  const only = constant(bounds(s.graph, { g: 'op', op, args }, s.choices));
  if (only !== null) return number(only);
  const parts = args.map((a) => translate(a, s));
  switch (op) {
    case 'and': return all(...parts);
    case 'or': return any(...parts);
    case 'not': return not(parts[0]!);
    case 'shl': case 'shr':
      if (args.slice(1).some((a) => !within(bounds(s.graph, a, s.choices), 32))) throw new UsageError(`cannot export ${s.where}: C knows shifts by 0 to 31 only`);
      break;
    case 'bitand':
      if (args.length === 2 && masksNothing(args[0]!, args[1]!, s)) return parts[0]!;
      break;
    default:
  }
  return parts.reduce((a, b) => binary(op, a, b));
}

/** `x & 7` where x is 0 … 7 anyway. */
function masksNothing(value: GExpr, mask: GExpr, s: Scope): boolean {
  if (mask.g !== 'const' || (mask.value & (mask.value + 1)) !== 0) return false;
  return within(bounds(s.graph, value, s.choices), mask.value + 1);
}

/** `a = b` as a truth, or the like. */
export const compared = (op: 'eq' | 'ne', a: X, b: X): X => binary(op, a, b);

function binary(op: BinaryOp, a: X, b: X): X {
  if (a.x === 'num' && b.x === 'num') return number(operate(op, a.value, b.value));
  const neutral = op === 'bitor' || op === 'add' || op === 'sub' || op === 'shl' || op === 'shr';
  if (neutral && b.x === 'num' && b.value === 0) return a;
  if ((op === 'bitor' || op === 'add') && a.x === 'num' && a.value === 0) return b;
  return { x: 'op', op, args: [a, b] };
}

function junction(op: 'and' | 'or', args: readonly X[]): X {
  const absorbing = op === 'and' ? 0 : 1;
  const rest: X[] = [];
  for (const a of args.flatMap((x) => (x.x === 'op' && x.op === op ? x.args : [x]))) {
    if (a.x !== 'num') rest.push(a);
    // What stands before it is still evaluated where it may leave a range.
    else if (Number(a.value !== 0) === absorbing) return rest.some(indexes) ? { x: 'op', op, args: [...rest, a] } : a;
  }
  if (rest.length === 0) return number(1 - absorbing);
  return { x: 'op', op, args: rest };
}

/** Some index of it is only known at run time. */
const indexes = (e: X): boolean => some(e, (v) => v.index !== null);

/** Reads the variable or array of that name. */
export const mentions = (e: X, name: string): boolean => some(e, (v) => v.name === name);

const some = (e: X, test: (variable: X & { readonly x: 'var' }) => boolean): boolean => (e.x === 'var' && test(e)) || partsOf(e).some((part) => some(part, test));

/** The expressions that it is directly made of. */
export function partsOf(e: X): readonly X[] {
  switch (e.x) {
    case 'num': case 'at': case 'truth': return [];
    case 'var': return e.index === null ? [] : [e.index];
    case 'op': return e.args;
    case 'cond': return [e.test, e.then, e.else];
  }
}

/** How a language writes what differs between Promela and Murphi. */
export interface Dialect {
  readonly ops: Readonly<Record<GOp, string>>;
  conditional(test: string, then: string, otherwise: string): string;
  variable(name: string): string;
  /** The index of an array, without brackets. */
  index(array: string, index: X): string;
  /** A truth as the number 0 or 1, and a number as the truth that it is not 0. */
  asNumber(truth: string): string;
  asTruth(number: string): string;
  /** The thread stands at that node, or not. */
  at(pc: string, node: string, stands: boolean): string;
  readonly true: string;
  readonly false: string;
  /** Arithmetic that it writes in a way of its own; null for the operator between its operands. */
  operation?(e: X & { readonly x: 'op' }): string | null;
}

const TRUTHS: ReadonlySet<GOp> = new Set(['not', 'and', 'or', 'eq', 'ne', 'lt', 'le']);
const LOGICAL: ReadonlySet<GOp> = new Set(['not', 'and', 'or']);

/** An expression as a number, in brackets where it is compound. */
export function printNumber(e: X, d: Dialect): string {
  switch (e.x) {
    case 'num': return e.value < 0 ? `(${e.value})` : `${e.value}`;
    case 'var': return `${d.variable(e.name)}${e.index === null ? '' : `[${d.index(e.name, e.index)}]`}`;
    case 'cond': return d.conditional(printTruth(e.test, d), printNumber(e.then, d), printNumber(e.else, d));
    case 'at': case 'truth': return d.asNumber(printTruth(e, d));
    case 'op': return TRUTHS.has(e.op) ? d.asNumber(printTruth(e, d)) : d.operation?.(e) ?? `(${e.args.map((a) => printNumber(a, d)).join(` ${d.ops[e.op]} `)})`;
  }
}

/** An expression as a truth, in brackets where it is compound. */
export function printTruth(e: X, d: Dialect): string {
  if (e.x === 'num') return e.value !== 0 ? d.true : d.false;
  if (e.x === 'at') return d.at(e.pc, e.node, true);
  if (e.x === 'truth') return e.name;
  if (e.x !== 'op' || !TRUTHS.has(e.op)) return d.asTruth(printNumber(e, d));
  const args = e.args.map((a) => (LOGICAL.has(e.op) ? printTruth(a, d) : printNumber(a, d)));
  const [a] = e.args;
  if (e.op === 'not' && a?.x === 'at') return d.at(a.pc, a.node, false);
  if (e.op === 'not') return `${d.ops.not}${bracketed(args[0]!)}`;
  // `and` of one argument makes a truth of a number.
  return args.length === 1 ? args[0]! : `(${args.join(` ${d.ops[e.op]} `)})`;
}

function bracketed(text: string): string {
  return /^[\w.]+$/.test(text) || closesAtEnd(text) ? text : `(${text})`;
}

/** Without brackets around the whole, unless they belong to a conditional expression of Promela: `(a -> b : c)`. */
export function unwrap(text: string): string {
  return closesAtEnd(text) && !/->/.test(outermost(text)) ? text.slice(1, -1) : text;
}

/** The first bracket is closed by the last character. */
function closesAtEnd(text: string): boolean {
  return text.startsWith('(') && depths(text).indexOf(0) === text.length - 1;
}

/** What stands in the outermost brackets and in no others. */
function outermost(text: string): string {
  const depth = depths(text);
  return text.split('').filter((_, i) => depth[i] === 1).join('');
}

/** After each character: how many brackets are open. */
function depths(text: string): number[] {
  const out: number[] = [];
  for (let i = 0, depth = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    if (text[i] === ')') depth--;
    out.push(depth);
  }
  return out;
}
