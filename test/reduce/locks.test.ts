/** Which places are taken for locks that exclude, and which are not. */
import { describe, expect, it } from 'vitest';
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { factsOf } from '../../schedules/reduce/paths.ts';
import { lockOrder } from '../../schedules/reduce/lock-order.ts';
import { soundLocks } from '../../schedules/reduce/locks.ts';
import { cell, goto, graph, op, reg, set, when, write, type NodeSpec } from '../schedules/build.ts';

type Lock = NonNullable<NodeSpec['lock']>;

const [FREE, WRITER, SIZE] = [0, 8, 16];
const eq = (value: number): GExpr => op('eq', cell(0), value);
const step = (op: Lock['op'], mode: Lock['mode'], value: GExpr | number, guard?: GExpr): NodeSpec => ({
  ...(guard === undefined ? {} : { guard }), code: [write(0, 0, value), goto(1)], lock: { op, mode, place: 0, cell: 0, spinning: true },
});
const acquire = (value: GExpr | number, guard?: GExpr): NodeSpec => step('acquire', 'exclusive', value, guard);
const release = (value: GExpr | number = FREE): NodeSpec => step('release', 'exclusive', value);
const down = (value: GExpr | number, guard?: GExpr): NodeSpec => step('acquire', 'shared', value, guard);
const up = (value: GExpr | number): NodeSpec => step('release', 'shared', value);

/** Threads that each run their nodes in order; the first place is the lock, the second a number. */
function world(...threads: readonly (readonly NodeSpec[])[]): Graph {
  const inOrder = (nodes: readonly NodeSpec[]): NodeSpec[] => nodes.map((n, i) => ({ ...n, code: n.code.map((a) => (a.a === 'goto' ? goto(i + 1 < nodes.length ? i + 1 : -1) : a)) }));
  return graph({ places: [{ size: SIZE }, { size: SIZE }], regs: threads.map(() => [2]), threads: threads.map((nodes) => ({ nodes: inOrder(nodes) })) });
}

const sound = (g: Graph): boolean => soundLocks(g, factsOf(g, new Set())).has(0);
const bit = [acquire(1, eq(FREE)), release()];
const reader = [down(op('add', cell(0), 1), op('lt', cell(0), WRITER)), up(op('sub', cell(0), 1))];
const writer = [acquire(op('add', cell(0), WRITER), eq(FREE)), release(op('sub', cell(0), WRITER))];

describe('sound', () => {
  it.each<[string, Graph]>([
    ['a lock bit', world(bit, bit)],
    ['a lock that names its owner', world([acquire(3, eq(FREE)), release()], [acquire(5, eq(FREE)), release()])],
    ['a reader-writer lock', world(reader, reader, writer)],
    ['a lock that is read only', world(reader, reader)],
    ['a lock that is never given back', world([acquire(1, eq(FREE))], bit)],
  ])('%s', (_, g) => { expect(sound(g)).toBe(true); });

  it('has the values that it has while it is taken', () => {
    const g = world([acquire(3, eq(FREE)), release()], [acquire(5, eq(FREE)), release()]);
    expect(soundLocks(g, factsOf(g, new Set())).get(0)).toEqual({ free: FREE, taken: [3, 5] });
  });
});

describe('not sound', () => {
  it.each<[string, Graph]>([
    ['taken without waiting', world([acquire(1), release()], bit)],
    ['taken while it is taken by somebody else', world([acquire(1, op('ne', cell(0), 1)), release()], [acquire(2, op('ne', cell(0), 2)), release()])],
    ['given back without being held', world([release()], bit)],
    ['given back twice', world([...bit, release()], bit)],
    ['given back to another value', world([acquire(1, eq(FREE)), release(2)], bit)],
    ['held for reading, given back as if for writing', world([reader[0]!, release(op('sub', cell(0), 1))], reader)],
    ['written by a step that is no lock step', world(bit, [{ code: [write(0, 0, 0), goto(-1)] }])],
    ['tried', world(bit, [{ code: [when(eq(FREE), [write(0, 0, 1)]), goto(-1)], lock: { op: 'tryAcquire', mode: 'exclusive', place: 0, cell: 0, spinning: true } }])],
    ['taken under a condition on something else', world([acquire(1, op('and', eq(FREE), op('eq', cell(1), 0))), release()], bit)],
    ['taken with a value found elsewhere', world([acquire(cell(1), eq(FREE)), release()], bit)],
    ['taken with a value from a register', world([{ code: [set(0, 1), goto(1)] }, acquire(op('add', reg(0), 1), eq(FREE)), release()], bit)],
    ['taken in one branch only', world([{ ...acquire(1, eq(FREE)), code: [when(op('eq', cell(1), 0), [write(0, 0, 1)]), goto(1)] }, release()], bit)],
    ['taken after a branch that may leave', world([{ ...acquire(1, eq(FREE)), code: [when(op('eq', cell(1), 0), [goto(1)]), write(0, 0, 1), goto(1)] }, release()], bit)],
    ['taken with a value set in a branch', world([{ ...acquire(1, eq(FREE)), code: [set(0, 1), when(op('eq', cell(1), 0), [set(0, 0)]), write(0, 0, reg(0)), goto(1)] }, release()], bit)],
    ['written twice in a step', world([{ ...acquire(1, eq(FREE)), code: [write(0, 0, 1), write(0, 0, 0), goto(1)] }, release()], bit)],
    ['read while it is written', world([down(op('add', cell(0), 1), op('le', cell(0), WRITER)), up(op('sub', cell(0), 1))], reader, writer)],
    ['written while it is read', world(reader, reader, [acquire(op('add', cell(0), WRITER), op('lt', cell(0), 2)), release(op('sub', cell(0), WRITER))])],
    ['readers count by different steps', world([down(op('add', cell(0), 2), op('lt', cell(0), WRITER)), up(op('sub', cell(0), 2))], reader, writer)],
    ['readers do not count', world([down(1, op('lt', cell(0), WRITER)), up(0)], reader, writer)],
    ['free at the start in some cells only', graph({ places: [{ size: 2, cells: 2, initial: [0, 1] }], threads: [{ nodes: [{ ...acquire(1, eq(FREE)) }, { ...release(), code: [write(0, 0, 0), goto(-1)] }] }] })],
  ])('%s', (_, g) => { expect(sound(g)).toBe(false); });
});

describe('the order of locks', () => {
  const lock = (place: number, to: number): NodeSpec => ({ guard: op('eq', cell(place), 0), code: [write(place, 0, 1), goto(to)], lock: { op: 'acquire', mode: 'exclusive', place, cell: 0, spinning: true } });
  const orderOf = (...threads: readonly (readonly number[])[]): number[] => {
    const g = graph({ places: [0, 1, 2].map(() => ({ size: 2 })), threads: threads.map((locks) => ({ nodes: locks.map((l, i) => lock(l, i + 1 < locks.length ? i + 1 : -1)) })) });
    return [...lockOrder(g, factsOf(g, new Set()))];
  };

  it('tells locks apart that are always nested one way', () => { expect(orderOf([0, 1, 2], [0, 2], [1, 2])).toEqual([0, 1, 2]); });
  it('knows a circle of two', () => { expect(orderOf([0, 1], [1, 0], [2])).toEqual([0, 0, 2]); });
  it('knows a circle of three', () => { expect(orderOf([0, 1], [1, 2], [2, 0])).toEqual([0, 0, 0]); });
});
