/** From a parsed predicate to an expression over states; every name resolved, every comparison between like things. */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { gop, num } from '../../model/language/lower-expr.ts';
import { typeOf } from '../../counterexamples/values.ts';
import { suggest } from '../near.ts';
import { refuse, type Span } from './error.ts';
import { namesOf, type Names } from './names.ts';
import type { Ast, Binary, Part, Word } from './parse.ts';

/** A thread that stands, or does not, somewhere in a function. Expressions cannot say so: `watch.ts` adds a place for each. */
export interface Inside {
  readonly thread: number;
  readonly fn: string;
}

/** What an operand is. A constant's name may mean a value of several types. */
type Meaning = 'flag' | 'number' | { readonly type: string } | { readonly values: ReadonlyMap<string, number> };

interface Typed {
  readonly expr: GExpr;
  readonly meaning: Meaning;
}

/** Bound variables: the index that each stands for, as traces print it. */
type Env = ReadonlyMap<string, string>;

export interface Compiled {
  /** 1 where the predicate is true. Places from `graph.places.length` on are those of `inside`, in its order. */
  readonly expr: GExpr;
  readonly inside: readonly Inside[];
}

const TRUE: Typed = { expr: num(1), meaning: 'flag' };
const FALSE: Typed = { expr: num(0), meaning: 'flag' };

/** `missing` says why a place is not part of the state though the program has it. @throws UsageError, with the column */
export function compilePredicate(text: string, ast: Ast, graph: Graph, missing: (place: string) => string | null = () => null): Compiled {
  const compiler = new Compiler(text, graph, missing);
  return { expr: compiler.flag(ast, new Map()), inside: compiler.inside };
}

class Compiler {
  readonly inside: Inside[] = [];
  private readonly text: string;
  private readonly graph: Graph;
  private readonly names: Names;
  private readonly missing: (place: string) => string | null;

  constructor(text: string, graph: Graph, missing: (place: string) => string | null) {
    this.text = text;
    this.graph = graph;
    this.names = namesOf(graph);
    this.missing = missing;
  }

  /** Where only true or false will do. */
  flag(ast: Ast, env: Env): GExpr {
    const typed = this.operand(ast, env);
    if (typed.meaning === 'flag') return typed.expr;
    refuse(this.text, ast, `${this.source(ast)} is ${this.describe(typed.meaning)}, and true or false is needed here${this.flagsOf(ast, typed.meaning)}`);
  }

  private operand(ast: Ast, env: Env): Typed {
    switch (ast.is) {
      case 'number': return { expr: num(ast.value), meaning: 'number' };
      case 'not': return { expr: gop('not', this.flag(ast.of, env)), meaning: 'flag' };
      case 'binary': return this.binary(ast, env);
      case 'quantifier': return this.quantifier(ast, env);
      case 'call': return this.call(ast.name, ast.args, env);
      case 'reference': return this.reference(ast, ast.parts, env);
    }
  }

  private binary({ op, left, right }: Ast & { is: 'binary' }, env: Env): Typed {
    if (op === '&&' || op === '||' || op === '->') {
      const [a, b] = [this.flag(left, env), this.flag(right, env)];
      return { expr: op === '&&' ? gop('and', a, b) : gop('or', op === '->' ? gop('not', a) : a, b), meaning: 'flag' };
    }
    if (op === '+' || op === '-') return { expr: gop(op === '+' ? 'add' : 'sub', this.number(left, op, env), this.number(right, op, env)), meaning: 'number' };
    if (op === '==' || op === '!=') {
      const [a, b] = this.alike(left, right, env);
      return { expr: gop(op === '==' ? 'eq' : 'ne', a, b), meaning: 'flag' };
    }
    const [a, b] = [this.number(left, op, env), this.number(right, op, env)];
    const [low, high] = op === '<' || op === '<=' ? [a, b] : [b, a];
    return { expr: gop(op === '<' || op === '>' ? 'lt' : 'le', low, high), meaning: 'flag' };
  }

  private number(ast: Ast, op: Binary, env: Env): GExpr {
    const typed = this.operand(ast, env);
    if (typed.meaning === 'number') return typed.expr;
    refuse(this.text, ast, `'${op}' is for numbers, and ${this.source(ast)} is ${this.describe(typed.meaning)}`);
  }

  /** Both sides of == or !=, which must be of one type. */
  private alike(left: Ast, right: Ast, env: Env): [GExpr, GExpr] {
    const [a, b] = [this.operand(left, env), this.operand(right, env)];
    for (const [x, y] of [[a, b], [b, a]] as const) {
      if (typeof x.meaning === 'object' && 'values' in x.meaning && typeof y.meaning === 'object' && 'type' in y.meaning) {
        const value = x.meaning.values.get(y.meaning.type);
        if (value !== undefined) return [y.expr, num(value)];
      }
    }
    if (a.meaning === b.meaning && typeof a.meaning === 'string') return [a.expr, b.expr];
    if (typeof a.meaning === 'object' && typeof b.meaning === 'object') {
      if ('type' in a.meaning && 'type' in b.meaning && a.meaning.type === b.meaning.type) return [a.expr, b.expr];
      if ('values' in a.meaning && 'values' in b.meaning) return this.constants(left, right, a.meaning.values, b.meaning.values);
    }
    refuse(this.text, { start: left.start, end: right.end }, `${this.source(left)} is ${this.describe(a.meaning)} and ${this.source(right)} is ${this.describe(b.meaning)}: they cannot be compared`);
  }

  /** Two names: of bound variables, where comparing them makes sense. */
  private constants(left: Ast, right: Ast, a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): [GExpr, GExpr] {
    const type = [...a.keys()].find((t) => b.has(t));
    if (type !== undefined) return [num(a.get(type)!), num(b.get(type)!)];
    refuse(this.text, { start: left.start, end: right.end }, `${this.source(left)} and ${this.source(right)} are of different types: they cannot be compared`);
  }

  private quantifier({ all, variable, body }: Ast & { is: 'quantifier' }, env: Env): Typed {
    const over = this.names.indices.get(variable.text.replace(/\d+$/, ''));
    if (over === undefined) {
      const known = [...this.names.indices.keys()];
      refuse(this.text, variable, `there is no '${variable.text}' to range over${suggest(variable.text, known)} (${known.join(', ') || 'this world has no indices'}; with a number after it for a second one)`);
    }
    if (this.names.constants.has(variable.text)) refuse(this.text, variable, `${variable.text} is a value already; take a name such as ${variable.text.replace(/\d+$/, '')}`);
    if (env.has(variable.text)) refuse(this.text, variable, `${variable.text} is bound already; with a number after it is another`);
    const bodies = over.map((index) => this.flag(body, new Map(env).set(variable.text, index)));
    return { expr: gop(all ? 'and' : 'or', ...bodies), meaning: 'flag' };
  }

  private reference(ast: Ast, parts: readonly Part[], env: Env): Typed {
    const words = parts.map((part) => ({ ...part, text: (part.join === 'field' ? undefined : env.get(part.text)) ?? part.text }));
    const [first] = words;
    if (words.length === 1 && !this.names.cells.has(first!.text)) {
      if (first!.text === 'true') return TRUE;
      if (first!.text === 'false') return FALSE;
      if (first!.text === 'quiescent') return { expr: this.ended(this.graph.threads.flatMap((t, i) => (t.daemon === 'no' ? [i] : []))), meaning: 'flag' };
      const values = this.names.constants.get(first!.text);
      if (values !== undefined) return { expr: num(0), meaning: { values } };
    }
    for (let length = words.length; length > 0; length--) {
      const cell = this.names.cells.get(joined(words.slice(0, length)));
      if (cell === undefined) continue;
      const { type } = this.graph.places[cell.place]!;
      const value: Typed = { expr: { g: 'cell', place: cell.place, index: num(cell.cell) }, meaning: this.meaning(type) };
      return words.slice(length).reduce((of, part) => this.field(of, part), value);
    }
    return this.unknown(ast, joined(words));
  }

  private field({ expr, meaning }: Typed, part: Part): Typed {
    const type = typeof meaning === 'object' && 'type' in meaning ? typeOf(this.graph, meaning.type) : null;
    if (type?.kind !== 'record' || part.join !== 'field') refuse(this.text, part, `'${part.text}' is too much: what stands before it is ${this.describe(meaning)}`);
    const field = type.fields.find((f) => f.name === part.text);
    if (field === undefined) {
      const names = type.fields.map((f) => f.name);
      refuse(this.text, part, `${type.name} has no field '${part.text}'${suggest(part.text, names)} (it has ${names.join(', ')})`);
    }
    return { expr: gop('bitand', gop('shr', expr, num(field.shift)), num(2 ** field.width - 1)), meaning: this.meaning(field.type) };
  }

  private unknown(span: Span, name: string): never {
    const declared = /^\w+/.exec(name)?.[0] ?? name;
    const why = this.missing(declared);
    if (why !== null) refuse(this.text, span, why);
    const printed = [...this.names.cells].filter(([, { place }]) => this.graph.places[place]!.name === declared).map(([cell]) => cell);
    const known = [...this.names.cells.keys(), ...this.names.fields, ...this.names.constants.keys(), 'true', 'false', 'quiescent'];
    const near = printed.length === 0 ? suggest(name, known) : `; did you mean ${printed.slice(0, 3).join(', ')}?`;
    refuse(this.text, span, `there is no '${name}' in this world${near} (without a predicate, pterace witness lists the places)`);
  }

  private call(name: 'ended' | 'at', args: readonly Word[], env: Env): Typed {
    const threads = this.threads(args[0]!, env);
    if (name === 'ended') return { expr: this.ended(threads), meaning: 'flag' };
    const fn = args[1]!;
    if (!this.names.functions.includes(fn.text)) refuse(this.text, fn, `no thread runs '${fn.text}'${suggest(fn.text, this.names.functions)}`);
    return { expr: gop('or', ...threads.map((thread) => this.isInside({ thread, fn: fn.text }))), meaning: 'flag' };
  }

  /** The thread of that name; of a CPU, the threads on it that must end. */
  private threads(word: Word, env: Env): number[] {
    const name = env.get(word.text) ?? word.text;
    const { threads } = this.graph;
    const named = threads.findIndex((t) => t.name === name);
    if (named >= 0) return [named];
    const onCpu = threads.flatMap((t, i) => (`cpu${t.cpu}` === name.toLowerCase() && t.daemon === 'no' ? [i] : []));
    if (onCpu.length > 0) return onCpu;
    const known = [...threads.map((t) => t.name), ...new Set(threads.filter((t) => t.daemon === 'no').map((t) => `cpu${t.cpu}`))];
    refuse(this.text, word, `there is no thread '${name}'${suggest(name, known)} (there are ${known.join(', ')})`);
  }

  private ended(threads: readonly number[]): GExpr {
    return gop('and', ...threads.map((thread): GExpr => ({ g: 'ended', thread })));
  }

  private isInside(wanted: Inside): GExpr {
    let at = this.inside.findIndex(({ thread, fn }) => thread === wanted.thread && fn === wanted.fn);
    if (at < 0) at = this.inside.push(wanted) - 1;
    return { g: 'cell', place: this.graph.places.length + at, index: num(0) };
  }

  private meaning(typeName: string): Meaning {
    const { kind } = typeOf(this.graph, typeName);
    return kind === 'bool' ? 'flag' : kind === 'int' ? 'number' : { type: typeName };
  }

  private describe(meaning: Meaning): string {
    if (meaning === 'flag') return 'true or false';
    if (meaning === 'number') return 'a number';
    const type = 'type' in meaning ? meaning.type : [...meaning.values.keys()].join(' or ');
    return `a value of ${type}`;
  }

  /** `; did you mean pte[mm0][va0].P, pte[mm0][va0].W?`: the flags of a record that stands where a flag is needed. */
  private flagsOf(ast: Ast, meaning: Meaning): string {
    const type = typeof meaning === 'object' && 'type' in meaning ? typeOf(this.graph, meaning.type) : null;
    if (type?.kind !== 'record') return '';
    const flags = type.fields.filter((f) => typeOf(this.graph, f.type).kind === 'bool').map((f) => `${this.source(ast)}.${f.name}`);
    return flags.length === 0 ? '' : `; did you mean ${flags.join(', ')}?`;
  }

  private source({ start, end }: Span): string {
    return this.text.slice(start, end);
  }
}

function joined(parts: readonly Part[]): string {
  return parts.map(({ join, text }) => (join === 'first' ? text : join === 'field' ? `.${text}` : `[${text}]`)).join('');
}
