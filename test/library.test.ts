/** The library as somebody else's package would use it: only what `pterace` exports, by its name. */
import { expect, it } from 'vitest';
import {
  add, and, buildTrace, check, decodeShort, encodeShort, eq, index, int, listing, load, lower, parseTrace, peek, proc, program, property, quiescent,
  recheck, renderClosing, renderColumns, rmw, shared, store, style, thread, TraceRefused,
  type Graph, type Program, type Scenario,
} from 'pterace';
import 'pterace/vitest';

const count_t = int('count_t', 2);
const page_t = index('page_t');
const _mapcount = shared('_mapcount', count_t, [page_t], { display: '%0._mapcount' });

/** As page_add_rmap would be with a plain load and store. */
const add_rmap_racy = proc('add_rmap_racy', { params: { page: page_t } }, ({ page }) => {
  const old = load('old', _mapcount.at(page));
  store(_mapcount.at(page), add(old, count_t.lit(1)));
});
const add_rmap = proc('add_rmap', { params: { page: page_t } }, ({ page }) => {
  rmw('old', _mapcount.at(page), (old) => add(old, count_t.lit(1)), { ignore: true });
});

const counted = property('counted', 'Each mapping is counted.', () => ({
  end: { when: and(quiescent()), holds: eq(peek(_mapcount.at(page_t.lit(0))), count_t.lit(2)) },
}));

function world(name: string, map: typeof add_rmap): Program {
  const mapper = (): void => { map({ page: page_t.lit(0) }); };
  return program({ name, sizes: { page_t: 1 }, properties: [counted], threads: () => [thread('first', 0, mapper), thread('second', 1, mapper)] });
}

const scenario: Scenario = {
  id: 'rmap/atomic', title: 'Two faults map one page', about: 'An increment is one instruction.', kernel: '2.6.19',
  cpus: 2, mms: 1, pages: 1, machine: [], expect: { verdict: 'holds' }, build: () => world('atomic', add_rmap),
  mutants: [{ name: 'racy', what: 'load, then store', expect: { verdict: 'violated', property: 'counted', steps: 4 }, build: () => world('racy', add_rmap_racy) }],
};

it('checks a scenario and its mutant by matchers', async () => {
  await expect(scenario).toHold();
  await expect(scenario.mutants[0]!).toViolate('counted', { conjunct: 'end', steps: 4 });
});

it('finds, explains, stores and replays the lost update', async () => {
  const graph: Graph = lower(scenario.mutants[0]!.build());
  const result = await check(graph);
  expect(result).toMatchObject({ verdict: 'violated', property: 'counted', conjunct: 'end' });
  const trace = recheck(graph, result.schedule!);
  const plain = style({ color: false });
  expect(renderColumns(graph, trace.moments, 80, plain)).toContain('page0._mapcount: 0 → 1');
  expect(renderClosing(trace.breakage, 80, plain)).toContain('counted/end broken by step 4');

  const again = decodeShort(encodeShort('rmap/racy', graph.hash, trace.schedule));
  expect(recheck(graph, again.schedule).breakage.property).toBe('counted');
  const file = buildTrace('rmap/racy', graph, trace.schedule, trace.moments, trace.breakage);
  expect(parseTrace(JSON.stringify(file), 'racy.json')).toEqual(file);
  expect(() => recheck(graph, trace.schedule.slice(1))).toThrow(TraceRefused);
});

it('prints a procedure as C', () => {
  const built = scenario.build();
  expect(listing(built.procs.find((p) => p.name === 'add_rmap')!, built)).toContain('xchg(page._mapcount, old + 1)');
});
