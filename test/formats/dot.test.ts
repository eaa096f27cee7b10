/** State spaces as Graphviz itself lays them out. */
import path from 'node:path';
import { Graphviz } from '@hpcc-js/wasm-graphviz';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dot } from '../../counterexamples/formats/dot.ts';
import { explore } from '../../schedules/reference.ts';
import { space } from '../../schedules/space.ts';
import { check } from '../../schedules/check.ts';
import { runFake } from '../fake.ts';
import { brokenCases, failing, hostileStory } from './stories.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20260524 };
const SMALL = 60;

interface Drawn {
  readonly objects: readonly { readonly name: string; readonly label: string; readonly fillcolor?: string }[];
  readonly edges: readonly { readonly tail: number; readonly head: number; readonly penwidth?: string; readonly label: string }[];
}

/** Laid out by Graphviz, a fresh one each time: a used one may crash. @throws Error where it does not parse */
async function drawn(text: string): Promise<Drawn> {
  Graphviz.unload();
  return JSON.parse((await Graphviz.load()).layout(text, 'json', 'dot')) as Drawn;
}

describe('the state space in DOT', async () => {
  it.each((await brokenCases()).map((c) => c.id).filter((id) => /^classic|^machine/.test(id)))('of %s, where it is small', async (id) => {
    const { graph, trace } = await failing(id);
    const whole = space(graph, SMALL);
    if (whole === null) return;
    const { objects, edges } = await drawn(dot(id, graph, whole, trace.schedule));
    expect([objects.length, edges.length]).toEqual([whole.states.length, whole.edges.length]);
    expect(edges.filter((e) => e.penwidth === '3').length).toBe(trace.schedule.length);
    expect(objects.some((o) => o.fillcolor === '#ffd6d6')).toBe(true);
  });

  it('of a world that holds has as many states and transitions as every search counts', async () => {
    const { graph } = hostileStory(['x']);
    const unbroken = { ...graph, properties: [] };
    const whole = space(unbroken, 1000)!;
    const [{ states, transitions }, reference] = [await check(unbroken), explore(unbroken)];
    expect([whole.states.length, whole.edges.length]).toEqual([states, transitions]);
    expect([whole.states.length, whole.edges.length]).toEqual([reference.states, reference.transitions]);
    expect((await drawn(dot('x', unbroken, whole, null))).objects.some((o) => o.fillcolor === '#ffd6d6')).toBe(false);
  });

  it('of hyman, as it is', async () => {
    const { graph, trace } = await failing('classic/hyman');
    await expect(dot('classic/hyman', graph, space(graph, 100)!, trace.schedule)).toMatchFileSnapshot(path.join(import.meta.dirname, 'golden', 'classic-hyman.dot'));
  });

  it('holds any text', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('"', '\\', '\\"', '\\N', '<b>', '\0', '&lt;', '\\n', '];', '\ud800')), { minLength: 12, maxLength: 12 }), async (strings) => {
      const { graph, trace, id } = hostileStory(strings);
      const whole = space(graph, 1000)!;
      const { objects, edges } = await drawn(dot(id, graph, whole, trace.schedule.slice(0, 4)));
      expect([objects.length, edges.length]).toEqual([whole.states.length, whole.edges.length]);
    }), { numRuns: 30, ...seed });
  });

  it('is refused above --max-states', async () => {
    const { code, err } = await runFake(['graph', 'fake/locked', '--max-states', '3']);
    expect(code).toBe(2);
    expect(err).toMatch(/^pterace: fake\/locked has more than 3 states: too many for a picture/);
    expect((await runFake(['graph', 'fake/unlocked'])).out).toMatch(/^digraph "fake\/unlocked" \{/);
  });
});
