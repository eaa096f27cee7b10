/** Reductions that are wrong on purpose: the comparison with the plain search must notice each, or it would prove little of the right ones. What each mutant hides is as small as can be. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
import { cell, goto, graph, op, property, write, type ThreadSpec } from '../schedules/build.ts';
import { compare } from './compare.ts';
import { WRONG } from './wrong.ts';

afterEach(() => { vi.restoreAllMocks(); });

describe('noticed', () => {
  const bit = { size: 2 };
  const pulse = (place: number): ThreadSpec => ({ nodes: [{ code: [write(place, 0, 1), goto(1)] }, { code: [write(place, 0, 0), goto(-1)] }] });
  const both: Graph = graph({ places: [bit, bit], threads: [pulse(0), pulse(1)], properties: [property('P', op('not', op('and', cell(0), cell(1))))] });
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
  const differs = async (g: Graph, ideas: readonly Idea[]): Promise<number> => (await compare(g, [ideas])).differences.length;

  it.each<[string, Graph, readonly Idea[], () => void]>([
    ['without visibility', both, ['persistent'], WRONG.visibility],
    ['with a wrong dependence', late, ['persistent'], WRONG.dependence],
    ['with a wrong sleep set', late, ['persistent'], WRONG.sleep],
    ['without the cycle proviso', spinning, ['persistent'], WRONG.cycles],
  ])('%s', async (_, g, ideas, breakIt) => {
    expect(await differs(g, ideas)).toBe(0);
    breakIt();
    expect(await differs(g, ideas)).toBeGreaterThan(0);
  });
});
