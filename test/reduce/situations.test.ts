/** What a step must not precede, by the state that it is taken in. */
import { describe, expect, it } from 'vitest';
import { layout, pack } from '../../schedules/layout.ts';
import { assumeLive } from '../../schedules/reduce/assume.ts';
import { Dependence } from '../../schedules/reduce/dependence.ts';
import { Rows } from '../../schedules/reduce/rows.ts';
import { Situations } from '../../schedules/reduce/situations.ts';
import { settle } from '../random/settle.ts';
import { cell, goto, graph, op, reg, set, when, write } from '../schedules/build.ts';

/** A thread that stores only where it came by node 1; another thread that reads what it stores. */
const world = settle(graph({
  places: [{ size: 2 }, { size: 2 }, { size: 2 }, { size: 2 }],
  regs: [[2]],
  threads: [
    { nodes: [{ code: [when(cell(0), [goto(1)]), goto(2)] }, { code: [set(0, 1), goto(2)] }, { code: [when(op('eq', reg(0), 1), [write(1, 0, 1)]), goto(-1)] }] },
    { nodes: [{ code: [write(2, 0, cell(1)), write(0, 0, 1), goto(-1)] }] },
    { nodes: [{ code: [write(3, 0, 1), goto(-1)] }] },
  ],
}), () => 'int');
const STORES = 2;
const [READER] = world.threads[1]!.nodes;

/** The danger to the storing step with a value in the register, when only some nodes are taken to be reachable. */
function dangerWith(register: number, dead: readonly number[]): { readonly marked: readonly number[]; readonly any: boolean } {
  const live = Uint8Array.from(world.nodes, (n) => (dead.includes(n.id) ? 0 : 1));
  const d = new Dependence(assumeLive(world, live), []);
  const rows = new Rows(d);
  const at = layout(world);
  const words = new Int32Array(at.words);
  pack(at, { pcs: [STORES, 0, 0], regs: [register], cells: world.places.map((p) => [...p.initial]) }, words, 0);
  const danger = new Situations(d, rows, at).dangerOf(STORES, words, 0);
  return { marked: [...danger.next.keys()].filter((n) => danger.next[n] === 1), any: danger === rows.danger(world.nodes[STORES]!, d.facts.accesses[STORES]!, d.exposed(world.nodes[STORES]!)) };
}

describe('dangerOf', () => {
  it('is told by the state at hand', () => {
    expect(dangerWith(1, []).marked).toEqual([READER]);
    expect(dangerWith(0, []).marked).toEqual([]);
  });
  it('takes a step that does what nobody foresaw to do all that was foreseen: a thread that came by a node taken to be unreachable', () => {
    expect(dangerWith(1, [1]).any).toBe(true);
  });
});
