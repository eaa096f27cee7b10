/** What a step does in one state, and who sleeps where. */
import { describe, expect, it } from 'vitest';
import type { GNode, Graph } from '../../model/language/graph.ts';
import { layout } from '../../schedules/layout.ts';
import { About } from '../../schedules/reduce/about.ts';
import { enact, type Deed, type Known, type Wanted } from '../../schedules/reduce/enact.ts';
import { Sleepers } from '../../schedules/reduce/sleepers.ts';
import { cell, choice, goto, graph, op, set, when, write, type NodeSpec } from '../schedules/build.ts';

describe('enact', () => {
  /** One step over places of 4 values, each written by somebody. */
  const world = (node: NodeSpec): Graph => graph({
    places: [{ size: 4 }, { size: 4 }, { size: 4 }, { size: 4, cells: 2 }],
    regs: [[4]],
    threads: [{ nodes: [node] }, { nodes: [{ code: [write(0, 0, 1), write(1, 0, 1), write(2, 0, 1), write(3, cell(0), 1), goto(-1)] }] }],
  });
  const ask = (node: NodeSpec, known: Known): Deed | Wanted | null => {
    const g = world(node);
    return enact(new About(g, new Set()), layout(g), g.nodes[0] as GNode, known);
  };
  const deed = (node: NodeSpec, known: Readonly<Record<string, number>>): string[] => {
    const found = ask(node, new Map(Object.entries(known)));
    return found === null || 'field' in found ? [] : found.accesses.map((a) => `${a.mode} ${a.place}:${a.cell!}${['-', '', '+'][a.toward + 1]!}`).sort();
  };
  const branching: NodeSpec = { code: [when(op('eq', cell(0), 1), [write(1, 0, cell(2))]), goto(-1)] };

  it('asks for what decides the way', () => { expect(ask(branching, new Map())).toMatchObject({ key: '0:0' }); });
  it('reads nothing of a way not taken', () => {
    expect(deed(branching, { '0:0': 0 })).toEqual(['read 0:0']);
    expect(deed(branching, { '0:0': 1 })).toEqual(['read 0:0', 'read 2:0', 'write 1:0']);
  });
  it('takes a write that changes nothing for a read', () => {
    const sets: NodeSpec = { code: [write(1, 0, 3), goto(-1)] };
    expect(deed(sets, { '1:0': 3 })).toEqual(['read 1:0']);
    expect(deed(sets, { '1:0': 1 })).toEqual(['write 1:0+']);
  });
  it('knows the cell that an index means', () => { expect(deed({ code: [write(3, cell(0), 0), goto(-1)] }, { '0:0': 1, '3:1': 2 })).toEqual(['read 0:0', 'write 3:1-']); });
  it('does not count what was loaded and never used', () => { expect(deed({ code: [set(0, cell(2)), write(1, 0, 3), goto(-1)] }, { '1:0': 3 })).toEqual(['read 1:0']); });
  it('counts one false operand of an `and`', () => {
    const both: NodeSpec = { code: [when(op('and', cell(0), cell(2)), [write(1, 0, 1)]), goto(-1)] };
    expect(deed(both, { '0:0': 0 })).toEqual(['read 0:0']);
  });
  it('tells nothing of a step with alternatives', () => { expect(ask({ choices: 2, code: [write(1, 0, choice), goto(-1)] }, new Map())).toBeNull(); });
});

describe('Sleepers', () => {
  it('wakes who does not sleep on every way, and only where it is too late', () => {
    const sleepers = new Sleepers();
    sleepers.meet(0, 0b110, 0);
    sleepers.meet(0, 0b010, 0);
    expect([sleepers.of(0), sleepers.woken]).toEqual([0b010, []]);
    sleepers.meet(0, 0b100, 1);
    expect([sleepers.of(0), sleepers.woken]).toEqual([0, [{ id: 0, threads: 0b010 }]]);
  });
});
