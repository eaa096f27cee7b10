/** Three agents at once: what is recorded of them is of the worlds that there are, and reductions change no verdict. */
import { describe, expect, it } from 'vitest';
import { agents, brokenByPairs, cellId, cellScenario, choices, failingPairs, fieldOf, KINDS, type CellName } from '../../model/matrix/index.ts';
import { lower } from '../../model/language/lower.ts';
import { check } from '../../schedules/check.ts';
import { readTriples, RECORDED_BY } from '../../cli/triples-file.ts';

const cells = choices(agents, 3).flatMap((three) => fieldOf(three).cells);
const recorded = await readTriples();
const states = (cell: CellName): number => recorded[cellId(cell)]?.states ?? Infinity;

/** For each agent the smallest of its worlds in each kind of memory from each start: a change of any agent changes one of them. */
const cover = [...new Set(agents.flatMap((agent) => KINDS.flatMap((kind) => {
  const own = cells.filter((c) => c.kind === kind && c.agents.includes(agent) && recorded[cellId(c)] !== undefined);
  return [...new Set(own.map((c) => c.start))].map((start) => own.filter((c) => c.start === start).toSorted((a, b) => states(a) - states(b))[0]!);
})))];

describe('triples', () => {
  it('records no world that is not there; what is not recorded is shown as not run', () => {
    const ids = new Set(cells.map(cellId));
    expect(Object.keys(recorded).filter((id) => !ids.has(id))).toEqual([]);
    expect(Object.keys(recorded)).not.toEqual([]);
  });

  it('says that nothing holds that was cut short', () => {
    for (const [id, r] of Object.entries(recorded)) expect([id, r.verdict === 'incomplete']).toEqual([id, r.limit !== undefined]);
  });

  it.each(cover.map((cell): [string, CellName] => [cellId(cell), cell]))('%s is recorded as it is', (id, cell) => {
    expect(recorded[id]?.model).toBe(lower(cellScenario(cell).build()).hash.slice(0, 8));
  });

  it('leaves out what a pair breaks, and nothing else', () => {
    const id = 'matrix/file-rw/writeback+gup-fast+reclaim';
    expect(failingPairs(id)).toEqual(['matrix/file-rw/writeback+gup-fast', 'matrix/file-rw/gup-fast+reclaim']);
    expect(brokenByPairs(id)).toEqual(['I12b']);
    expect([failingPairs('matrix/file-rw/writeback+gup-fast'), brokenByPairs('matrix/file-rw/munmap+munmap+fork')]).toEqual([[], []]);
  });
});

/** Every so many worlds of those that a search without reductions gets through quickly. */
const SAMPLE = 24;
const SMALL = 150;
const small = cells.filter((c) => states(c) < SMALL);

it.each(small.filter((_, i) => i % Math.ceil(small.length / SAMPLE) === 0).map((cell): [string, CellName] => [cellId(cell), cell]))('%s: reduced or not, the same verdict', async (_, cell) => {
  const graph = lower(cellScenario(cell).build());
  const [plain, reduced] = [await check(graph, {}), await check(graph, { reduce: RECORDED_BY })];
  expect([reduced.verdict, reduced.property]).toEqual([plain.verdict, plain.property]);
  expect(reduced.states).toBeLessThan(plain.states);
});
