/** What is said of races and windows, on a race that is understood and on all that there are. */
import { expect, it } from 'vitest';
import { COMMIT_WIDTH } from '../../../counterexamples/explain/commit-words.ts';
import { renderCommit } from '../../../counterexamples/explain/commit.ts';
import { explain } from '../../../counterexamples/explain/explanation.ts';
import { races } from '../../../counterexamples/explain/races.ts';
import { windows } from '../../../counterexamples/explain/window.ts';
import { recheck, type Rechecked } from '../../../counterexamples/recheck.ts';
import { decodeShort, encodeShort } from '../../../counterexamples/short.ts';
import type { Graph } from '../../../model/language/graph.ts';
import { lower } from '../../../model/language/lower.ts';
import expected from '../../../model/scenarios/expected.json' with { type: 'json' };
import { breaksProgress } from '../../liveness/breaks-progress.ts';
import { scenarios } from '../../../model/scenarios/index.ts';
import { check } from '../../../schedules/check.ts';
import { fakeGraph } from '../../fake.ts';

async function failing(graph: Graph): Promise<Rechecked> {
  const { schedule, property, conjunct } = await check(graph);
  return recheck(graph, schedule!, { property, conjunct });
}

const scenario = (id: string): Graph => lower(scenarios.find((s) => s.id === id)!.build());

it('names the accesses that raced, and no lock between them', () => {
  const graph = fakeGraph('unlocked', false);
  const lost = recheck(graph, [0, 1, 1, 2, 0].map((thread) => ({ thread, choice: 0 })));
  expect(races(graph, lost)).toMatchObject([
    { place: 'pte(va0)', first: { step: 1, writes: false }, second: { step: 3, writes: true, value: '+S' }, orderedBy: [] },
    { place: 'pte(va0)', first: { step: 3, writes: true }, second: { step: 4, writes: true, value: '+A' }, orderedBy: [] },
    { place: 'pte(va0)', first: { step: 4, writes: true }, second: { step: 5, writes: true, value: '+D -A -S' }, orderedBy: [] },
  ]);
});

it('finds the window of 79352894b285: between page_mkclean and the clearing of PG_dirty', async () => {
  const graph = scenario('dirty/b03-clear-vs-fault');
  const trace = await failing(graph);
  const { races: found, tried } = await explain(graph, trace, {});
  expect(found.map((r) => [r.place, r.first.step, r.second.step, r.orderedBy])).toEqual([['pte[mm0][va0]', 12, 21, ['mm0.ptl']], ['pfn0.PG_dirty', 24, 26, []]]);
  const window = tried.find((t) => t.window !== null)!.window!;
  expect([window.after, window.before].map((n) => trace.moments[n! - 1]!.said)).toEqual(['pte_unmap_unlock(mm0)', 'was_dirty = TestClearPageDirty(pfn0)']);
  expect(tried.map((t) => [graph.threads[t.thread]!.name, t.window === null])).toEqual([['program0', true], ['pdflush', false]]);
});

it('finds no window where the order within the threads is wrong', async () => {
  const graph = scenario('dirty/b01-december-2006');
  expect((await windows(graph, await failing(graph), {})).map((t) => [t.window, t.cut])).toEqual([[null, false], [null, false]]);
});

it('claims nothing of a search that was cut short', async () => {
  const graph = scenario('dirty/b03-clear-vs-fault');
  expect(await windows(graph, await failing(graph), { maxStates: 100 })).toMatchObject([{ window: null }, { window: null, cut: true }]);
});

const counts = expected as Record<string, { states: number }>;
const broken = scenarios.filter((s) => s.expect.verdict !== 'holds' && counts[s.id]!.states < 2000 && !breaksProgress(s));

it.each(broken.map((s) => [s.id, s] as const))('%s: a commit message is ASCII, 72 wide, and replays', { timeout: 60_000 }, async (id, s) => {
  const graph = lower(s.build());
  const trace = await failing(graph);
  const replay = encodeShort(id, graph.hash, trace.schedule);
  const text = renderCommit(graph, trace, await explain(graph, trace, { maxStates: 2000 }), { scenario: id, title: s.title, kernel: s.kernel, replay });
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(COMMIT_WIDTH);
  expect(text).not.toMatch(/ $/m);
  expect(decodeShort(text.slice(text.indexOf("'pterace:") + 1, text.lastIndexOf("'"))).schedule).toEqual(trace.schedule);
});
