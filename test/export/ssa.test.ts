/** What an export says of a step as definitions or as paths is what the step does. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { GOp } from '../../model/language/graph.ts';
import { UsageError } from '../../schedules/errors.ts';
import type { X } from '../../schedules/export-expr.ts';
import { prepare, type Exported, type Rule } from '../../schedules/export-graph.ts';
import { paths, type Path } from '../../schedules/export-paths.ts';
import { versionsOf, type Definition } from '../../schedules/export-ssa.ts';
import { apply, enabled, initialState, type State } from '../../schedules/interpret.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import { graphs } from '../schedules/graphs.ts';

type Value = number | string | boolean | readonly number[];
type Env = ReadonlyMap<string, Value>;

/** Exports of test graphs are named after the position of what they are: p0, p0_3, t1_r0, pc_t1. */
function envOf({ graph, variables, threads }: Exported, state: State): Map<string, Value> {
  const env = new Map<string, Value>();
  threads.forEach((t, i) => { env.set(t.pc, t.nodes[graph.threads[i]!.nodes.indexOf(state.pcs[i]!)]!.name); });
  for (const v of variables) {
    const [, place = '', cell = '0'] = /^p(\d+)(?:_(\d+))?$/.exec(v.name) ?? [];
    const [, thread = '', own = ''] = /^t(\d+)_r(\d+)$/.exec(v.name) ?? [];
    if (place === '') env.set(v.name, state.regs[graph.regs.flatMap((r, i) => (r.thread === Number(thread) ? [i] : []))[Number(own)]!]!);
    else env.set(v.name, v.cells === null ? state.cells[Number(place)]![Number(cell)]! : state.cells[Number(place)]!);
  }
  return env;
}

function value(e: X, env: Env): number {
  switch (e.x) {
    case 'num': return e.value;
    case 'truth': return Number(env.get(e.name));
    case 'at': return Number(env.get(e.pc) === e.node);
    case 'cond': return value(e.test, env) !== 0 ? value(e.then, env) : value(e.else, env);
    case 'var': {
      // Scratch is 0 before a step.
      const known = env.get(e.name) ?? Number(e.name.replace(/^scratch.*/, '0'));
      return e.index === null ? Number(known) : (known as readonly number[])[value(e.index, env)]!;
    }
    case 'op': return operate(e.op, e.args.map((a) => value(a, env)));
  }
}

function operate(op: GOp, args: readonly number[]): number {
  if (op === 'not') return Number(args[0] === 0);
  if (op === 'and') return Number(args.every((a) => a !== 0));
  if (op === 'or') return Number(args.some((a) => a !== 0));
  const compute: Readonly<Record<Exclude<GOp, 'not' | 'and' | 'or'>, (a: number, b: number) => number>> = {
    eq: (a, b) => Number(a === b), ne: (a, b) => Number(a !== b), lt: (a, b) => Number(a < b), le: (a, b) => Number(a <= b),
    add: (a, b) => a + b, sub: (a, b) => a - b, bitand: (a, b) => a & b, bitor: (a, b) => a | b, shl: (a, b) => a << b, shr: (a, b) => a >> b,
  };
  return args.reduce(compute[op]);
}

function define(x: Definition, env: Map<string, Value>): void {
  const version = (name: string): Value => env.get(name) ?? Number(name);
  switch (x.kind) {
    case 'number': env.set(x.name, value(x.value, env)); return;
    case 'truth': env.set(x.name, value(x.value, env) !== 0); return;
    case 'text': env.set(x.name, x.text); return;
    case 'store': env.set(x.name, (version(x.of) as readonly number[]).map((old, i) => (i === value(x.index, env) ? value(x.value, env) : old))); return;
    case 'meet': env.set(x.name, version(value(x.test, env) !== 0 ? x.then : x.else));
  }
}

function afterwards(rule: Rule, before: Env): Env {
  const env = new Map(before);
  const { definitions, last } = versionsOf(rule);
  for (const d of definitions) define(d, env);
  return new Map([...before].map(([name, old]) => [name, last.has(name) ? env.get(last.get(name)!) ?? old : old]));
}

function ruleOf({ rules, graph }: Exported, state: State, { thread, choice }: ScheduleStep): Rule {
  const node = graph.threads[thread]!.nodes.indexOf(state.pcs[thread]!);
  return rules.filter((r) => r.thread === thread && r.node === node)[choice]!;
}

/** Null where conditions are too long to be written. */
function pathsIfAny(rule: Rule): Path[] | null {
  try {
    return paths(rule);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

it('on random walks through random graphs', () => {
  const seed = process.env['CI'] === undefined ? {} : { seed: 20060927 };
  fc.assert(fc.property(graphs, fc.array(fc.nat(), { minLength: 12, maxLength: 12 }), (world, turns) => {
    const exported = prepare(world, {});
    let state = initialState(world);
    for (const turn of turns) {
      const steps = enabled(world, state);
      if (steps.length === 0) return;
      const step = steps[turn % steps.length]!;
      const rule = ruleOf(exported, state, step);
      const before = envOf(exported, state);
      state = apply(world, state, step);
      const after = envOf(exported, state);
      expect(afterwards(rule, before)).toEqual(after);
      const taken = pathsIfAny(rule)?.filter((p) => value(p.when, before) !== 0).map((p) => p.node);
      if (taken !== undefined) expect(taken).toEqual([after.get(exported.threads[rule.thread]!.pc)]);
    }
  }), { numRuns: 200, endOnFailure: true, ...seed });
});
