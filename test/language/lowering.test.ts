/** Lowering against the recorded statements themselves, on random programs and on the scenarios. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { add, assert, FALSE, index, int, Let, load, program, shared, skip, store, thread, Var, type WorldSpec } from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';
import type { Graph } from '../../model/language/graph.ts';
import type { Program } from '../../model/language/ir.ts';
import expected from '../../model/scenarios/expected.json' with { type: 'json' };
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { apply, enabled, initialState } from '../../schedules/interpret.ts';
import { explore } from '../../schedules/reference.ts';
import { exploreTree } from '../../schedules/tree.ts';
import { programs } from './programs.ts';

const RUNS = Number(process.env['PTERACE_RUNS'] ?? 200);
const seed = process.env['CI'] === undefined ? {} : { seed: 20060925 };
const MOST = 3000;
/** Scenarios with more states than that: too slow for the plain interpreters. */
const skipped: string[] = [];

/** What the observed places hold in each reachable state of a graph; null beyond MOST states. */
function valuations(graph: Graph, observed: readonly string[]): ReadonlySet<string> | null {
  const seen = new Set<string>();
  const found = new Set<string>();
  let level = [initialState(graph)];
  while (level.length > 0) {
    level = level.filter((s) => {
      const key = JSON.stringify(s);
      if (seen.has(key)) return false;
      seen.add(key);
      return true;
    });
    for (const s of level) found.add(observed.map((name) => show(graph, name, s.cells)).join('; '));
    if (seen.size > MOST) return null;
    level = level.flatMap((s) => enabled(graph, s).map((step) => apply(graph, s, step)));
  }
  return found;
}

function show(graph: Graph, name: string, cells: readonly (readonly number[])[]): string {
  const place = graph.places.findIndex((p) => p.name === name);
  return `${name}: ${JSON.stringify(cells[place]!.map((word) => decoded(graph, graph.places[place]!.type, word)))}`;
}

function decoded(graph: Graph, name: string, word: number): unknown {
  const type = graph.types[name]!;
  if (type.kind !== 'record') return word;
  return Object.fromEntries(type.fields.map((f) => [f.name, decoded(graph, f.type, (word >> f.shift) & (2 ** f.width - 1))]));
}

/** Size of the graph that was compared, or null where it is too big. */
async function compare(program: Program, treeStates: number): Promise<{ readonly states: number; readonly verdict: string } | null> {
  const graph = lower(program);
  const observed = program.places.map((p) => p.name).filter((name) => graph.places.some((p) => p.name === name));
  const reached = valuations(graph, observed);
  if (reached === null) return null;
  const tree = exploreTree(program, observed, treeStates);
  if (tree.verdict === 'incomplete') return null;
  const reference = explore(graph);
  const verdict = reference.verdict === 'vacuous' ? 'holds' : reference.verdict;
  expect({ verdict: tree.verdict, length: tree.length }).toEqual({ verdict, length: reference.length });
  if (verdict === 'violated') expect([...tree.violated]).toContain(reference.property);
  expect([...reached].sort()).toEqual([...tree.valuations].sort());
  const packed = await check(graph, { safetyOnly: true });
  expect(packed).toMatchObject({ verdict: reference.verdict, states: reference.states, transitions: reference.transitions });
  expect(packed.schedule?.length ?? null).toBe(reference.length);
  if (verdict === 'violated') expect([...tree.violated]).toContain(packed.property);
  return { states: reference.states, verdict };
}

test('random programs: lowering and both engines say what the statements mean', { timeout: 300_000 }, async () => {
  const compared: { readonly states: number; readonly verdict: string }[] = [];
  await fc.assert(fc.asyncProperty(programs, async (program) => {
    const result = await compare(program, 30_000);
    if (result === null) fc.pre(false);
    else compared.push(result);
  }), { numRuns: RUNS, ...seed });
  const sizes = compared.map((c) => c.states).sort((a, b) => a - b);
  const kinds = Object.fromEntries(['holds', 'violated', 'deadlock'].map((v) => [v, compared.filter((c) => c.verdict === v).length]));
  expect(sizes[Math.floor(sizes.length / 2)], 'the programs are too small to say much').toBeGreaterThanOrEqual(50);
  for (const n of Object.values(kinds)) expect(n, JSON.stringify(kinds)).toBeGreaterThan(RUNS / 20);
});

const n_t = int('n_t', 3);
const two_t = index('two_t');
const out = shared('out', n_t, []);
const fixed = shared('fixed', n_t, [two_t]);
const which = shared('which', two_t, []);

/** What random programs meet too seldom. */
const corners: Readonly<Record<string, () => void>> = {
  'a name for what a variable held before it changed': () => {
    const n = Var('n', n_t, load('first', out.at()));
    const before = Let('before', add(n.get(), n_t.lit(1)));
    n.set(n_t.lit(3));
    skip();
    store(out.at(), before);
  },
  'a cell known at run time of a place that nothing writes': () => {
    store(which.at(), two_t.lit(1));
    store(out.at(), load('n', fixed.at(load('i', which.at()))));
  },
  'two assertions that fail in one step': () => {
    skip();
    assert('first', FALSE);
    assert('second', FALSE);
  },
};

test.each(Object.entries(corners))('%s', async (_, body) => {
  const init: WorldSpec['init'] = (set) => { set(fixed.at(two_t.lit(1)), n_t.lit(2)); };
  const compared = await compare(program({ name: 'corner', sizes: { two_t: 2 }, threads: () => [thread('t', 0, body)], init }), 1000);
  expect(compared).not.toBeNull();
});

/** Recorded states of a scenario that both interpreters can go through in a second or two. */
const MODERATE = 1000;
const moderate = scenarios.filter((s) => (expected as Record<string, { readonly states: number }>)[s.id]!.states <= MODERATE);

test.each(moderate.map((s) => [s.id, s] as const))('%s: lowering says what the statements mean', { timeout: 300_000 }, async (_, scenario) => {
  if ((await compare(scenario.build(), 4_000)) === null) skipped.push(scenario.id);
});

test('most of the smaller scenarios were compared', () => {
  expect(moderate.length - skipped.length).toBeGreaterThanOrEqual(100);
});
