/** The packed searches against the reference explorer, on random graphs. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { apply, enabled, initialState, isDeadlock, violatedConjunct } from '../../schedules/interpret.ts';
import type { State } from '../../schedules/interpret.ts';
import { layout, pack, unpack } from '../../schedules/layout.ts';
import { explore } from '../../schedules/reference.ts';
import type { ReferenceResult } from '../../schedules/reference.ts';
import { run } from '../../schedules/replay.ts';
import type { CheckResult } from '../../schedules/result.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { graphs } from './graphs.ts';

const RUNS = 120;
const MOST = 3000;
const seed = process.env['CI'] === undefined ? {} : { seed: 20060925 };

async function agree(compare: (graph: Graph, reference: ReferenceResult) => Promise<void>): Promise<void> {
  await fc.assert(fc.asyncProperty(graphs, async (graph) => {
    const reference = explore(graph, undefined, MOST);
    fc.pre(reference.verdict !== 'incomplete');
    await compare(graph, reference);
  }), { numRuns: RUNS, ...seed });
}

function replays(graph: Graph, result: CheckResult): void {
  if (result.schedule === null) return;
  const replay = run(graph, result.schedule);
  if (result.verdict === 'deadlock') expect(replay.deadlock && replay.violated === null).toBe(true);
  else expect(replay.violated).toEqual({ property: result.property, conjunct: result.conjunct });
}

test('breadth-first search finds what the reference finds', { timeout: 120_000 }, async () => {
  await agree(async (graph, reference) => {
    const result = await check(graph);
    const { verdict, states, transitions, depth, unreached } = reference;
    expect(result).toMatchObject({ verdict, states, transitions, depth, unreached: [...unreached] });
    expect(result.neverTruePremises.map((p) => p.conjunct)).toEqual(reference.neverTruePremises);
    expect(result.schedule?.length ?? null).toBe(reference.length);
    if (verdict === 'violated') expect(reference.conjuncts).toContain(result.conjunct);
    replays(graph, result);
  });
});

test('depth-first search finds what the reference finds', { timeout: 120_000 }, async () => {
  await agree(async (graph, reference) => {
    const result = await check(graph, { search: 'dfs' });
    const failing = ['violated', 'deadlock'];
    if (failing.includes(reference.verdict)) expect(failing).toContain(result.verdict);
    else expect(result).toMatchObject({ verdict: reference.verdict, states: reference.states, transitions: reference.transitions });
    replays(graph, result);
  });
});

test('random walks only report what is there', { timeout: 120_000 }, async () => {
  await agree(async (graph, reference) => {
    const result = await check(graph, { search: 'random', walks: 20, walkLength: 50, seed: 7 });
    if (result.verdict === 'incomplete') expect(result.limit).toBe('sampled');
    else expect(['violated', 'deadlock']).toContain(reference.verdict);
    replays(graph, result);
  });
});

test('packing a state loses nothing', () => {
  fc.assert(fc.property(graphs, (graph) => {
    const at = layout(graph);
    const words = new Int32Array(at.words + 1);
    let state = initialState(graph);
    for (let i = 0; i < 20; i++) {
      pack(at, state, words, 1);
      expect(unpack(graph, at, words, 1)).toEqual(state);
      const steps = enabled(graph, state);
      if (steps.length === 0) break;
      state = apply(graph, state, steps[(i * 7) % steps.length]!);
    }
  }), { numRuns: RUNS, ...seed });
});

/** Fewest switches over all schedules of the least failing length, by plain enumeration level by level. */
function bruteForce(graph: Graph, length: number): number {
  const conjuncts = selectConjuncts(graph, undefined);
  let level = new Map<string, { state: State; last: number; switches: number }>();
  level.set('', { state: initialState(graph), last: -1, switches: 0 });
  for (let depth = 0; depth < length; depth++) {
    const next: typeof level = new Map();
    for (const { state, last, switches } of level.values()) {
      for (const step of enabled(graph, state)) {
        const after = apply(graph, state, step);
        const cost = switches + (last >= 0 && last !== step.thread ? 1 : 0);
        const key = JSON.stringify([after, step.thread]);
        if (cost < (next.get(key)?.switches ?? Infinity)) next.set(key, { state: after, last: step.thread, switches: cost });
      }
    }
    level = next;
  }
  const ends = [...level.values()];
  const bad = ends.filter((e) => violatedConjunct(graph, e.state, conjuncts) >= 0);
  const targets = bad.length > 0 ? bad : ends.filter((e) => isDeadlock(graph, e.state));
  return Math.min(...targets.map((e) => e.switches));
}

test('of the shortest schedules one with the fewest switches is answered', { timeout: 120_000 }, async () => {
  let failing = 0;
  await agree(async (graph, reference) => {
    fc.pre(reference.length !== null && reference.states < 500 && reference.length < 12);
    failing++;
    const result = await check(graph);
    expect(result.switches).toBe(bruteForce(graph, reference.length));
  });
  expect(failing).toBeGreaterThan(50);
});
