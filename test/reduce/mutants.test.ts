/** Reductions that are wrong on purpose: the comparison with the plain search must notice each, or it would prove little of the right ones. What each mutant hides is as small as can be. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { GExpr, Graph } from '../../model/language/graph.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
import { bool, index, not, peek, and as both, program, property as claim, shared, store, thisCpu, thread, TRUE } from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';
import { settle } from '../random/settle.ts';
import { cell, choice, goto, graph, op, property, reg, set, when, write, type NodeSpec, type ThreadSpec } from '../schedules/build.ts';
import { compare } from './compare.ts';
import { HOLES } from './holes.ts';
import { WRONG } from './wrong.ts';

afterEach(() => { vi.restoreAllMocks(); });

describe('noticed', () => {
  const bit = { size: 2 };
  const pulse = (place: number): ThreadSpec => ({ nodes: [{ code: [write(place, 0, 1), goto(1)] }, { code: [write(place, 0, 0), goto(-1)] }] });
  const overlap: Graph = graph({ places: [bit, bit], threads: [pulse(0), pulse(1)], properties: [property('P', op('not', op('and', cell(0), cell(1))))] });
  const late: Graph = graph({
    places: [bit, bit],
    threads: [{ nodes: [{ code: [write(0, 0, 1), goto(-1)] }] }, { nodes: [{ code: [write(1, 0, op('not', cell(0))), goto(-1)] }] }],
    properties: [property('P', op('not', op('and', cell(0), cell(1))))],
  });
  const spinning: Graph = graph({
    places: [bit, bit],
    threads: [{ nodes: [{ code: [write(0, 0, 1), goto(1)] }, { code: [write(0, 0, 0), goto(0)] }] }, { nodes: [{ code: [write(1, 0, 1), goto(-1)] }] }],
    properties: [property('P', op('not', cell(1)))],
  });
  const taken = (place: number, to: number, which: number | GExpr = 0): NodeSpec => ({
    guard: op('eq', cell(place, which), 0), code: [write(place, which, 1), goto(to)], lock: { op: 'acquire', place, cell: null, mode: 'exclusive', spinning: true },
  });
  const given = (place: number, to: number, which: number | GExpr = 0): NodeSpec => ({ code: [write(place, which, 0), goto(to)], lock: { op: 'release', place, cell: null, mode: 'exclusive', spinning: true } });
  const nested = (a: number, b: number): ThreadSpec => ({ nodes: [taken(a, 1), taken(b, 2), given(b, 3), given(a, -1)] });
  const circle: Graph = graph({ places: [bit, bit], threads: [nested(0, 1), nested(1, 0)] });
  /** The lock is seen while nothing has been done under it. */
  const looking: Graph = graph({
    places: [bit, bit, bit],
    threads: [
      { nodes: [taken(0, 1), { code: [write(1, 0, 1), goto(2)] }, given(0, -1)] },
      { nodes: [{ code: [write(2, 0, op('and', cell(0), op('not', cell(1)))), goto(-1)] }] },
    ],
    properties: [property('P', op('not', cell(2)))],
  });
  /** Fifteen guesses in a row, each one in four: what comes then is not found by chance. */
  const lucky: Graph = settle(graph({
    places: [bit, bit],
    regs: [[16]],
    threads: [
      {
        nodes: [
          { choices: 4, code: [when(op('eq', choice, op('bitand', reg(0), 3)), [when(op('eq', reg(0), 14), [goto(1)]), set(0, op('add', reg(0), 1))], [set(0, 0)]), goto(0)] },
          { code: [write(0, 0, 1), goto(2)] }, { code: [write(0, 0, 0), goto(-1)] },
        ],
      },
      pulse(1),
    ],
    properties: [property('P', op('not', op('and', cell(0), cell(1))))],
  }), () => 'int');
  const cpu = index('cpu_t');
  const mark = shared('mark', bool, [cpu]);
  /** Whose mark comes first is claimed. */
  const ranked: Graph = lower(program({
    name: 'like CPUs', sizes: { cpu_t: 2 }, threads: () => [0, 1].map((i) => thread(`t${i}`, i, () => { store(mark.at(thisCpu(cpu)), TRUE); })),
    properties: [claim('P', 'the first CPU is first', () => ({ P: not(both(peek(mark.at(cpu.lit(1))), not(peek(mark.at(cpu.lit(0)))))) }))],
  }));
  const differs = async (g: Graph, ideas: readonly Idea[]): Promise<number> => (await compare(g, [ideas])).differences.length;

  it.each<[string, Graph, readonly Idea[], () => void]>([
    ['without visibility', overlap, ['persistent'], WRONG.visibility],
    ['with a wrong dependence', late, ['persistent'], WRONG.dependence],
    ['with a wrong sleep set', late, ['persistent'], WRONG.sleep],
    ['without the cycle proviso', spinning, ['persistent'], WRONG.cycles],
    ['without the order of locks', circle, ['movers'], WRONG['lock order']],
    ['where a lock may be taken later whoever looks at it', looking, ['movers'], WRONG.delay],
    ['where nobody waits for who holds a lock', HOLES['a step that takes one of several locks waits for the holder of any']!, ['persistent'], WRONG.holders],
    ['where what was not found by chance is unreachable', lucky, ['persistent'], WRONG.surprise],
    ['where claims need not be symmetric', ranked, ['symmetry'], WRONG.symmetry],
  ])('%s', async (_, g, ideas, breakIt) => {
    expect(await differs(g, ideas)).toBe(0);
    breakIt();
    expect(await differs(g, ideas)).toBeGreaterThan(0);
  });
});
