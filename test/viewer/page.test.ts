/** The file that `view -o` writes, without a browser. */
import { breaksProgress } from '../liveness/breaks-progress.ts';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { allCases } from '../../cli/cases.ts';
import { examine } from '../../cli/examine.ts';
import { realHost } from '../../cli/host.ts';
import { viewSchema } from '../../cli/json-view.ts';
import { pageData } from '../../cli/view-page.ts';
import { lockBars } from '../../viewer/lock-bars.ts';
import { codeLines } from '../../viewer/world.ts';
import { findSteps, nextHit } from '../../viewer/client/search.ts';
import { stateAt } from '../../viewer/client/replayed.ts';
import { runFake } from '../fake.ts';
import { fileFor, written } from './pages.ts';

const b01 = await written('dirty/b01-december-2006');

/** States of a case that is searched in an instant. */
const SMALL = 300;

/** Names of formats, not addresses that are asked. */
const NAMESPACES = new Set(['http://www.w3.org']);

describe('one file', () => {
  it('is small, has no address in it and lets only its own script and style run', () => {
    expect(b01.html.length).toBeLessThan(150_000);
    const addresses = [...b01.html.matchAll(/https?:\/\/[\w.]+|src=|<link|@import|url\((?!#)/gi)].map(([text]) => text);
    expect(addresses.filter((address) => !NAMESPACES.has(address))).toEqual([]);
    const [, policy = ''] = /Content-Security-Policy" content="([^"]*)"/.exec(b01.html) ?? [];
    const hash = (pattern: RegExp): string => createHash('sha256').update(pattern.exec(b01.html)![1]!).digest('base64');
    expect(policy).toBe(`default-src 'none'; script-src 'sha256-${hash(/<script>([^]*?)<\/script>/)}'; style-src 'sha256-${hash(/<style>([^]*?)<\/style>/)}'; base-uri 'none'; form-action 'none'`);
  });

  it('has the run, the conjunct it breaks, and when that is true', () => {
    const { story, conjuncts, scenario } = b01.data;
    expect(scenario).toMatchObject({ id: 'dirty/b01-december-2006', kernel: '2.6.19' });
    expect(story.steps).toHaveLength(35);
    expect(story.broken).toMatchObject({ property: 'I1-weak', conjunct: 'quiet' });
    expect(story.truth[conjuncts.findIndex((c) => c.property === 'I1-weak')]).toBe(`${'p'.repeat(35)}f`);
    expect(story.arrows.filter((a) => a.kind === 'ipi').map(({ from, to }) => [from, to])).toEqual([[23, 24], [24, 25]]);
    expect(story.locks).toContainEqual({ cpu: 2, lock: 'mm0.ptl', shared: false, from: 18, to: 26, slot: 2 });
  });

  it('has a line of C for every step and every call', () => {
    for (const { stack } of b01.data.story.steps) {
      for (const { proc, at } of stack) expect(b01.data.listings[proc]!.map((line) => line.at)).toContain(at);
    }
  });

  it('has the last state of the replay', () => {
    const { cells, story } = b01.data;
    const end = stateAt(cells, story.steps, story.steps.length);
    const values = new Map(cells.map((cell, i) => [cell.place, end[i]!.value]));
    expect(story.broken!.witnesses.map((w) => [w.place, values.get(w.place)])).toEqual(story.broken!.witnesses.map((w) => [w.place, w.value]));
  });
});

describe('every small case that fails', async () => {
  const expected = await realHost.expected();
  const failing = allCases(await realHost.scenarios()).filter((c) => c.expect.verdict !== 'holds' && (expected[c.id]?.states ?? Infinity) < SMALL && !breaksProgress(c));

  it.each(failing.map((c) => [c.id, c] as const))('%s', async (_, c) => {
    const { graph, trace } = await examine(c, realHost, {});
    const { story, listings, conjuncts, lanes, cells } = await pageData({ case: c, graph, schedule: trace!.schedule }, false, realHost);
    const { property, conjunct } = story.broken!;
    const broken = conjuncts.findIndex((x) => x.property === property && x.conjunct === conjunct);
    if (conjunct !== null) expect(story.truth[broken]).toMatch(/^[tp]*f$/);
    for (const step of story.steps) {
      expect(lanes.map((lane) => lane.cpu)).toContain(step.cpu);
      expect(step.changed.every(({ cell }) => cells[cell] !== undefined)).toBe(true);
      for (const { proc, at } of step.stack) expect(listings[proc]!.map((line) => line.at)).toContain(at);
    }
    for (const { from, to } of story.arrows) expect(from < to && to <= story.steps.length).toBe(true);
  });
});

describe('the command', () => {
  it('answers with JSON that its schema takes', async () => {
    const file = fileFor('fake.html');
    const { code, out } = await runFake(['view', 'fake/unlocked', '-o', file, '--json']);
    expect(code).toBe(0);
    expect(viewSchema.parse(JSON.parse(out))).toMatchObject({ scenario: 'fake/unlocked', property: 'I-update', steps: 4, page: { file } });
    expect(existsSync(file)).toBe(true);
  });

  it.each([
    [['view', 'fake/unlocked'], /say where the page goes: -o race\.html/],
    [['view', 'fake/locked', '-o', 'x.html'], /nothing fails in fake\/locked/],
    [['view', 'fake/nothing', '-o', 'x.html'], /no scenario 'fake\/nothing'/],
    [['view', 'fake/unlocked', '-o', '/nowhere/x.html'], /cannot write the page: ENOENT/],
    [['view', 'fake/unlocked', '-o', 'x.html', '--port', '80'], /--port only means something with --serve/],
    [['view', 'fake/unlocked', '--serve', '-o', 'x.html'], /--serve writes no file/],
    [['view', 'fake/unlocked', '--serve', '--port', '70000'], /A port is a whole number from 1 to 65535/],
  ])('%j: %s', async (argv, message) => {
    const { code, err } = await runFake(argv);
    expect([code, err]).toEqual([2, expect.stringMatching(message) as string]);
  });
});

describe('--screenshot', () => {
  afterEach(() => { vi.unstubAllEnvs(); });

  it.each([
    [{ PTERACE_CHROMIUM: '/nowhere/chrome' }, /PTERACE_CHROMIUM is \/nowhere\/chrome, which is no program/],
    [{ PTERACE_CHROMIUM: '', PATH: '/nowhere' }, /a screenshot needs Chromium or Chrome/],
    [{ PTERACE_CHROMIUM: '/bin/false' }, /\/bin\/false took no picture/],
  ])('%j: %s', async (env, message) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    const { code, err } = await runFake(['view', 'fake/unlocked', '--screenshot', fileFor('none.png')]);
    expect([code, err]).toEqual([2, expect.stringMatching(message) as string]);
  });
});

describe('pieces', () => {
  it('a lock bar ends at the step that gives the lock back; locks held together lie side by side', () => {
    const a = { cpu: 0, lock: 'a' };
    const b = { cpu: 0, lock: 'b (shared)' };
    expect(lockBars([[a], [a, b], [b], [b, a]])).toEqual([
      { cpu: 0, lock: 'a', shared: false, from: 1, to: 3, slot: 0 },
      { cpu: 0, lock: 'b', shared: true, from: 2, to: null, slot: 1 },
      { cpu: 0, lock: 'a', shared: false, from: 4, to: null, slot: 0 },
    ]);
  });

  it('splits a listing into number, text and location', () => {
    expect(codeLines('/*\n * doc\n */\nvoid f(void)\n{\n  12         set_pte(mm, va, pte);    /* model/kernel/pgtable.ts:26 */\n         return;\n}\n')).toEqual([
      { text: '/*', number: '', at: null }, { text: ' * doc', number: '', at: null }, { text: ' */', number: '', at: null },
      { text: 'void f(void)', number: '', at: null }, { text: '{', number: '', at: null },
      { text: '        set_pte(mm, va, pte);', number: '12', at: 'model/kernel/pgtable.ts:26' },
      { text: '    return;', number: '', at: null }, { text: '}', number: '', at: null },
    ]);
  });

  it('finds steps that have every word, and goes round', () => {
    const hits = findSteps(['lock mm0', 'unlock mm0', 'lock mm1'], ' MM0  lock');
    expect(hits).toEqual([1, 2]);
    expect(findSteps(['a'], '  ')).toEqual([]);
    expect([nextHit(hits, 1, 1), nextHit(hits, 2, 1), nextHit(hits, 1, -1), nextHit([], 1, 1)]).toEqual([2, 1, 2, null]);
  });
});
