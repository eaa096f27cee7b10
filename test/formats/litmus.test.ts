/** The litmus text, read by a grammar of what herd7 and litmus7 log, and its counts against the engine. */
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { watched } from '../../cli/predicate/watch.ts';
import { litmus } from '../../counterexamples/formats/litmus.ts';
import { check } from '../../schedules/check.ts';
import { hostileStory, storyNamed } from './stories.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20260525 };

/** Counts of the log; every line must be one that the grammar has. @throws Error */
function read(text: string) {
  const [head = '', log = ''] = text.split(/^(?=Test \S* Allowed$)/m);
  if (!/^pterace \S*\n"[^"\n]*"\n\{[^\n]*\}\n(?: [^;\n]* ;\n)*exists \(~?"[^"\n]*"\)\n\n$/.test(head)) throw new Error(`the test is not well formed:\n${head}`);
  const columns = head.split('\n').filter((line) => line.endsWith(' ;')).map((line) => line.split(' | ').length);
  if (new Set(columns).size > 1) throw new Error('rows of different width');
  const parts = /^Test (\S*) Allowed\nHistogram \((\d+) states\)\n((?:\d+ +[* ]?>[^\n]*\n)*)(Ok|No)\n\nWitnesses\nPositive: (\d+), Negative: (\d+)\nCondition exists [^\n]*\nObservation (\S*) (Never|Sometimes|Always) (\d+) (\d+)\n\(\* counted: [^\n]*\*\)\n$/.exec(log);
  if (parts === null) throw new Error(`the log is not well formed:\n${log}`);
  const rows = parts[3]!.trimEnd().split('\n').map((line) => ({ count: Number.parseInt(line, 10), positive: line.includes('*>') && line.indexOf('*>') < line.indexOf('>') + 1 }));
  return { rows, kind: parts[8], positive: Number(parts[9]), negative: Number(parts[10]), states: Number(parts[2]) };
}

const sum = (rows: readonly { readonly count: number }[]): number => rows.reduce((n, row) => n + row.count, 0);

describe('the litmus text', () => {
  it.each(['classic/hyman', 'dirty/b03-clear-vs-fault', 'dirty/a4.7-lock-inversion', 'machine/irqs-off-deadlock', 'classic/philosophers-5-deadlock'])('of %s', async (id) => {
    const story = await storyNamed(id);
    const text = litmus(story);
    const { rows, kind, positive, negative, states } = read(text);
    expect(kind).toBe(negative === 0 ? 'Always' : 'Sometimes');
    expect([rows.length, sum(rows.filter((r) => r.positive)), sum(rows.filter((r) => !r.positive))]).toEqual([states, positive, negative]);
    const whole = await check(watched(story.graph, { expr: { g: 'const', value: 0 }, inside: [] }));
    if (text.includes('all reachable states')) expect(positive + negative).toBe(whole.states);
    else expect(positive + negative).toBeLessThan(whole.states);
    await expect(text).toMatchFileSnapshot(path.join(import.meta.dirname, 'golden', `${id.replace('/', '-')}.litmus`));
  });

  it('holds any text', () => {
    fc.assert(fc.property(fc.array(fc.oneof(fc.string({ unit: 'binary', maxLength: 10 }), fc.constantFrom('|', ' | ', ';', '"', '(*', '*)', '\n', '\ud800', '*>')), { minLength: 12, maxLength: 12 }), (strings) => {
      const { positive } = read(litmus(hostileStory(strings)));
      expect(positive).toBeGreaterThan(0);
    }), { numRuns: 150, ...seed });
  });
});
