/** JavaScript source for expressions and actions over a packed state whose words are the locals w0, w1, … */
import type { Action, GExpr, Graph } from '../model/language/graph.ts';
import { bounds, constant, within } from './bounds.ts';
import type { Field, Layout, Segment } from './layout.ts';
import { fieldOf } from './layout.ts';

/** What one generated function needs to know and what it turned out to use. */
export interface Scope {
  readonly graph: Graph;
  readonly layout: Layout;
  /** Node id, or -1 - conjunct: passed to `fail`. */
  where: number;
  /** Alternatives at the node; the one picked is the local `c`. */
  choices: number;
  /** Number of temporaries used: t0, t1, … */
  temps: number;
  /** Words used: w0, w1, … */
  readonly words: Set<number>;
  /** Constant places read with an index known only at run time; the local `table` holds them by place. */
  readonly tables: Set<number>;
}

export function newScope(graph: Graph, at: Layout): Scope {
  return { graph, layout: at, where: 0, choices: 1, temps: 0, words: new Set(), tables: new Set() };
}

/** An integer expression. */
export function value(s: Scope, e: GExpr): string {
  const known = constant(bounds(s.graph, e, s.choices));
  if (known !== null) return literal(known);
  switch (e.g) {
    case 'const': return literal(e.value);
    case 'reg': return s.graph.regs[e.reg]!.transient ? `r${e.reg}` : load(s, s.layout.regs[e.reg]!);
    case 'choice': return 'c';
    case 'cell': return cell(s, e.place, e.index);
    case 'cond': return `(${truth(s, e.test)} ? ${value(s, e.then)} : ${value(s, e.else)})`;
    case 'ended': return `(${truth(s, e)} ? 1 : 0)`;
    case 'op': {
      const sign = ARITHMETIC[e.op];
      if (sign === undefined) return `(${truth(s, e)} ? 1 : 0)`;
      return e.args.map((a) => value(s, a)).reduce((a, b) => `(${a} ${sign} ${b}${sign === '+' || sign === '-' ? ' | 0' : ''})`);
    }
  }
}

/** A condition: like `value`, but as a JavaScript boolean. */
export function truth(s: Scope, e: GExpr): string {
  const known = constant(bounds(s.graph, e, s.choices));
  if (known !== null) return known !== 0 ? 'true' : 'false';
  if (e.g === 'ended') return ended(s, e.thread);
  if (e.g === 'cond') return `(${truth(s, e.test)} ? ${truth(s, e.then)} : ${truth(s, e.else)})`;
  if (e.g === 'op') {
    if (e.op === 'not') return `!${truth(s, e.args[0]!)}`;
    if (e.op === 'and' || e.op === 'or') return `(${e.args.map((a) => truth(s, a)).join(e.op === 'and' ? ' && ' : ' || ')})`;
    const sign = COMPARISON[e.op];
    if (sign !== undefined) return `(${value(s, e.args[0]!)} ${sign} ${value(s, e.args[1]!)})`;
  }
  return `(${value(s, e)} !== 0)`;
}

/** Statements for a list of actions. `leave` is the statement that ends the step, empty where nothing follows. */
export function actions(s: Scope, code: readonly Action[], leave: string): string {
  return code.map((a, i) => action(s, a, i === code.length - 1 ? leave : 'break step;')).join('\n');
}

/** True when a thread is at its end node. */
export function ended(s: Scope, thread: number): string {
  const ends = s.graph.threads[thread]!.nodes.filter((n) => s.graph.nodes[n]!.kind === 'end');
  const pc = load(s, s.layout.pcs[thread]!);
  return ends.length === 0 ? 'false' : `(${ends.map((n) => `${pc} === ${s.layout.local[n]!}`).join(' || ')})`;
}

/** The value of a field. */
export function load(s: Scope, f: Field): string {
  if (f.width === 0) return '0';
  s.words.add(f.word);
  const mask = literal(2 ** f.width - 1);
  if (f.shift + f.width === 32) return f.shift === 0 ? `w${f.word}` : `(w${f.word} >>> ${f.shift})`;
  return f.shift === 0 ? `(w${f.word} & ${mask})` : `((w${f.word} >>> ${f.shift}) & ${mask})`;
}

const ARITHMETIC: Readonly<Record<string, string>> = { add: '+', sub: '-', bitand: '&', bitor: '|', shl: '<<', shr: '>>' };
const COMPARISON: Readonly<Record<string, string>> = { eq: '===', ne: '!==', lt: '<', le: '<=' };

function literal(n: number): string {
  return n < 0 ? `(${n})` : String(n);
}

function action(s: Scope, a: Action, leave: string): string {
  switch (a.a) {
    case 'goto': {
      const node = s.graph.nodes[a.node]!;
      return `${store(s, s.layout.pcs[node.thread]!, literal(s.layout.local[a.node]!))}${leave}`;
    }
    case 'set': return set(s, a.reg, a.value);
    case 'if': return `if (${truth(s, a.test)}) {\n${actions(s, a.then, leave)}\n} else {\n${actions(s, a.else, leave)}\n}`;
    case 'write': return write(s, a.place, a.index, a.value);
  }
}

function set(s: Scope, reg: number, e: GExpr): string {
  const { size, transient } = s.graph.regs[reg]!;
  const v = inRange(s, e, size);
  // What only lives within a step is a local of the generated function; nobody reads it once it is dead.
  return transient ? `r${reg} = ${v};` : store(s, s.layout.regs[reg]!, v);
}

/** The value, checked at run time unless the interval analysis shows it to be one of 0 … size-1. */
function inRange(s: Scope, e: GExpr, size: number): string {
  const v = value(s, e);
  if (within(bounds(s.graph, e, s.choices), size)) return v;
  const t = `t${s.temps++}`;
  return `((${t} = ${v}) >>> 0 < ${size} ? ${t} : fail(${s.where}, ${s.choices > 1 ? 'c' : '0'}))`;
}

function store(s: Scope, f: Field, v: string): string {
  if (f.width === 0) return /fail/.test(v) ? `${v};` : '';
  s.words.add(f.word);
  return `w${f.word} = (w${f.word} & ${literal(~maskOf(f))}) | ${f.shift === 0 ? v : `(${v} << ${f.shift})`};`;
}

function maskOf(f: Field): number {
  return (2 ** f.width - 1) << f.shift;
}

function cell(s: Scope, place: number, index: GExpr): string {
  const p = s.graph.places[place]!;
  const segs = s.layout.places[place]!;
  const known = constant(bounds(s.graph, index, s.choices));
  if (known !== null && known >= 0 && known < p.cells) {
    const f = fieldOf(segs, known);
    return f === null ? literal(p.initial[known]!) : load(s, f);
  }
  const i = inRange(s, index, p.cells);
  if (segs.length === 0) {
    s.tables.add(place);
    return `table${place}[${i}]`;
  }
  if (segs.length === 1) return dynamicLoad(s, segs[0]!, i);
  const t = `t${s.temps++}`;
  const last = segs.length - 1;
  const chain = segs.map((seg, k) => (k === last ? '' : `${t} < ${seg.first + seg.count} ? `) + dynamicLoad(s, seg, t));
  return `(${t} = ${i}, ${chain.join(' : ')})`;
}

function dynamicLoad(s: Scope, seg: Segment, index: string): string {
  s.words.add(seg.word);
  return `((w${seg.word} >>> ${position(seg, index)}) & ${literal(2 ** seg.width - 1)})`;
}

/** Shift of a cell. */
function position(seg: Segment, index: string): string {
  const scaled = seg.width === 1 ? index : `Math.imul(${index}, ${seg.width})`;
  const base = seg.shift - seg.first * seg.width;
  return base === 0 ? scaled : `(${scaled} + ${literal(base)})`;
}

function write(s: Scope, place: number, index: GExpr, e: GExpr): string {
  const p = s.graph.places[place]!;
  const segs = s.layout.places[place]!;
  const v = inRange(s, e, p.size);
  const known = constant(bounds(s.graph, index, s.choices));
  if (known !== null && known >= 0 && known < p.cells) {
    const f = fieldOf(segs, known);
    return f === null ? `${v};` : store(s, f, v);
  }
  const i = `t${s.temps++}`;
  const x = `t${s.temps++}`;
  const chain = segs.map((seg, k) => {
    const assign = dynamicStore(s, seg, i, x);
    return k === segs.length - 1 ? `{ ${assign} }` : `if (${i} < ${seg.first + seg.count}) { ${assign} }`;
  });
  return `${i} = ${inRange(s, index, p.cells)}; ${x} = ${v};\n${chain.join(' else ')}`;
}

function dynamicStore(s: Scope, seg: Segment, index: string, v: string): string {
  s.words.add(seg.word);
  const w = `w${seg.word}`;
  const t = `t${s.temps++}`;
  return `${t} = ${position(seg, index)}; ${w} = (${w} & ~(${literal(2 ** seg.width - 1)} << ${t})) | (${v} << ${t});`;
}
