/**
 * What a step makes of each variable, as definitions: for languages in which a step is one relation between two states
 * and not a sequence. Every assignment defines a new version; where branches meet, a version chooses between theirs.
 */
import { number, type X } from './export-expr.ts';
import type { Rule, Statement } from './export-graph.ts';

export type Definition = { readonly name: string } & (
  | { readonly kind: 'number' | 'truth'; readonly value: X }
  | { readonly kind: 'text'; readonly text: string }
  /** The array `of` with another value at `index`. */
  | { readonly kind: 'store'; readonly of: string; readonly index: X; readonly value: X }
  /** One version or another of a variable, arrays included. */
  | { readonly kind: 'meet'; readonly test: X; readonly then: string; readonly else: string }
);

export interface Versions {
  /** Each speaks of the state before the step and of definitions before it. */
  readonly definitions: readonly Definition[];
  /** By variable or program counter: what it is after the step. */
  readonly last: ReadonlyMap<string, string>;
  /** What must be 0 … size-1 where `when` is true. */
  readonly checks: readonly { readonly when: X; readonly name: string; readonly size: number }[];
}

/** Names of definitions have two underscores, which the exports' names never have before a number. */
export function versionsOf({ code, scratch }: Rule): Versions {
  const numbering = new Numbering();
  // Scratch is 0 between steps, and no variable.
  const last = numbering.run(code, new Map(scratch.map((s) => [s.name, '0'])), number(1));
  return { definitions: numbering.definitions, last, checks: numbering.checks };
}

class Numbering {
  readonly definitions: Definition[] = [];
  readonly checks: { when: X; name: string; size: number }[] = [];
  private readonly used = new Map<string, number>();

  /** The versions after statements that begin with those of `before` where `when` is true. */
  run(code: readonly Statement[], before: ReadonlyMap<string, string>, when: X): ReadonlyMap<string, string> {
    const now = new Map(before);
    for (const s of code) {
      if (s.s === 'goto') now.set(s.pc, this.define(s.pc, (name) => ({ name, kind: 'text', text: s.node })));
      if (s.s === 'assign') now.set(s.name, this.assign(s, now, when));
      if (s.s === 'if') for (const [name, version] of this.branch(s, now, when)) now.set(name, version);
    }
    return now;
  }

  private assign(s: Extract<Statement, { s: 'assign' }>, now: ReadonlyMap<string, string>, when: X): string {
    const value = renamed(s.value, now);
    if (s.index !== null) {
      const index = renamed(s.index, now);
      return this.define(s.name, (name) => ({ name, kind: 'store', of: now.get(s.name) ?? s.name, index, value }));
    }
    const version = this.define(s.name, (name) => ({ name, kind: 'number', value }));
    if (!s.sure) this.checks.push({ when, name: version, size: s.size });
    return version;
  }

  private branch(s: Extract<Statement, { s: 'if' }>, now: ReadonlyMap<string, string>, when: X): Map<string, string> {
    const name = this.define('branch', (given) => ({ name: given, kind: 'truth', value: renamed(s.test, now) }));
    const test: X = { x: 'truth', name };
    const both = (a: X): X => (when.x === 'num' ? a : { x: 'op', op: 'and', args: [when, a] });
    const then = this.run(s.then, now, both(test));
    const otherwise = this.run(s.else, now, both({ x: 'op', op: 'not', args: [test] }));
    const changed = [...new Set([...then.keys(), ...otherwise.keys()])].filter((v) => then.get(v) !== otherwise.get(v));
    return new Map(changed.map((v) => [v, this.define(v, (given) => ({ name: given, kind: 'meet', test, then: then.get(v) ?? v, else: otherwise.get(v) ?? v }))]));
  }

  private define(variable: string, make: (name: string) => Definition): string {
    const count = (this.used.get(variable) ?? 0) + 1;
    this.used.set(variable, count);
    const name = `${variable}__${count}`;
    this.definitions.push(make(name));
    return name;
  }
}

/** With the versions that variables have by now. */
function renamed(e: X, now: ReadonlyMap<string, string>): X {
  switch (e.x) {
    case 'num': case 'at': case 'truth': return e;
    case 'var': return { x: 'var', name: now.get(e.name) ?? e.name, index: e.index === null ? null : renamed(e.index, now) };
    case 'op': return { ...e, args: e.args.map((a) => renamed(a, now)) };
    case 'cond': return { x: 'cond', test: renamed(e.test, now), then: renamed(e.then, now), else: renamed(e.else, now) };
  }
}
