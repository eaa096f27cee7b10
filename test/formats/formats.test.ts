/** Each format, read back by a published parser or schema of it: on every broken scenario, and on names that would like to be syntax. */
import fc from 'fast-check';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { itf } from '../../counterexamples/formats/itf.ts';
import { mermaid } from '../../counterexamples/formats/mermaid.ts';
import { perfetto } from '../../counterexamples/formats/perfetto.ts';
import { sarif } from '../../counterexamples/formats/sarif.ts';
import { effects, statement, type Story } from '../../counterexamples/formats/story.ts';
import { relations } from '../../counterexamples/relations.ts';
import { readItf } from './itf-schema.ts';
import { readMermaid } from './mermaid-reader.ts';
import { readSarif } from './sarif-schema.ts';
import { brokenCases, hostileStory, storyNamed } from './stories.ts';
import { readTraceEvents } from './trace-events.ts';

const golden = (name: string): string => path.join(import.meta.dirname, 'golden', name);
const squeezed = (text: string): string => text.replace(/\s+/g, ' ').trim();

async function readAll(story: Story): Promise<void> {
  const { moments } = story.trace;
  const states = readItf(itf(story));
  expect(states.map((s) => s['#meta']['index'])).toEqual([0, ...moments.map((m) => m.number)]);
  const { texts } = await readMermaid(mermaid(story));
  for (const moment of moments) expect(texts.some((text) => text.startsWith(`${moment.number} `) && text.includes(squeezed(statement(moment))) && effects(moment).every((e) => text.includes(squeezed(e))))).toBe(true);
  const events = readTraceEvents(perfetto(story));
  expect(events.filter((e) => e.ph === 'X').map((e) => e.ts)).toEqual(moments.map((m) => m.number));
  expect(events.filter((e) => e.ph === 's')).toHaveLength(relations(story.graph, story.trace).filter((r) => r.matters).length);
  const orders = (readSarif(sarif(story)).codeFlows ?? []).flatMap((f) => f.threadFlows).flatMap((t) => t.locations).map((l) => l.executionOrder!);
  expect(orders.sort((a, b) => a - b)).toEqual(moments.map((m) => m.number));
}

describe('every broken scenario and mutant of moderate size', async () => {
  it.each((await brokenCases()).map((c) => c.id))('%s', async (id) => { await readAll(await storyNamed(id)); });
});

describe('the files as they are', () => {
  it.each(['dirty/b03-clear-vs-fault', 'dirty/a4.7-lock-inversion', 'classic/hyman'])('%s', async (id) => {
    const story = await storyNamed(id);
    const name = id.replace('/', '-');
    await expect(mermaid(story)).toMatchFileSnapshot(golden(`${name}.mmd`));
    if (id !== 'classic/hyman') return;
    await expect(itf(story)).toMatchFileSnapshot(golden(`${name}.itf.json`));
    await expect(sarif(story)).toMatchFileSnapshot(golden(`${name}.sarif`));
    await expect(perfetto(story)).toMatchFileSnapshot(golden(`${name}.perfetto.json`));
  });
});

describe('names that would like to be syntax', () => {
  const seed = process.env['CI'] === undefined ? {} : { seed: 20260521 };
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('end', 'wrap: x', 'nowrap:', '%% gone', '<script>', '"', '#35;', '}', '{0}', '[a](b)', '\\', '\n  end\n', ' ', '', 'a;b', '->>', '<br/>', ']]>', '&amp;', '\u2028', 'loop x', 'as', '__proto__'),
  );

  it('stay names', async () => {
    await fc.assert(fc.asyncProperty(fc.array(nasty, { minLength: 12, maxLength: 12 }), async (strings) => { await readAll(hostileStory(strings)); }), { numRuns: 150, ...seed });
  });
});

describe('what the reader checks', () => {
  let story: Story;
  beforeAll(async () => { story = await storyNamed('classic/hyman'); });

  it('is not nothing', async () => {
    expect(() => readItf(itf(story).replace('"index":1', '"index":1},"x":{"a":1'))).toThrow();
    expect(() => readSarif(sarif(story).replace('"startLine"', '"firstLine"'))).toThrow(/additional/);
    expect(() => readTraceEvents(perfetto(story).replace('"ph": "X"', '"ph": "Y"'))).toThrow();
    await expect(readMermaid(mermaid(story).replace('Note over', 'Note above'))).rejects.toThrow();
  });
});
