/** Worlds small enough to count by hand and to read as an export. */
import { cell, choice, cond, goto, graph, num, op, property, reg, set, when, write } from '../schedules/build.ts';

/** Three states and five transitions: 0 to 1 by either choice and to 2, and 1 to itself by either choice. */
export const COUNTED = graph({
  places: [{ size: 3 }],
  threads: [
    { daemon: 'optional', nodes: [{ guard: op('ne', cell(0), 2), choices: 2, code: [when(op('eq', cell(0), 0), [write(0, 0, 1)]), goto(0)] }] },
    { nodes: [{ guard: op('eq', cell(0), 0), code: [write(0, 0, 2), goto(-1)] }] },
  ],
  properties: [property('P', num(1))],
});

/** Fails only after a choice, a register, an index known at run time and a branch that ends in a jump. */
export const LATE = graph({
  places: [{ size: 5, cells: 2 }],
  regs: [[5]],
  threads: [{ nodes: [{
    choices: 2,
    code: [set(0, cond(choice, op('add', reg(0), 1), reg(0))), write(0, op('bitand', reg(0), 1), cell(0, op('bitand', cell(0), 1))), when(op('lt', reg(0), 1), [goto(0)]), goto(-1)],
  }] }],
  properties: [property('P', op('lt', cell(0, 1), 5)), property('Q', num(0), { g: 'ended', thread: 0 })],
});

/** A lock that nobody gives back: its waiter is stuck though a daemon may still move. */
export const STUCK = graph({
  places: [{ size: 2 }, { size: 2 }],
  threads: [
    { nodes: [{ code: [goto(1)] }, { guard: cell(0), code: [goto(-1)] }] },
    { daemon: 'optional', nodes: [{ code: [write(1, 0, op('sub', num(1), cell(1))), goto(0)] }] },
    { nodes: [{ guard: num(1), code: [write(0, 0, num(0)), goto(-1)] }] },
  ],
});
