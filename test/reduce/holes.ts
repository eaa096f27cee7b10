/** Small graphs that hide something from a search that goes on too readily: each was, or might have been, a mistake. */
import type { Action, GExpr, Graph } from '../../model/language/graph.ts';
import { cell, cond, ended, goto, graph, op, property, reg, set, when, write, type NodeSpec, type ThreadSpec } from '../schedules/build.ts';
import { settle } from '../random/settle.ts';

/** Takes a lock bit, or gives it back; `more` rides. */
const take = (place: number, index: GExpr | number, to: number, more: readonly Action[] = []): NodeSpec => ({
  guard: op('eq', cell(place, index), 0), code: [write(place, index, 1), ...more, goto(to)],
  lock: { op: 'acquire', place, cell: null, mode: 'exclusive', spinning: true },
});
const drop = (place: number, index: GExpr | number, to: number, more: readonly Action[] = []): NodeSpec => ({
  code: [write(place, index, 0), ...more, goto(to)], lock: { op: 'release', place, cell: null, mode: 'exclusive', spinning: true },
});
const store = (place: number, value: GExpr | number, to: number): NodeSpec => ({ code: [write(place, 0, value), goto(to)] });
const wait = (test: GExpr, to: number): NodeSpec => ({ guard: test, code: [goto(to)] });
const is = (place: number, value: number): GExpr => op('eq', cell(place), value);

export const HOLES: Readonly<Record<string, Graph>> = {
  'an optional daemon that may wake somebody need not': graph({
    places: [{ size: 2 }, { size: 4 }],
    threads: [
      { nodes: [wait(is(0, 1), -1)] },
      { daemon: 'optional', nodes: [store(0, 1, 1), store(0, 0, 2), store(0, 1, 1)] },
      ...[1, 2, 3].map((v): ThreadSpec => ({ nodes: [store(1, v, -1)] })),
    ],
  }),
  'an optional daemon may keep a lock for ever': graph({
    places: [{ size: 2 }],
    threads: [{ nodes: [take(0, 0, 1), drop(0, 0, -1)] }, { daemon: 'optional', nodes: [take(0, 0, 1), drop(0, 0, 0)] }],
  }),
  'a step that takes one of several locks waits for the holder of any': settle(graph({
    places: [{ size: 2, cells: 2 }, { size: 2 }, { size: 4 }, { size: 4 }, { size: 4 }, { size: 2 }],
    regs: [[2]],
    threads: [
      {
        nodes: [
          wait(is(1, 1), 1), take(0, reg(0), 2), { code: [write(2, 0, op('add', reg(0), 1)), write(5, 0, 1), goto(3)] },
          drop(0, reg(0), -1, [when(op('eq', reg(0), 0), [set(0, 1), goto(1)])]),
        ],
      },
      { nodes: [take(0, 1, 1), store(1, 1, 2), wait(is(5, 1), 3), store(4, 1, 4), drop(0, 1, -1)] },
      { nodes: [wait(is(1, 1), 1), { code: [write(3, 0, cell(2)), goto(-1)] }] },
      { nodes: [store(4, 2, -1)] }, { nodes: [store(4, 3, -1)] }, { nodes: [store(4, 0, -1)] },
    ],
    properties: [property('P', op('ne', cell(3), 2))],
  }), () => 'int'),
  'a step that takes one lock looks at another of the same place': graph({
    places: [{ size: 2, cells: 2 }, { size: 2 }],
    threads: [{ nodes: [take(0, 0, 1), drop(0, 0, -1)] }, { nodes: [take(0, 1, 1, [write(1, 0, cell(0, 0))]), drop(0, 1, -1)] }],
    properties: [property('P', is(1, 0))],
  }),
  'a reader looks at the number of readers': graph({
    places: [{ size: 16 }, { size: 2 }],
    regs: [[16], [16]],
    threads: [0, 1].map((t): ThreadSpec => ({
      nodes: [
        {
          guard: op('lt', cell(0), 8), code: [set(t, cell(0)), write(0, 0, op('add', reg(t), 1)), when(op('eq', reg(t), 1), [write(1, 0, 1)]), goto(1)],
          lock: { op: 'acquire', place: 0, cell: 0, mode: 'shared', spinning: false },
        },
        { code: [write(0, 0, op('sub', cell(0), 1)), goto(-1)], lock: { op: 'release', place: 0, cell: 0, mode: 'shared', spinning: false } },
      ],
    })),
    properties: [property('P', is(1, 0))],
  }),
  'a step that looks whether a thread has ended': graph({
    places: [{ size: 2 }, { size: 2 }],
    threads: [{ nodes: [{ code: [write(0, 0, ended(1)), goto(-1)] }] }, { nodes: [store(1, 1, -1)] }],
    reaches: [{ name: 'late', expr: is(0, 1) }, { name: 'early', expr: op('and', is(0, 0), ended(0)) }],
  }),
  'a step that waits for the end of a thread': graph({
    places: [{ size: 2 }, { size: 2 }],
    threads: [{ nodes: [wait(ended(1), 1), store(0, 1, -1)] }, { nodes: [store(1, 1, -1)] }, { nodes: [wait(is(0, 1), 1), store(0, 0, -1)] }],
    properties: [property('P', op('ne', cell(0), 1))],
  }),
  'a count looked at after the branch in which it is counted': graph({
    places: [{ size: 8 }, { size: 8 }, { size: 2 }],
    regs: [[8], [8]],
    threads: [0, 1].map((t): ThreadSpec => ({
      nodes: [{ code: [when(is(2, 0), [set(t, cell(0)), write(0, 0, op('add', reg(t), 1))]), ...(t === 0 ? [write(1, 0, reg(t))] : []), set(t, 0), goto(-1)] }],
    })),
    properties: [property('P', op('ne', cell(1), 1))],
  }),
  'a lock that is not always taken': graph({
    places: [{ size: 2 }, { size: 2 }, { size: 4 }],
    threads: [
      { nodes: [{ ...take(0, 0, 1), code: [when(is(1, 1), [goto(1)]), write(0, 0, 1), goto(1)] }, store(2, 1, 2), store(2, 0, 3), drop(0, 0, -1)] },
      { nodes: [store(1, 1, 1), take(0, 0, 2), { code: [write(2, 0, op('add', cell(2), cell(2))), goto(3)] }, drop(0, 0, -1)] },
    ],
    properties: [property('P', op('ne', cell(2), 2))],
  }),
  'a lock whose number is found in the step that takes it': graph({
    places: [{ size: 2, cells: 2 }, { size: 2, initial: [1] }, { size: 4 }, { size: 2 }],
    regs: [[2]],
    threads: [
      { nodes: [{ ...take(0, cell(1), 1), code: [set(0, cell(1)), write(0, reg(0), 1), set(0, 0), goto(1)] }, store(2, 1, 2), store(2, 0, -1)] },
      { nodes: [take(0, 0, 1), { code: [write(3, 0, cell(2)), goto(2)] }, drop(0, 0, -1)] },
    ],
    properties: [property('P', is(3, 0))],
  }),
  'a bit that is set with a condition on what it is': graph({
    places: [{ size: 2 }],
    threads: [{ nodes: [store(0, 1, -1)] }, { nodes: [{ code: [write(0, 0, cond(is(0, 1), 1, 2)), goto(-1)] }] }],
  }),
};
