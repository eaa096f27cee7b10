/** What statements leave behind, as expressions over the state before them. */
import { all, compared, conditional, not, number, type X } from './export-expr.ts';
import type { Statement } from './export-graph.ts';

type Assign = Extract<Statement, { s: 'assign' }>;

/** One assignment to an array, made where `when` is true; index and value speak of the state before the first. */
interface Stored {
  readonly when: X;
  readonly index: X;
  readonly value: X;
}

/** The values of variables after some statements. */
export class Effects {
  private readonly scalars = new Map<string, X>();
  private readonly arrays = new Map<string, readonly Stored[]>();

  /** What an expression evaluated now means in the state before. */
  before(e: X): X {
    switch (e.x) {
      case 'num': case 'at': case 'truth': return e;
      case 'var': return this.read(e.name, e.index === null ? null : this.before(e.index));
      case 'op': return { ...e, args: e.args.map((a) => this.before(a)) };
      case 'cond': return conditional(this.before(e.test), this.before(e.then), this.before(e.else));
    }
  }

  /** Runs statements without a goto, where `when` (of the state before) is true. */
  run(code: readonly Statement[], when: X = number(1)): void {
    for (const s of code) {
      if (s.s === 'assign') this.assign(s, when);
      if (s.s === 'if') {
        const test = this.before(s.test);
        this.run(s.then, all(when, test));
        this.run(s.else, all(when, not(test)));
      }
    }
  }

  private assign({ name, index, value }: Assign, when: X): void {
    const stored = this.before(value);
    if (index === null) this.scalars.set(name, conditional(when, stored, this.read(name, null)));
    else this.arrays.set(name, [...(this.arrays.get(name) ?? []), { when, index: this.before(index), value: stored }]);
  }

  private read(name: string, index: X | null): X {
    const old: X = { x: 'var', name, index };
    if (index === null) return this.scalars.get(name) ?? old;
    return (this.arrays.get(name) ?? []).reduce<X>((value, s) => conditional(all(s.when, compared('eq', index, s.index)), s.value, value), old);
  }
}
