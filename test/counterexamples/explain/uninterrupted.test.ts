/** The graph in which a thread is left alone, against the original graph with the forbidden moves left out by hand. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { uninterrupted } from '../../../counterexamples/explain/uninterrupted.ts';
import type { Graph } from '../../../model/language/graph.ts';
import { explore } from '../../../schedules/reference.ts';
import { apply, enabled, initialState, nodeOf, type State } from '../../../schedules/replay.ts';
import { graphs } from '../../schedules/graphs.ts';

const MOST = 1500;
const seed = process.env['CI'] === undefined ? {} : { seed: 20070719 };

/** States reachable when no other program moves while the thread stands at one of the nodes and can go on; null beyond MOST. */
function byHand(graph: Graph, thread: number, nodes: ReadonlySet<number>): number | null {
  const seen = new Set<string>();
  const queue: State[] = [initialState(graph)];
  seen.add(JSON.stringify(queue[0]));
  for (const state of queue) {
    const steps = enabled(graph, state);
    const alone = nodes.has(nodeOf(graph, state, thread).id) && steps.some((s) => s.thread === thread);
    for (const step of steps) {
      if (alone && step.thread !== thread && graph.threads[step.thread]!.daemon === 'no') continue;
      const next = apply(graph, state, step);
      if (seen.has(JSON.stringify(next))) continue;
      seen.add(JSON.stringify(next));
      if (seen.size > MOST) return null;
      queue.push(next);
    }
  }
  return seen.size;
}

test('random graphs, threads and nodes', { timeout: 120_000 }, () => {
  fc.assert(fc.property(graphs, fc.nat(), fc.infiniteStream(fc.boolean()), (random, pick, coin) => {
    // Nothing may end the search early.
    const graph = { ...random, properties: [], reaches: [] };
    const thread = pick % graph.threads.length;
    const nodes = new Set(graph.threads[thread]!.nodes.filter((n) => graph.nodes[n]!.kind === 'step' && coin.next().value));
    let states: number | null;
    try {
      states = byHand(graph, thread, nodes);
    } catch {
      // A value left its range: the search ends there.
      fc.pre(false);
      return;
    }
    fc.pre(states !== null);
    const found = explore(nodes.size === 0 ? graph : uninterrupted(graph, thread, nodes));
    fc.pre(found.verdict !== 'deadlock');
    expect(found.states).toBe(states);
  }), { numRuns: 150, ...seed });
});
