/** Preemption-bounded search against all schedules, one by one, on random graphs; and on races that are known. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { UsageError } from '../../schedules/errors.ts';
import { apply, enabled, initialState, isDeadlock, violatedConjunct, type State } from '../../schedules/interpret.ts';
import { explore } from '../../schedules/reference.ts';
import { run } from '../../schedules/replay.ts';
import type { CheckResult, ScheduleStep } from '../../schedules/result.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { cell, goto, graph, op, property, write } from './build.ts';
import { models } from '../random/models.ts';
import { graphs } from './graphs.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20070610 };
const NOBODY = -1;

/** Who runs after a step: a daemon takes nobody's place, and who cannot go on has lost his. */
function runningAfter(g: Graph, before: number, { thread }: ScheduleStep, after: State): number {
  const running = g.threads[thread]!.daemon === 'no' ? thread : before;
  return enabled(g, after).some((s) => s.thread === running) ? running : NOBODY;
}

function preempts(g: Graph, running: number, { thread }: ScheduleStep): boolean {
  return running !== NOBODY && thread !== running && g.threads[thread]!.daemon === 'no';
}

interface Explored {
  readonly states: Set<string>;
  fails: boolean;
}

/** Every schedule with at most `most` preemptions; two that did as many and are in the same place go on alike. */
function allSchedules(g: Graph, most: number): Explored {
  const conjuncts = selectConjuncts(g, undefined);
  const found: Explored = { states: new Set(), fails: false };
  const seen = new Set<string>();
  const todo: { state: State; running: number; used: number }[] = [{ state: initialState(g), running: NOBODY, used: 0 }];
  for (let at = todo.pop(); at !== undefined; at = todo.pop()) {
    const { state, running, used } = at;
    const key = JSON.stringify([state, running, used]);
    if (seen.has(key)) continue;
    seen.add(key);
    found.states.add(JSON.stringify(state));
    found.fails ||= violatedConjunct(g, state, conjuncts) >= 0 || isDeadlock(g, state);
    for (const step of enabled(g, state)) {
      const cost = used + Number(preempts(g, running, step));
      const after = apply(g, state, step);
      if (cost <= most) todo.push({ state: after, running: runningAfter(g, running, step, after), used: cost });
    }
  }
  return found;
}

function preemptionsIn(g: Graph, schedule: readonly ScheduleStep[]): number {
  let [state, running, used] = [initialState(g), NOBODY, 0];
  for (const step of schedule) {
    used += Number(preempts(g, running, step));
    state = apply(g, state, step);
    running = runningAfter(g, running, step, state);
  }
  return used;
}

function replays(g: Graph, result: CheckResult): void {
  const { violated, deadlock } = run(g, result.schedule!);
  if (result.verdict === 'deadlock') expect([deadlock, violated]).toEqual([true, null]);
  else expect(violated).toEqual({ property: result.property, conjunct: result.conjunct });
}

test('random graphs: exactly what all schedules with so many preemptions reach', { timeout: 240_000 }, async () => {
  const seen = { incomplete: 0, failing: 0, whole: 0 };
  await fc.assert(fc.asyncProperty(models, async ({ graph: g }) => {
    const reference = explore(g, undefined, 400);
    fc.pre(reference.verdict !== 'incomplete');
    for (const preemptions of [0, 1, 2, 3]) {
      const brute = allSchedules(g, preemptions);
      const result = await check(g, { search: 'preemptions', preemptions });
      if (brute.fails) {
        replays(g, result);
        expect(preemptionsIn(g, result.schedule!)).toBe(preemptions);
        expect(result.coverage).toEqual({ kind: 'preemptions', bound: preemptions - 1 });
        seen.failing++;
        return;
      }
      expect(result.states).toBe(brute.states.size);
      if (result.verdict !== 'incomplete') {
        expect(result).toMatchObject({ verdict: reference.verdict, states: reference.states, unreached: reference.unreached });
        seen.whole++;
        return;
      }
      expect(result).toMatchObject({ limit: 'preemptions', coverage: { kind: 'preemptions', bound: preemptions } });
      seen.incomplete++;
    }
  }), { numRuns: 150, ...seed });
  expect(Math.min(seen.incomplete, seen.failing, seen.whole), JSON.stringify(seen)).toBeGreaterThan(5);
});

/** A graph that fails exactly where the shared cells hold these values. */
function failingAt(g: Graph, cells: readonly (readonly number[])[]): Graph {
  const same = cells.flatMap((row, place) => row.map((value, i) => op('eq', cell(place, i), value)));
  return { ...g, properties: [property('target', op('not', op('and', ...same)))] };
}

const cellsOf = (state: string): string => JSON.stringify((JSON.parse(state) as State).cells);

test('random graphs: what needs preemptions is found with so many, and with no fewer', { timeout: 240_000 }, async () => {
  const found = [0, 0, 0, 0];
  await fc.assert(fc.asyncProperty(models, fc.nat(), async ({ graph: given }, pick) => {
    const g = { ...given, properties: [] };
    const reference = explore(g, undefined, 400);
    fc.pre(reference.verdict === 'holds' || reference.verdict === 'vacuous');
    const seen = new Set<string>();
    for (const needed of [0, 1, 2, 3]) {
      const fresh = [...new Set([...allSchedules(g, needed).states].map(cellsOf))].filter((cells) => !seen.has(cells));
      for (const cells of fresh) seen.add(cells);
      const target = fresh[pick % Math.max(1, fresh.length)];
      if (target === undefined) continue;
      const result = await check(failingAt(g, JSON.parse(target) as number[][]), { search: 'preemptions', preemptions: 3 });
      expect(result).toMatchObject({ verdict: 'violated', property: 'target', coverage: { kind: 'preemptions', bound: needed - 1 } });
      expect(preemptionsIn(g, result.schedule!)).toBe(needed);
      found[needed]!++;
    }
  }), { numRuns: 100, ...seed });
  expect(found.slice(1).reduce((a, b) => a + b), JSON.stringify(found)).toBeGreaterThan(5);
});

test('without a bound that matters it is an exhaustive search', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(graphs, async (g) => {
    const reference = explore(g, undefined, 1500);
    fc.pre(reference.verdict !== 'incomplete');
    const result = await check(g, { search: 'preemptions', preemptions: 1e6 });
    const failing = ['violated', 'deadlock'];
    if (failing.includes(reference.verdict)) expect(failing).toContain(result.verdict);
    else expect(result).toMatchObject({ verdict: reference.verdict, states: reference.states });
  }), { numRuns: 100, ...seed });
});

/** Two threads that add 1 by a load and a store, and one of another kind that only moves. */
function lostUpdate(daemon: 'no' | 'service' | 'optional'): Graph {
  const adder = (own: number): { nodes: { code: ReturnType<typeof write>[] }[] } => ({
    nodes: [{ code: [write(0, own, cell(0, 0)), goto(1)] }, { code: [write(0, 0, op('add', cell(0, own), 1)), goto(-1)] }],
  });
  return graph({
    places: [{ size: 4, cells: 3 }],
    threads: [adder(1), { ...adder(2), daemon }],
    properties: [property('sum', op('ne', cell(0, 0), 1), op('and', { g: 'ended', thread: 0 }, { g: 'ended', thread: 1 }))],
  });
}

describe('what a preemption is', () => {
  test('a lost update needs one', async () => {
    expect(await check(lostUpdate('no'), { search: 'preemptions', preemptions: 0 })).toMatchObject({ verdict: 'incomplete', limit: 'preemptions' });
    const result = await check(lostUpdate('no'), { search: 'preemptions' });
    expect(result).toMatchObject({ verdict: 'violated', coverage: { kind: 'preemptions', bound: 0 } });
    expect(preemptionsIn(lostUpdate('no'), result.schedule!)).toBe(1);
  });

  test.each(['service', 'optional'] as const)('a step of a %s daemon is none', async (daemon) => {
    expect(await check(lostUpdate(daemon), { search: 'preemptions', preemptions: 0 })).toMatchObject({ verdict: 'violated', coverage: { kind: 'preemptions', bound: -1 } });
  });

  test('nor is it one to go on when the other is blocked', async () => {
    const handover = graph({
      places: [{ size: 2 }],
      threads: [
        { nodes: [{ code: [goto(1)] }, { guard: cell(0), code: [goto(-1)] }] },
        { nodes: [{ code: [write(0, 0, 1), goto(-1)] }] },
      ],
      properties: [property('never', op('not', { g: 'ended', thread: 0 }))],
    });
    expect(await check(handover, { search: 'preemptions', preemptions: 0 })).toMatchObject({ verdict: 'violated' });
  });
});

describe('limits', () => {
  test.each([[{ maxStates: 2 }, 'states'], [{ maxMemory: 1 }, 'memory'], [{ signal: AbortSignal.abort() }, null]] as const)('%j', async (options, limit) => {
    const result = await check(lostUpdate('no'), { search: 'preemptions', ...options });
    if (limit !== null) expect(result).toMatchObject({ verdict: 'incomplete', limit, coverage: { kind: 'preemptions', bound: -1 } });
    else expect(['incomplete', 'violated']).toContain(result.verdict);
  });

  test.each([[{ preemptions: -1 }, 'preemptions must be'], [{ preemptions: 1.5 }, 'preemptions must be'], [{ maxDepth: 3 }, 'no limit of depth']])('%j is refused', async (options, message) => {
    const error = await check(lostUpdate('no'), { search: 'preemptions', ...options }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(message);
  });
});

const races = scenarios.filter((s) => s.id.startsWith('dirty/') && s.expect.verdict !== 'holds');

/** Preemptions that these need, as found; for the others it is enough that the default bound finds them. */
const NEEDED: Readonly<Record<string, number>> = {
  'dirty/b01-december-2006': 0, 'dirty/b02-two-writers': 2, 'dirty/b03-clear-vs-fault': 1, 'dirty/b04-lost-dirty-bit': 1, 'dirty/a4.7-lock-inversion': 1,
};

test.each(races.map((s) => [s.id, s] as const))('%s: the default bound finds the race', { timeout: 60_000 }, async (id, scenario) => {
  const g = lower(scenario.build());
  const result = await check(g, { search: 'preemptions' });
  expect([result.verdict, result.property]).toEqual([scenario.expect.verdict, scenario.expect.property ?? 'deadlock']);
  const needed = preemptionsIn(g, result.schedule!);
  expect(result.coverage).toEqual({ kind: 'preemptions', bound: needed - 1 });
  expect(needed).toBe(NEEDED[id] ?? needed);
});
