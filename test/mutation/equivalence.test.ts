import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import type { Program } from '../../model/language/ir.ts';
import { lower } from '../../model/language/lower.ts';
import { mutants } from '../../model/language/mutation/mutants.ts';
import { validate } from '../../model/language/validate.ts';
import { apply, enabled, initialState, type State } from '../../schedules/interpret.ts';
import { isomorphic } from '../../schedules/isomorphic.ts';
import { stoodAt } from '../../schedules/stood.ts';
import { programs } from '../language/programs.ts';
import { counted } from './protocol.ts';

const MOST = 400;

/** States by the reference interpreter, which shares no code with the engine; null when there are too many or one leaves its range. */
function reference(graph: Graph): Map<string, { readonly state: State; readonly to: string[] }> | null {
  const key = (s: State): string => JSON.stringify(s);
  const found = new Map<string, { readonly state: State; readonly to: string[] }>();
  const queue = [initialState(graph)];
  found.set(key(queue[0]!), { state: queue[0]!, to: [] });
  try {
    for (let i = 0; i < queue.length; i++) {
      if (queue.length > MOST) return null;
      for (const step of enabled(graph, queue[i]!)) {
        const after = apply(graph, queue[i]!, step);
        found.get(key(queue[i]!))!.to.push(`${step.thread}.${step.choice} ${key(after)}`);
        if (found.has(key(after))) continue;
        found.set(key(after), { state: after, to: [] });
        queue.push(after);
      }
    }
  } catch {
    return null;
  }
  return found;
}

/** All sequences of at most `depth` moves with the contents they lead through: brute force. */
function traces(graph: Graph, states: NonNullable<ReturnType<typeof reference>>, depth: number): string {
  const real = graph.places.flatMap((p, i) => (p.ghost ? [] : [i]));
  const memo = new Map<string, string>();
  const of = (id: string, left: number): string => {
    const known = memo.get(`${left} ${id}`);
    if (known !== undefined) return known;
    const { state, to } = states.get(id)!;
    const here = real.map((p) => state.cells[p]!.join()).join(';');
    const text = left === 0 ? here : `${here}(${to.map((edge) => `${edge.split(' ', 1)[0]!}:${hash(of(edge.slice(edge.indexOf(' ') + 1), left - 1))}`).sort().join()})`;
    memo.set(`${left} ${id}`, text);
    return text;
  };
  return of(states.keys().next().value!, depth);
}

function hash(text: string): string {
  let [a, b] = [7, 11];
  for (let i = 0; i < text.length; i++) {
    a = Math.imul(a, 31) + text.charCodeAt(i) | 0;
    b = Math.imul(b, 131) ^ text.charCodeAt(i);
  }
  return `${a}.${b}`;
}

const graphOf = (p: Program): Graph | null => {
  try {
    validate(p, true);
    return lower(p);
  } catch {
    return null;
  }
};

const ci = process.env['CI'] === undefined ? {} : { seed: 20070720 };

describe('two state graphs', () => {
  it('are the same only if no sequence of moves tells them apart, and then have as many states', () => {
    const counts = { same: 0, different: 0 };
    fc.assert(fc.property(programs, fc.nat(), (p, pick) => {
      const sites = mutants(p);
      const original = graphOf(p);
      const mutant = sites.length === 0 ? null : graphOf(sites[pick % sites.length]!.build());
      if (original === null || mutant === null) return;
      const [a, b] = [reference(original), reference(mutant)];
      if (a === null || b === null) return;
      const same = traces(original, a, 60) === traces(mutant, b, 60);
      // Graphs that differ in dead registers only may have other numbers of states: then the answer is no, which is safe.
      if (isomorphic(original, mutant)) {
        counts.same++;
        expect(same).toBe(true);
        expect(a.size).toBe(b.size);
      } else {
        counts.different++;
        if (same) expect(a.size).not.toBe(b.size);
      }
    }), { ...ci, numRuns: 80 });
    expect(counts.same).toBeGreaterThan(0);
    expect(counts.different).toBeGreaterThan(0);
  });

  it('of a program and itself are the same', () => {
    expect(isomorphic(lower(counted()), lower(counted()))).toBe(true);
  });
});

it('threads stand where the reference interpreter finds them', () => {
  fc.assert(fc.property(programs, (p) => {
    const graph = graphOf(p);
    const states = graph === null ? null : reference(graph);
    if (graph === null || states === null) return;
    expect([...stoodAt(graph)].sort()).toEqual([...new Set([...states.values()].flatMap(({ state }) => state.pcs))].sort());
  }), { ...ci, numRuns: 40 });
});
