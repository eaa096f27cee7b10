/** What the reductions prove of steps and conditions, one question at a time. */
import { describe, expect, it } from 'vitest';
import type { Action, GExpr, Graph } from '../../model/language/graph.ts';
import { isLatch, mayComeFirst, modesCommute, type Mode } from '../../schedules/reduce/accesses.ts';
import { countingIn } from '../../schedules/reduce/counters.ts';
import { cutNodes } from '../../schedules/reduce/cuts.ts';
import { fold } from '../../schedules/reduce/fold.ts';
import { pureLatches } from '../../schedules/reduce/latches.ts';
import { directionIn } from '../../schedules/reduce/monotone.ts';
import { factsOf } from '../../schedules/reduce/paths.ts';
import { predicatesOf } from '../../schedules/reduce/predicates.ts';
import { widenCounters } from '../../schedules/reduce/widen.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { settle } from '../random/settle.ts';
import { cell, choice, cond, ended, goto, graph, num, op, property, reg, set, when, write, type ThreadSpec } from '../schedules/build.ts';

/** A thread of one step. */
const one = (...code: Action[]): ThreadSpec => ({ nodes: [{ code: [...code, goto(-1)] }] });

describe('cutNodes', () => {
  const flow = (...to: readonly (readonly number[])[]): Graph => graph({
    places: [{ size: 2 }], threads: [{ nodes: to.map(([a, b]) => ({ code: b === undefined ? [goto(a!)] : [when(cell(0), [goto(a!)], [goto(b)])] })) }],
  });
  const cut = (g: Graph, weight: readonly number[] = []): number[] => [...cutNodes(g, (n) => weight[n] ?? 0)].flatMap((c, n) => (c === 1 ? [n] : []));

  it('leaves straight code alone', () => { expect(cut(flow([1], [2], [-1]))).toEqual([]); });
  it('cuts a loop at its heaviest node', () => { expect(cut(flow([1], [2], [0, -1]), [1, 3, 2])).toEqual([1]); });
  it('cuts a node that leads to itself', () => { expect(cut(flow([1], [1, -1]))).toEqual([1]); });
  it('cuts the loop within a loop', () => { expect(cut(flow([1], [1, 2], [0, -1]), [9, 1, 1])).toEqual([0, 1]); });
  it('cuts what it is given', () => { expect([...cutNodes(flow([1], [-1]), () => 0, (n) => n === 1)]).toEqual([0, 1, 0]); });
  it('leaves no cycle, whatever the weights', () => {
    const g = flow([1, 3], [2, 0], [0, 3], [1, 2]);
    for (let w = 0; w < 4; w++) {
      const left = new Set([0, 1, 2, 3].filter((n) => !cut(g, [0, 0, 0, 0].map((_, i) => (i === w ? 1 : 0))).includes(n)));
      const ends = (n: number, seen: readonly number[]): boolean => !seen.includes(n) && [[1, 3], [2, 0], [0, 3], [1, 2]][n]!.every((m) => !left.has(m) || ends(m, [...seen, n]));
      expect([...left].every((n) => ends(n, [])), `heaviest ${w}`).toBe(true);
    }
  });
});

describe('countingIn', () => {
  const by = (...code: Action[]): number[] => {
    const g = settle(graph({ places: [{ size: 8, cells: 2 }, { size: 8 }], regs: [[8, 8]], threads: [{ nodes: [{ code: [...code, goto(1)] }, { code: [write(1, 0, reg(1)), goto(-1)] }] }] }), () => 'int');
    return [...countingIn(g, g.nodes[0]!).by.values()];
  };
  const load = set(0, cell(0));
  const up = write(0, 0, op('add', reg(0), 1));

  it.each<[string, readonly Action[], readonly number[]]>([
    ['adds to what it reads', [write(0, 0, op('add', cell(0), 2))], [2]],
    ['takes from what it reads', [write(0, 0, op('sub', cell(0), 1))], [-1]],
    ['loads before it stores', [load, up], [1]],
    ['in a branch', [when(cell(1), [load, up])], [1]],
    ['another cell', [write(0, 0, op('add', cell(0, 1), 1))], []],
    ['a sum of two', [write(0, 0, op('add', cell(0), cell(1)))], []],
    ['no constant on the right', [write(0, 0, op('sub', 7, cell(0)))], []],
    ['uses the value in the step', [load, up, write(1, 0, reg(0))], []],
    ['uses the value in a condition', [load, up, when(reg(0), [write(1, 0, 1)])], []],
    ['uses the value later', [load, up, set(1, reg(0))], []],
    ['keeps the value for later', [set(1, cell(0)), write(0, 0, op('add', reg(1), 1))], []],
    ['uses the value behind the branch', [when(cell(1), [load, up]), write(1, 0, reg(0))], []],
    ['overwrites the value behind the branch', [when(cell(1), [load, up]), set(0, 0), write(1, 0, reg(0))], [1]],
    ['stores in between', [load, write(1, 0, 1), up], []],
    ['changes the value in between', [load, set(0, op('add', reg(0), 1)), up], []],
  ])('%s', (_, code, expected) => { expect(by(...code)).toEqual(expected); });

  it('counts have twice the room', () => {
    const g = graph({ places: [{ size: 8 }, { size: 8 }], regs: [[8]], threads: [one(write(0, 0, op('add', cell(0), 1)), set(0, cell(0)), set(0, 0), write(1, 0, 1))] });
    expect([widenCounters(g).places.map((p) => p.size), widenCounters(g).regs.map((r) => r.size)]).toEqual([[16, 8], [16]]);
  });
});

describe('modes', () => {
  const all: readonly Mode[] = ['read', 'write', 'latch', 'up', 'down', 'shared', 'watch'];

  it('two reads commute, and two alike but writes', () => {
    const pairs = all.flatMap((a) => all.filter((b) => modesCommute(a, b)).map((b) => `${a} ${b}`));
    expect(pairs).toEqual(['read read', 'read watch', 'latch latch', 'up up', 'down down', 'shared shared', 'watch read', 'watch watch']);
  });
  it('down may come before up, not after', () => {
    const access = (mode: Mode, toward: 1 | -1 | 0 = 0, watch: 1 | -1 | 0 | null = null) => ({ mode, toward, watch });
    expect([mayComeFirst(access('down'), access('up')), mayComeFirst(access('up'), access('down'))]).toEqual([true, false]);
    expect([mayComeFirst(access('write', 1), access('watch', 0, 1)), mayComeFirst(access('write', -1), access('watch', 0, 1))]).toEqual([true, false]);
    expect([mayComeFirst(access('watch', 0, 1), access('write', -1)), mayComeFirst(access('watch', 0, 1), access('write', 1))]).toEqual([true, false]);
    expect(mayComeFirst(access('write'), access('watch', 0, 0))).toBe(true);
    expect(mayComeFirst(access('write', 1), access('watch'))).toBe(false);
  });
});

describe('latches', () => {
  const latched = (value: GExpr | number, size = 2): boolean => {
    const w = write(0, 0, value);
    return w.a === 'write' && isLatch(graph({ places: [{ size }, { size: 4 }], regs: [[4]], threads: [one(w)] }), w);
  };

  it.each<[string, GExpr | number, boolean]>([
    ['set', 1, true], ['set or kept', op('or', cell(0), cell(1)), true], ['kept or set', cond(op('eq', cell(0), 1), 1, op('eq', cell(1), 2)), true],
    ['cleared', 0, false], ['copied', cell(1), false], ['kept only with something else', op('and', cell(0), cell(1)), false], ['kept or else out of range', cond(cell(0), 1, cell(1)), false],
  ])('%s', (_, value, expected) => { expect(latched(value)).toBe(expected); });
  it('are bits', () => { expect(latched(1, 3)).toBe(false); });

  const pure = (extra: readonly ThreadSpec[], holds: GExpr, premise: GExpr | null = null, reach: GExpr = num(1)): boolean => {
    const g = graph({ places: [{ size: 2 }, { size: 2 }], threads: [one(write(0, 0, op('or', cell(0), cell(1)))), ...extra], properties: [property('P', holds, premise)], reaches: [{ name: 'r', expr: reach }] });
    return pureLatches(g, selectConjuncts(g, undefined)).has('0:0');
  };
  const never = op('not', cell(0));

  it.each<[string, boolean, boolean]>([
    ['only reported', pure([], never), true],
    ['wanted', pure([], num(1), null, cell(0)), true],
    ['read by a step', pure([one(write(1, 0, cell(0)))], never), false],
    ['waited for', pure([{ nodes: [{ guard: cell(0), code: [goto(-1)] }] }], never), false],
    ['cleared by somebody', pure([one(write(0, 0, 0))], never), false],
    ['part of a larger claim', pure([], op('or', never, cell(1))), false],
    ['allowed', pure([], cell(0)), false],
    ['a premise', pure([], never, cell(0)), false],
    ['unwanted in a reach', pure([], never, null, never), false],
  ])('%s', (_, found, expected) => { expect(found).toBe(expected); });
});

describe('directionIn', () => {
  const g = graph({ places: [{ size: 4, cells: 2 }, { size: 4 }], threads: [one()] });

  it.each<[string, GExpr, number | null]>([
    ['a comparison from below', op('le', 2, cell(0)), 1], ['a comparison from above', op('lt', cell(0), 2), -1], ['negated', op('not', op('lt', cell(0), 2)), 1],
    ['the least value', op('eq', cell(0), 0), -1], ['the greatest value', op('eq', cell(0), 3), 1], ['a value between', op('eq', cell(0), 1), null],
    ['another place', op('eq', cell(1), 1), 0], ['always true', op('le', cell(0), 3), 0],
    ['both of one way', op('and', op('lt', cell(0), 2), op('eq', cell(1), 1)), -1], ['of both ways', op('or', op('lt', cell(0), 1), op('lt', 2, cell(0))), null],
    ['compared with another', op('lt', cell(0), cell(1)), -1], ['cells of a place against each other', op('lt', cell(0, 0), cell(0, 1)), null],
    ['in an index', op('eq', cell(1, cell(0)), 1), null], ['with a register', op('lt', cell(0), reg(0)), null], ['with the end of a thread', cond(ended(0), op('lt', cell(0), 1), 0), null],
  ])('%s', (_, e, expected) => { expect(directionIn(g, e, 0)).toBe(expected); });
});

describe('predicatesOf', () => {
  /** Clears all bits, so that none is only set. */
  const clears = [one(write(0, 0, 0), write(1, 0, 0), write(2, 0, 0))];
  const of = (holds: GExpr, premise: GExpr | null = null, threads: readonly ThreadSpec[] = clears, reach: GExpr = num(0)): string[] => {
    const g = graph({ places: [{ size: 2 }, { size: 2 }, { size: 2 }], threads, properties: [property('P', holds, premise)], reaches: [{ name: 'r', expr: reach }] });
    const conjuncts = selectConjuncts(g, undefined);
    return predicatesOf(g, factsOf(g, new Set()), conjuncts).map((p) => `${p.reads.map((r) => r.place).join(' ')}${p.ends.length > 0 ? ' end' : ''}`);
  };

  it('each way to fail for itself', () => { expect(of(op('and', cell(0), cell(1)))).toEqual(['0', '1']); });
  it('all operands of a way together', () => { expect(of(op('or', cell(0), cell(1)))).toEqual(['0 1']); });
  it('under a premise, which must come true, too', () => { expect(of(cell(0), op('or', cell(1), cell(2)))).toEqual(['1 2 0', '1', '2']); });
  it('without a premise that is part of the way', () => { expect(of(op('or', op('not', cell(1)), cell(0)), cell(1))).toEqual(['1 0', '1']); });
  it('what should be reached', () => { expect(of(num(1), null, clears, op('or', cell(0), ended(0)))).toEqual(['0', ' end']); });
  it('no bit that is only ever set', () => {
    expect(of(op('not', cell(0)), null, [one(write(0, 0, 1))])).toEqual([]);
    expect(of(op('not', cell(0)), null, [one(write(0, 0, 1)), one(write(0, 0, 0))])).toEqual(['0']);
  });
});

describe('fold', () => {
  const one = { cell: (p: number) => (p === 0 ? 1 : null) };

  it.each<[string, GExpr, number | null]>([
    ['a number', num(3), 3], ['a known cell', cell(0), 1], ['an unknown cell', cell(1), null], ['a register', reg(0), null], ['a choice', choice, null], ['the end of a thread', ended(0), null],
    ['false and unknown', op('and', cell(1), num(0)), 0], ['true or unknown', op('or', cell(1), cell(0)), 1], ['true and unknown', op('and', cell(1), cell(0)), null],
    ['no bits of unknown', op('bitand', cell(1), 0), 0], ['not', op('not', cell(0)), 0], ['arithmetic', op('sub', op('add', cell(0), 3), 2), 2], ['shifts', op('shl', cell(0), 3), 8],
    ['a known test', cond(cell(0), 5, cell(1)), 5], ['branches alike', cond(cell(1), 5, 5), 5], ['branches that differ', cond(cell(1), 5, 6), null], ['an unknown index', cell(0, cell(1)), null],
  ])('%s', (_, e, expected) => { expect(fold(e, one)).toBe(expected); });
  it('who is known to have ended', () => { expect(fold(op('and', ended(0), ended(1)), { ended: (t) => (t === 1 ? 0 : null) })).toBe(0); });
});
