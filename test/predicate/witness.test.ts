import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { witnessSchema, type WitnessJson } from '../../cli/json-witness.ts';
import { findCase } from '../../cli/cases.ts';
import { realHost } from '../../cli/host.ts';
import { lower } from '../../model/language/lower.ts';
import type { Graph } from '../../model/language/graph.ts';
import { apply, enabled, initialState, run, type State } from '../../schedules/replay.ts';
import { fakeGraph, fakeHost, runFake } from '../fake.ts';
import { predicates } from './atoms.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20260522 };

async function asked(host: typeof realHost, id: string, predicate: string): Promise<WitnessJson> {
  const { out, err } = await runFake(['witness', id, predicate, '--json'], host);
  if (err !== '') throw new Error(err);
  return witnessSchema.parse(JSON.parse(out));
}

/** Every reachable state with its distance: by the interpreter, and whatever is broken on the way. */
function reachable(graph: Graph): Map<string, { state: State; depth: number }> {
  const first = initialState(graph);
  const seen = new Map([[JSON.stringify(first), { state: first, depth: 0 }]]);
  for (const { state, depth } of seen.values()) {
    for (const step of enabled(graph, state)) {
      const next = apply(graph, state, step);
      const key = JSON.stringify(next);
      if (!seen.has(key)) seen.set(key, { state: next, depth: depth + 1 });
    }
  }
  return seen;
}

describe.each(['classic/hyman', 'dirty/b03-clear-vs-fault', 'machine/irqs-off-deadlock', 'classic/philosophers-5-deadlock'])('random predicates on %s', async (id) => {
  const found = findCase(await realHost.scenarios(), id);
  const program = found.build();
  const graph = lower(program);
  const host = { ...realHost, scenarios: () => Promise.resolve([{ ...found.scenario, build: () => program }]), lower: () => Promise.resolve(graph) };
  const all = [...reachable(graph).values()];

  it('are reached as the reference says, in as many steps', async () => {
    let reached = 0;
    await fc.assert(fc.asyncProperty(predicates(graph), async ({ text, holds }) => {
      const answer = await asked(host, id, text);
      const nearest = Math.min(...all.filter(({ state }) => holds(state)).map(({ depth }) => depth));
      expect([text, answer.answer, answer.length]).toEqual([text, nearest === Infinity ? 'never' : 'reached', nearest === Infinity ? null : nearest]);
      if (answer.schedule === null) expect(answer.states).toBe(all.length);
      else expect(holds(run(graph, answer.schedule.map(([thread, choice]) => ({ thread, choice }))).end)).toBe(true);
      if (answer.length !== null && answer.length > 0) reached++;
    }), { numRuns: 40, ...seed });
    expect(reached).toBeGreaterThan(0);
  });
});

describe('answers', () => {
  const witness = (predicate: string, ...flags: string[]) => runFake(['witness', 'fake/unlocked', predicate, ...flags]);

  it.each([
    ['reached', 0, 'pte(va0).D && pte(va0).S', /reached in 4 steps/],
    ['reached at once', 0, '!pte(va0).D', /reached in the initial state/],
    ['never', 1, '!pte(va0).P', /never: it is true in none/],
    ['past a broken property', 0, 'ended(dirtier) && ended(marker) && !pte(va0).S', /reached in 4 steps/],
    ['by CPU', 0, 'ended(cpu0) && !ended(cpu1)', /reached in 2 steps/],
    ['without any place', 0, 'quiescent', /reached in 4 steps/],
  ])('%s: %i', async (_, code, predicate, text) => {
    const odd = predicate.replaceAll('pte(va0)', 'entry[va0]');
    const host = fakeHost({ lower: (p) => Promise.resolve(renamed(p.name)) });
    const { code: found, out } = await runFake(['witness', 'fake/unlocked', odd], host);
    expect([found, text.test(out)]).toEqual([code, true]);
  });

  it('cut short: 3, and never says never', async () => {
    const { code, out } = await witness('false', '--max-states', '3');
    expect(code).toBe(3);
    expect(out).toMatch(/incomplete: the state limit was reached; not reached so far/);
    expect(out).not.toContain('never');
    expect((await witness('false', '--max-depth', '2')).code).toBe(3);
  });

  it('a deadlock on the way does not end the search', async () => {
    const { answer, length } = await asked(realHost, 'dirty/a4.7-lock-inversion', 'quiescent');
    expect(answer).toBe('reached');
    expect(length).toBeGreaterThan(findCase(await realHost.scenarios(), 'dirty/a4.7-lock-inversion').expect.steps!);
  });
});

/** The fake world prints its place as a call, which no predicate can write. */
function renamed(name: string): Graph {
  const graph = fakeGraph(name, name === 'locked');
  return { ...graph, places: graph.places.map((p) => (p.name === 'pte' ? { ...p, display: 'entry[%0]' } : p)) };
}

describe('mistakes, with the column', () => {
  it.each([
    ['', 'the predicate is empty', 0, 1],
    ['wanted.P &&', "a place, a value or ( should stand here, not the end", 11, 1],
    ['wanted.P & wanted.D', "'&' means nothing in a predicate; here it is '&&'", 9, 1],
    ['wanted.Q', "pte_t has no field 'Q'", 7, 1],
    ['ptl.held', "'held' is too much: what stands before it is true or false", 4, 4],
    ['wantd.P', "there is no 'wantd.P' in this world; did you mean wanted.P, wanted.D", 0, 7],
    ['wanted', 'wanted is a value of pte_t, and true or false is needed here; did you mean wanted.P, wanted.D, wanted.A, wanted.S?', 0, 6],
    ['ptl == 1', 'ptl is true or false and 1 is a number: they cannot be compared', 0, 8],
    ['ptl < 1', "'<' is for numbers, and ptl is true or false", 0, 3],
    ['wanted.pfn == none', 'wanted.pfn is a value of pfn and none is a value of pte_t: they cannot be compared', 0, 18],
    ['1 == 1 == 1', "an operator or the end should stand here, not '=='", 7, 2],
    ['(ptl', "')' should stand here, not the end", 4, 1],
    ['forall x: ptl', "there is no 'x' to range over", 7, 1],
    ['forall pfn: forall pfn: ptl', 'pfn is bound already', 19, 3],
    ['ended(dirtir)', "there is no thread 'dirtir'; did you mean dirtier?", 6, 6],
    ['at(dirtier)', "',' should stand here, not ')'", 10, 1],
    ['at(dirtier, pte_mkdirty)', "no thread runs 'pte_mkdirty'; did you mean pte_mkdirty_slow?", 12, 11],
    ['ptl @ ptl', "'@' means nothing in a predicate", 4, 1],
    ['99999999999 == 1', '99999999999 is larger than any value of a state', 0, 11],
  ])('%s', async (predicate, message, start, length) => {
    const { code, err } = await runFake(['witness', 'fake/unlocked', predicate]);
    const [first = '', second = '', carets = ''] = err.split('\n');
    expect(code).toBe(2);
    expect(first).toContain(`pterace: ${message}`);
    expect(second).toBe(`  ${predicate}`);
    expect(carets).toBe(`  ${' '.repeat(start)}${'^'.repeat(length)}`);
  });

  it('random text is refused or understood, and nothing else', async () => {
    const word = fc.constantFrom('wanted', 'ptl', '.', 'P', '[', ']', '(', ')', '&&', '||', '!', '->', '==', '<', '1', 'forall', 'exists', 'pfn', ':', 'at', 'ended', ',', 'dirtier', ' ', 'true', '+', 'pfn0', 'none', '"');
    await fc.assert(fc.asyncProperty(fc.oneof(fc.array(word, { maxLength: 12 }).map((w) => w.join(' ')), fc.string({ unit: 'binary' })), async (text) => {
      const { code } = await runFake(['witness', '--', 'fake/unlocked', text]);
      expect([0, 1, 2]).toContain(code);
    }), { numRuns: 300, ...seed });
  });
});

it('without a predicate, the places are listed', async () => {
  const { code, out } = await runFake(['witness', 'fake/unlocked']);
  expect(code).toBe(0);
  expect(out).toMatch(/wanted +pte_t +none, or fields \.P, \.D, \.A, \.S, \.pfn/);
  expect((await runFake(['witness', 'fake/unlocked', '--json'])).code).toBe(2);
});

it('quantifiers range over what the world has', async () => {
  expect((await asked(realHost, 'dirty/b03-clear-vs-fault', 'exists cpu: cpu.tlb[va0].W')).answer).toBe('reached');
  expect((await asked(realHost, 'dirty/b03-clear-vs-fault', 'forall pfn: exists va: forall mm: pte[mm][va].pfn == pfn && pte[mm][va].W')).answer).toBe('reached');
  expect((await asked(realHost, 'dirty/b03-clear-vs-fault', 'exists cpu: exists cpu2: cpu != cpu2 && cpu.tlb[va0].V && cpu2.tlb[va0].V')).answer).toBe('never');
});
