/** What the server of `view --serve` answers, and to whom. */
import { request } from 'node:http';
import { describe, expect, it } from 'vitest';
import { realHost } from '../../cli/host.ts';
import { allCases } from '../../cli/cases.ts';
import { check } from '../../schedules/check.ts';
import { apply, enabled, run, type State } from '../../schedules/replay.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import type { Found, Option, Story } from '../../viewer/data.ts';
import { changeOf, runUntil, somethingBreaks } from '../../viewer/walk.ts';
import { cells } from '../../viewer/world.ts';
import { fakeGraph, fakeHost, runFake } from '../fake.ts';
import { embedded } from './pages.ts';
import { ask, serving } from './server.ts';

const fake = (id: string): Promise<string> => serving([id], fakeHost());

/** As a browser would not let a page: with a host and an origin of one's own. */
function status(address: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    request(address, { method, headers }, (response) => {
      response.resume();
      resolve(response.statusCode!);
    }).on('error', reject).end();
  });
}

describe('the page', () => {
  it('begins where nothing has happened when nothing fails, else at the failure', async () => {
    const page = async (id: string) => embedded(await (await fetch(await fake(id))).text());
    const holds = await page('fake/locked');
    expect([holds.walk, holds.story.steps.length, holds.story.broken]).toEqual([true, 0, null]);
    expect((await page('fake/unlocked')).story).toMatchObject({ broken: { property: 'I-update' } });
  });

  it('may ask its own server and nobody else, and is kept out of frames', async () => {
    const response = await fetch(await fake('fake/locked'));
    expect(await response.text()).toContain("connect-src 'self';");
    expect(response.headers.get('content-security-policy')).toBe("frame-ancestors 'none'");
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });
});

describe('strangers', () => {
  it('other names for this address and other sites are refused', async () => {
    const address = await fake('fake/locked');
    const { port } = new URL(address);
    expect(await status(address, {})).toBe(200);
    expect(await status(address, { host: `localhost:${port}` })).toBe(200);
    expect(await status(address, { host: `evil.example:${port}` })).toBe(403);
    expect(await status(address, { host: '127.0.0.1' })).toBe(403);
    expect(await status(address, { origin: 'http://evil.example' })).toBe(403);
    expect(await status(`${address}api/next`, { 'content-type': 'text/plain' }, 'POST')).toBe(415);
    expect(await status(`${address}api/next`, {}, 'OPTIONS')).toBe(405);
    expect(await status(`${address}../../package.json`, {})).toBe(404);
  });
});

describe('questions', () => {
  it.each([
    ['story', '{', /the question is not JSON/],
    ['story', '{}', /Invalid/],
    ['story', { schedule: [[0, 0]], more: 1 }, /more/],
    ['story', { schedule: [[0, -1]] }, /0/],
    ['story', { schedule: [[7, 0]] }, /step 1: there is no thread 7/],
    ['story', { schedule: [[0, 0], [1, 0]] }, /step 2: thread marker waits: spin_lock\(ptl\)/],
    ['replay', { replay: 'pterace:1:fake/unlocked:11111111:a.0000' }, /checksum/],
    ['run', { schedule: [], until: { kind: 'change', cell: 99 } }, /there is no place number 99/],
    ['run', { schedule: [], until: { kind: 'later' } }, /until/],
    ['toString', {}, /there is no question 'toString'/],
  ])('%s %j: %s', async (question, asked, message) => {
    const { status: code, value } = await ask(await fake('fake/locked'), question, asked);
    expect([code, value]).toEqual([400, { error: expect.stringMatching(message) as string }]);
  });

  it('walks have an end', async () => {
    const schedule = Array.from({ length: 5001 }, () => [0, 0]);
    expect((await ask(await fake('fake/locked'), 'story', { schedule })).value).toEqual({ error: expect.stringMatching(/5000/) as string });
  });

  it('a question that is too long is not read', async () => {
    expect(await ask(await fake('fake/locked'), 'story', ' '.repeat(1_000_001))).toEqual({ status: 413, value: { error: 'the question is too long' } });
  });

  it('tabs do not see each other: what is walked is in the question', async () => {
    const address = await fake('fake/unlocked');
    const walks = [[[0, 0]], [[1, 0]], [[0, 0], [0, 0]]];
    const answers = await Promise.all(walks.map((schedule) => ask(address, 'story', { schedule })));
    expect(answers.map(({ value }) => (value as Story).steps.map((s) => [s.thread, s.choice]))).toEqual(walks);
  });

  it('a walk that breaks something is a replay string that replay takes', async () => {
    const address = await fake('fake/unlocked');
    const { value } = await ask(address, 'run', { schedule: [[1, 0]], until: { kind: 'broken' } });
    const { schedule, answer } = value as Found;
    expect([answer, schedule[0], schedule.length]).toEqual(['found', [1, 0], 4]);
    const { replay, broken } = (await ask(address, 'story', { schedule })).value as Story;
    expect(broken).toMatchObject({ property: 'I-update', conjunct: 'quiescent' });
    expect((await runFake(['replay', replay])).code).toBe(0);
    expect(((await ask(address, 'replay', { replay })).value as Story).steps).toHaveLength(4);
  });

  it('what cannot happen is said only after all was looked at', async () => {
    expect((await ask(await fake('fake/locked'), 'run', { schedule: [], until: { kind: 'broken' } })).value).toMatchObject({ answer: 'never' });
    const graph = fakeGraph('locked', true);
    const cut = await runUntil(graph, [], somethingBreaks, check, { maxStates: 2 });
    expect(cut.answer).toBe('unknown');
  });

  it('a predicate is looked for from here, also one about functions', async () => {
    const address = await fake('fake/locked');
    const until = async (text: string) => (await ask(address, 'run', { schedule: [[0, 0]], until: { kind: 'predicate', text } })).value;
    expect(await until('wanted.S')).toMatchObject({ answer: 'found', schedule: expect.arrayContaining([[1, 0]]) as unknown });
    expect(await until('at(marker, pte_mkspecial_slow) && wanted.D')).toMatchObject({ answer: 'found' });
    expect(await until('ptl && ended(dirtier) && ended(marker)')).toMatchObject({ answer: 'never' });
    expect(await until('wanted.S &')).toEqual({ error: expect.stringMatching(/\^/) as string });
  });

  it('one CPU alone goes to where it ends', async () => {
    const { value } = await ask(await fake('fake/locked'), 'run', { schedule: [[1, 0]], until: { kind: 'switch' } });
    expect((value as Found).schedule).toEqual([[1, 0], [1, 0], [1, 0], [1, 0]]);
  });
});

describe('a search from the middle of a run', () => {
  it('finds the nearest change of every place, as a plain search by hand does', async () => {
    const found = allCases(await realHost.scenarios()).find((c) => c.id === 'dirty/b03-clear-vs-fault')!;
    const graph = await realHost.lower(found.build());
    const start: ScheduleStep[] = [{ thread: 1, choice: 0 }, { thread: 1, choice: 0 }];
    const nearest = changesByHand(start);
    for (const [cell] of cells(graph).entries()) {
      const { answer, schedule } = await runUntil(graph, start, changeOf(cell), check, {});
      expect([cell, answer, schedule.length - start.length]).toEqual([cell, nearest.has(cell) ? 'found' : 'never', nearest.get(cell) ?? 0]);
    }

    /** Steps to the first state in which each cell has another value. */
    function changesByHand(from: readonly ScheduleStep[]): Map<number, number> {
      const flat = (state: State): number[] => graph.places.flatMap((p, i) => (p.name.startsWith('$') ? [] : state.cells[i]!));
      const first = run(graph, from).end;
      const seen = new Set([JSON.stringify(first)]);
      const distances = new Map<number, number>();
      let level = [first];
      for (let depth = 0; level.length > 0; depth++) {
        for (const state of level) flat(state).forEach((value, cell) => { if (value !== flat(first)[cell] && !distances.has(cell)) distances.set(cell, depth); });
        level = level.flatMap((state) => enabled(graph, state).map((move) => apply(graph, state, move))).filter((state) => {
          const key = JSON.stringify(state);
          return !seen.has(key) && seen.add(key).has(key);
        });
      }
      return distances;
    }
  });

  it('offers the steps that are enabled, with what each breaks', async () => {
    const address = await fake('fake/unlocked');
    const { value } = await ask(address, 'next', { schedule: [[0, 0], [1, 0], [0, 0]] });
    expect((value as Option[]).map(({ step, broken }) => [step.thread, step.said, broken?.property ?? null])).toEqual([[2, 'A := 1', null], [1, 'set_pte(ptep, pte)', 'I-update']]);
  });
});
