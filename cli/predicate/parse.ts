/**
 * Predicates over a state, by recursive descent. Loosest first: `forall v: p`, `exists v: p`; `->` (to the right);
 * `||`; `&&`; `!`; `==` `!=` `<` `<=` `>` `>=`; `+` `-`.
 */
import { refuse, type Span } from './error.ts';
import { tokens, type Token } from './tokens.ts';

export type Binary = '->' | '||' | '&&' | '==' | '!=' | '<' | '<=' | '>' | '>=' | '+' | '-';

export type Ast = Span & (
  | { readonly is: 'number'; readonly value: number }
  /** `pte[mm0][va0].W`: names, each with how it is joined to the one before. */
  | { readonly is: 'reference'; readonly parts: readonly Part[] }
  | { readonly is: 'not'; readonly of: Ast }
  | { readonly is: 'binary'; readonly op: Binary; readonly left: Ast; readonly right: Ast }
  | { readonly is: 'quantifier'; readonly all: boolean; readonly variable: Token; readonly body: Ast }
  /** `ended(thread)`, `at(thread, function)`: names as they are written, blanks apart. */
  | { readonly is: 'call'; readonly name: 'ended' | 'at'; readonly args: readonly Word[] }
);

/** A name of a reference: the first, a field, or an index in brackets. */
export interface Part extends Word {
  readonly join: 'first' | 'field' | 'index';
}

export interface Word extends Span {
  readonly text: string;
}

const CALLS: Readonly<Record<string, { readonly name: 'ended' | 'at'; readonly args: readonly string[] }>> = {
  ended: { name: 'ended', args: ['a thread'] },
  at: { name: 'at', args: ['a thread', 'a function'] },
};

/** @throws UsageError, with the column */
export function parse(text: string): Ast {
  return new Parser(text).whole();
}

class Parser {
  private readonly text: string;
  private readonly tokens: readonly Token[];
  private next = 0;

  constructor(text: string) {
    this.text = text;
    this.tokens = tokens(text);
  }

  whole(): Ast {
    const [first] = this.tokens;
    if (first!.kind === 'end') refuse(this.text, first!, 'the predicate is empty');
    const ast = this.predicate();
    if (this.peek.kind !== 'end') this.unexpected('an operator or the end');
    return ast;
  }

  private get peek(): Token {
    return this.tokens[this.next]!;
  }

  private take(): Token {
    return this.tokens[this.next++]!;
  }

  private is(sign: string): boolean {
    return this.peek.kind === 'sign' && this.peek.text === sign;
  }

  private expect(sign: string): Token {
    return this.is(sign) ? this.take() : this.unexpected(`'${sign}'`);
  }

  private name(what: string): Token {
    return this.peek.kind === 'name' ? this.take() : this.unexpected(what);
  }

  private unexpected(wanted: string): never {
    const { kind, text } = this.peek;
    refuse(this.text, this.peek, `${wanted} should stand here, not ${kind === 'end' ? text : `'${text}'`}`);
  }

  private predicate(): Ast {
    const left = this.operators(['||'], () => this.operators(['&&'], () => this.negation()));
    if (!this.is('->')) return left;
    this.take();
    return this.binary('->', left, this.predicate());
  }

  /** Operands with operators of one strength between them, to the left. */
  private operators(ops: readonly Binary[], operand: () => Ast): Ast {
    let left = operand();
    for (let op = ops.find((o) => this.is(o)); op !== undefined; op = ops.find((o) => this.is(o))) {
      this.take();
      left = this.binary(op, left, operand());
    }
    return left;
  }

  private binary(op: Binary, left: Ast, right: Ast): Ast {
    return { is: 'binary', op, left, right, start: left.start, end: right.end };
  }

  private negation(): Ast {
    if (this.peek.kind === 'name' && (this.peek.text === 'forall' || this.peek.text === 'exists')) return this.quantifier();
    if (!this.is('!')) return this.comparison();
    const { start } = this.take();
    const of = this.negation();
    return { is: 'not', of, start, end: of.end };
  }

  private quantifier(): Ast {
    const { text, start } = this.take();
    const variable = this.name('a name to range over, such as cpu,');
    this.expect(':');
    const body = this.predicate();
    return { is: 'quantifier', all: text === 'forall', variable, body, start, end: body.end };
  }

  /** At most one: `a < b < c` is not what it looks like. */
  private comparison(): Ast {
    const left = this.sum();
    const op = (['==', '!=', '<=', '>=', '<', '>'] as const).find((o) => this.is(o));
    if (op === undefined) return left;
    this.take();
    return this.binary(op, left, this.sum());
  }

  private sum(): Ast {
    return this.operators(['+', '-'], () => this.operand());
  }

  private operand(): Ast {
    const { kind, text, start, end } = this.peek;
    if (kind === 'number') {
      this.take();
      if (Number(text) > 2 ** 30) refuse(this.text, { start, end }, `${text} is larger than any value of a state`);
      return { is: 'number', value: Number(text), start, end };
    }
    if (this.is('(')) {
      this.take();
      const inner = this.predicate();
      const close = this.expect(')');
      return { ...inner, start, end: close.end };
    }
    if (kind !== 'name') this.unexpected('a place, a value or (');
    const call = this.tokens[this.next + 1]?.text === '(' ? CALLS[text] : undefined;
    return call === undefined ? this.reference() : this.call(call);
  }

  private reference(): Ast {
    const first = this.take();
    const parts: Part[] = [{ join: 'first', text: first.text, start: first.start, end: first.end }];
    let { end } = first;
    while (this.is('.') || this.is('[')) {
      const { text } = this.take();
      // `fill0.1` is a name that a machine has made.
      const word = this.peek.kind === 'number' ? this.take() : this.name(text === '.' ? 'a field' : 'an index');
      end = text === '[' ? this.expect(']').end : word.end;
      parts.push({ join: text === '.' ? 'field' : 'index', text: word.text, start: word.start, end: word.end });
    }
    return { is: 'reference', parts, start: first.start, end };
  }

  /** Arguments are taken as they are written, because threads and functions may be called anything. */
  private call({ name, args }: { readonly name: 'ended' | 'at'; readonly args: readonly string[] }): Ast {
    const { start } = this.take();
    this.expect('(');
    const words = args.map((what, i) => {
      if (i > 0) this.expect(',');
      return this.word(what);
    });
    const { end } = this.expect(')');
    return { is: 'call', name, args: words, start, end };
  }

  private word(what: string): Word {
    const first = this.peek;
    let last: Token | null = null;
    while (!this.is(',') && !this.is(')') && this.peek.kind !== 'end') last = this.take();
    if (last === null) this.unexpected(what);
    return { text: this.text.slice(first.start, last.end), start: first.start, end: last.end };
  }
}
