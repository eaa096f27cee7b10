import { mkdirSync, mkdtempSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { claimsSchema } from '../../cli/json-claims.ts';
import { doctorSchema } from '../../cli/json-doctor.ts';
import { explainSchema } from '../../cli/json-explain.ts';
import { checkSchema, errorSchema, listSchema, replaySchema, showSchema, verifySchema } from '../../cli/json.ts';
import { LanguageError } from '../../model/language/errors.ts';
import { ModelError } from '../../schedules/errors.ts';
import { check as search } from '../../schedules/check.ts';
import type { CheckResult } from '../../schedules/result.ts';
import type { Host } from '../../cli/host.ts';
import { fakeGraph, fakeHost, runFake } from '../fake.ts';

const answering = (change: Partial<CheckResult>): Host =>
  fakeHost({ check: async (graph, options) => ({ ...(await search(graph, options)), ...change }) });

const folder = mkdtempSync(path.join(tmpdir(), 'pterace-'));
const file = (name: string): string => path.join(folder, name);

describe('exit codes of check', () => {
  it.each([
    ['holds', 0, ['check', 'fake/locked'], fakeHost()],
    ['violated', 1, ['check', 'fake/unlocked'], fakeHost()],
    ['a mutant', 1, ['check', 'fake/locked#no-lock'], fakeHost()],
    ['unknown scenario', 2, ['check', 'nothing'], fakeHost()],
    ['cut short', 3, ['check', 'fake/locked', '--max-states', '3'], fakeHost()],
    ['random walks', 3, ['check', 'fake/locked', '--search', 'random', '--walks', '5'], fakeHost()],
    ['vacuous', 4, ['check', 'fake/locked'], answering({ verdict: 'vacuous', unreached: ['a race'] })],
    ['an internal error', 5, ['check', 'fake/locked'], fakeHost({ check: () => Promise.reject(new TypeError('oops')) })],
    ['a trace that replay refuses', 5, ['check', 'fake/locked'], answering({ verdict: 'violated', property: 'I-update', schedule: [] })],
  ])('%s: %i', async (_, code, argv, host) => {
    expect((await runFake(argv, host)).code).toBe(code);
  });

  it('never says holds of a search that was cut short', async () => {
    expect((await runFake(['check', 'fake/locked'], answering({ verdict: 'holds', limit: 'memory' }))).code).toBe(3);
    expect((await runFake(['check', 'fake/locked'], answering({ verdict: 'vacuous', limit: 'depth' }))).code).toBe(3);
  });

  it('deadlock: 1, with who waits for what', async () => {
    const locked = fakeGraph('locked', true);
    const stuck = { ...locked, hash: '00000000', places: locked.places.map((p) => (p.name === 'ptl' ? { ...p, initial: [1] } : p)), threads: locked.threads };
    const { code, out } = await runFake(['check', 'fake/locked'], fakeHost({ lower: () => Promise.resolve(stuck) }));
    expect(code).toBe(1);
    expect(out).toContain('CPU0 dirtier waits in pte_mkdirty_slow memory.ts:40: spin_lock(ptl)');
  });

  it('Ctrl-C: 3, and what was covered', async () => {
    const { code, out } = await runFake(['check', 'fake/locked'], answering({ verdict: 'incomplete', limit: 'interrupted' }));
    expect(code).toBe(3);
    expect(out).toMatch(/incomplete: interrupted[^]*states/);
  });
});

describe('mistakes', () => {
  it.each([
    [['chek', 'x'], /unknown command 'chek'[^]*check/],
    [['check'], /missing required argument 'scenario'/],
    [[], /a command is missing/],
    [['check', 'fake/unlokced'], /unknown scenario 'fake\/unlokced'; did you mean fake\/unlocked/],
    [['check', 'fake/locked', '--property', 'I-updat'], /has no property 'I-updat'; did you mean I-update/],
    [['check', 'fake/locked', '--seed', '1'], /--seed only means something with --search random/],
    [['check', 'fake/locked', '--search', 'random', '--max-depth', '3'], /contradicts/],
    [['check', 'fake/locked', '--search', 'best'], /Allowed choices/],
    [['check', 'fake/locked', '--max-states', '-3'], /positive whole number/],
    [['check', 'fake/locked', '--max-memory', 'lots'], /a size such as 512M/],
    [['check', 'fake/locked', '--max-secnds', '3'], /unknown option '--max-secnds'[^]*--max-seconds/],
    [['verify', '--update', '--max-states', '3'], /--update contradicts a limit/],
    [['verify', 'nothing-like-it'], /no scenario matches/],
    [['show', 'pte_mkdirty_slo'], /no scenario or procedure 'pte_mkdirty_slo'; did you mean pte_mkdirty_slow/],
    [['replay', '/nowhere/trace.json'], /no trace file/],
    [['replay', 'pterace:1:fake/unlocked:aaaaaaaa:ab2a.mqb8'], /checksum/],
    [['replay', 'pterace:9:x'], /this version reads/],
    [['replay', 'pterace:1:fake/unlocked:aaaaaaaa:ab2a'], /cut off/],
    [['replay', ''], /no trace file ''/],
    [['replay', tmpdir()], /it is a folder/],
    [['check', 'fake/locked', 'extra'], /too many arguments[^]*--help/],
    [['check', 'fake/locked', '--property', 'I-update/quiescent'], /conjuncts are checked together: --property I-update/],
    [['check', 'fake/locked', '--property', ''], /name of a property/],
    [['check', 'fake/locked', '--search', 'dfs', '--walks', '3'], /--walks only means something with --search random/],
    [['check', 'fake/locked', '--max-states', '0'], /positive whole number/],
    [['check', 'fake/locked', '--max-depth', '1e400'], /positive whole number/],
    [['check', 'fake/locked', '--max-memory', '0'], /a size such as 512M/],
    [['check', 'fake/locked', '--max-seconds', '0'], /positive number of seconds/],
    [['check', 'fake/unlocked', '--trace', ''], /--trace needs the name of a file/],
    [['check', 'fake/unlocked', '--trace', '/nowhere/t.json'], /there is no folder \/nowhere/],
    [['check', 'fake/unlocked', '--trace', tmpdir()], /is a folder; name a file in it/],
    [['verify', '--jobs', '0'], /positive whole number/],
    [['help', 'chek'], /unknown command 'chek'; did you mean check/],
  ])('%j is answered in one line, exit 2', async (argv, message) => {
    const { code, out, err } = await runFake(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err).not.toMatch(/^ +at /m);
  });

  it('in the model are located', async () => {
    const broken = fakeHost({ lower: () => Promise.reject(new LanguageError('PT007', { file: 'model/kernel/memory.ts', line: 41 }, 'cause', 'cure')) });
    expect(await runFake(['check', 'fake/locked'], broken)).toMatchObject({ code: 2, err: 'pterace: PT007 model/kernel/memory.ts:41: cause; cure\n' });
    const overflow = fakeHost({ check: () => Promise.reject(new ModelError('add', [{ thread: 0, choice: 0 }, { thread: 1, choice: 0 }])) });
    expect(await runFake(['check', 'fake/unlocked'], overflow)).toEqual({
      code: 2, out: '', err: "pterace: PT008 model/kernel/memory.ts:61: in pte_mkspecial_slow, 'pte = ptep_get(ptep)': the model leaves a declared range: add (after 2 steps); keep it in range or widen the type\n",
    });
  });
});

describe('--json is one documented object', () => {
  it.each([
    [checkSchema, ['check', 'fake/unlocked', '--json']],
    [checkSchema, ['check', 'fake/locked', '--json', '--max-states', '3']],
    [listSchema, ['list', '--json']],
    [claimsSchema, ['claims', '--json']],
    [showSchema, ['show', 'fake/locked', '--json']],
    [showSchema, ['show', 'pte_mkdirty_slow', '--json']],
    [verifySchema, ['verify', '--json']],
    [replaySchema, ['replay', 'pterace:1:fake/unlocked:aaaaaaaa:ab2a.mqb7', '--json']],
    [errorSchema, ['check', 'nothing', '--json']],
    [errorSchema, ['list', '--jsno', '--json']],
  ] as const)('%# $1', async (schema, argv) => {
    const { out } = await runFake(argv);
    expect(schema.parse(JSON.parse(out))).toEqual(JSON.parse(out));
  });
});

describe('replay', () => {
  it('shows what check showed', async () => {
    const checked = await runFake(['check', 'fake/unlocked', '--trace', file('t.json')]);
    const again = await runFake(['replay', file('t.json')]);
    expect(again.code).toBe(0);
    expect(checked.out).toContain(again.out);
    const text = readFileSync(file('t.json'), 'utf8');
    expect(await runFake(['replay', '-'], fakeHost(), { input: () => Promise.resolve(text) })).toEqual(again);
  });

  it.each([
    ['stale', { model: '0123456789abcdef' }, /stale trace: the model of fake\/unlocked has changed/],
    ['unknown', { scenario: 'fake/unlocke' }, /the trace is of an unknown scenario 'fake\/unlocke'; did you mean/],
    ['impossible', { schedule: [[0, 0], [0, 1]] }, /step 2/],
    ['unbroken', { schedule: [[0, 0]] }, /not broken after its 1 steps/],
  ])('refuses a trace that is %s', async (_, change, message) => {
    const { out } = await runFake(['check', 'fake/unlocked', '--json']);
    const { trace } = JSON.parse(out) as { trace: object };
    writeFileSync(file('bad.json'), JSON.stringify({ ...trace, ...change }));
    const answer = await runFake(['replay', file('bad.json')]);
    expect([answer.code, answer.out]).toEqual([2, '']);
    expect(answer.err).toMatch(message);
  });

  it('keeps the verdict when the folder of the trace has gone away meanwhile', async () => {
    mkdirSync(file('gone'));
    const vanishing = fakeHost({ check: async (graph, options) => {
      rmdirSync(file('gone'));
      return search(graph, options);
    } });
    const { code, out, err } = await runFake(['check', 'fake/unlocked', '--trace', file('gone/t.json')], vanishing);
    expect(code).toBe(2);
    expect(out).toContain('violated');
    expect(err).toContain('cannot write the trace');
  });

  it.each([
    ['a file cut off', (text: string) => text.slice(0, text.length / 2), /^pterace: .*bad\.json.*not JSON/],
    ['another program\'s file', () => '{"version": 1}', /not a version 1 pterace trace, at format/],
    ['bytes', () => '\0\x01\x02', /not JSON/],
    ['nothing', () => '', /not JSON/],
  ])('refuses %s', async (_, damage, message) => {
    await runFake(['check', 'fake/unlocked', '--trace', file('t.json')]);
    writeFileSync(file('bad.json'), damage(readFileSync(file('t.json'), 'utf8')));
    const { code, out, err } = await runFake(['replay', file('bad.json')]);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
    expect(err.split('\n')).toHaveLength(2);
  });
});

describe('verify', () => {
  it('records counts, then holds every case to them', async () => {
    const recording = fakeHost();
    expect((await runFake(['verify', '--update'], recording)).code).toBe(0);
    expect(Object.keys(recording.saved ?? {})).toEqual(['fake/locked', 'fake/locked#no-lock', 'fake/unlocked']);
    const saved = recording.saved!;
    expect((await runFake(['verify'], fakeHost({ expected: () => Promise.resolve(saved) }))).code).toBe(0);
    const off = { ...saved, 'fake/locked': { ...saved['fake/locked']!, states: 35 } };
    const answer = await runFake(['verify'], fakeHost({ expected: () => Promise.resolve(off) }));
    expect(answer.code).toBe(1);
    expect(answer.out).toContain('states: recorded 35, found 36');
    expect([saved['fake/locked']?.steps, saved['fake/locked#no-lock']?.steps]).toEqual([undefined, 4]);
    const longer = { ...saved, 'fake/locked#no-lock': { ...saved['fake/locked#no-lock']!, steps: 5 } };
    expect((await runFake(['verify'], fakeHost({ expected: () => Promise.resolve(longer) }))).out).toContain('steps: recorded 5, found 4');
  });

  it('fails on another verdict, property or length than declared, even when recording', async () => {
    const scenarios = await fakeHost().scenarios();
    for (const expect_ of [{ verdict: 'holds' }, { verdict: 'violated', property: 'I-other' }, { verdict: 'violated', steps: 3 }] as const) {
      const host = fakeHost({ scenarios: () => Promise.resolve([{ ...scenarios[1]!, expect: expect_ }]) });
      expect((await runFake(['verify', '--update'], host)).code).toBe(1);
    }
  });

  it('prunes what no longer exists and keeps what was not run', async () => {
    const old = { 'fake/gone': { states: 1, transitions: 1, depth: 1 }, 'fake/locked': { states: 1, transitions: 1, depth: 1 } };
    const host = fakeHost({ expected: () => Promise.resolve(old) });
    await runFake(['verify', 'unlocked', '--update'], host);
    expect(Object.keys(host.saved ?? {})).toEqual(['fake/locked', 'fake/unlocked']);
    expect(host.saved?.['fake/locked']?.states).toBe(1);
  });

  it('goes on after a broken model, and says so', async () => {
    const host = fakeHost({ lower: (p) => (p.name === 'locked' ? Promise.reject(new LanguageError('PT001', null, 'a', 'b')) : Promise.resolve(fakeGraph(p.name, false))) });
    const { code, out } = await runFake(['verify', '--update'], host);
    expect(code).toBe(1);
    expect(out).toContain('broken model');
    expect(out).toContain('2 of 3 as declared');
  });

  it('counts what Ctrl-C cut short as not run, and says which limit was reached', async () => {
    const cut = await runFake(['verify'], answering({ verdict: 'incomplete', limit: 'interrupted' }));
    expect([cut.code, cut.out]).toEqual([3, expect.stringMatching(/^0 of 3 as declared, 3 not run \(interrupted\)/)]);
    const limited = await runFake(['verify', 'unlocked', '--max-states', '2']);
    expect(limited.out).toContain('not searched to its end: the state limit was reached');
  });

  it('interrupted or limited: 3', async () => {
    expect((await runFake(['verify'], fakeHost(), { signal: AbortSignal.abort() })).code).toBe(3);
    expect((await runFake(['verify', '--max-states', '2'], fakeHost())).code).toBe(3);
  });
});

describe('an id', () => {
  it('needs no folder where that is clear', async () => {
    expect((await runFake(['check', 'locked'])).code).toBe(0);
    expect((await runFake(['check', 'locked#no-lock'])).code).toBe(1);
    expect((await runFake(['show', 'unlocked'])).out).toContain('fake/unlocked  Updates without a lock');
  });
});

it('the catalogue\'s length and why ours differs are said by check and show', async () => {
  const scenarios = await fakeHost().scenarios();
  const host = fakeHost({ scenarios: () => Promise.resolve([{ ...scenarios[1]!, lengthNote: 'It counts the walk.' }]) });
  expect((await runFake(['check', 'fake/unlocked'], host)).out).toMatch(/^ {2}catalogue 6 steps: It counts the walk\.$/m);
  expect((await runFake(['show', 'fake/unlocked'], host)).out).toMatch(/^catalogue: 6 steps: It counts the walk\.$/m);
  expect(JSON.parse((await runFake(['check', 'fake/unlocked', '--json'], host)).out)).toMatchObject({ catalogueSteps: 6, lengthNote: 'It counts the walk.' });
});

describe('list and show', () => {
  it('list has a line a scenario', async () => {
    const { out } = await runFake(['list'], fakeHost(), { width: 120 });
    expect(out).toMatchInlineSnapshot(`
      "scenario    kernel  entry  verdict   about

      fake/  2 scenarios, 1 mutant
        locked    2.6.19  B99    holds     Updates under the lock
        unlocked  2.6.19         violated  Updates without a lock (breaks I-update/quiescent)
      "
    `);
  });

  it('show prints the world and its procedures', async () => {
    expect((await runFake(['show', 'fake/locked'])).out).toMatchInlineSnapshot(`
      "fake/locked  Updates under the lock
      Two updates of one entry.
      kernel 2.6.19, entry B99, 2 CPUs, 1 mm, 2 pages, no evictions
      declared: holds
      claim: seed-004/lock-suffices

      threads
        CPU0  dirtier: pte_mkdirty_slow()

      state
        pte_t pte[va]
        pte_t wanted  (ghost)

      properties
        I-update
          At the end the entry has every bit that was set in it.

      mutants
        #no-lock  the lock is not taken: violated I-update in 4 steps

      void pte_mkdirty_slow(void)
      {
      }
      "
    `);
  });
});

it('help and version are no errors', async () => {
  expect((await runFake(['--help'])).code).toBe(0);
  expect(await runFake(['--version'])).toMatchObject({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/) as string });
});

describe('--quiet', () => {
  it.each([
    [['check', 'fake/unlocked', '-q'], 1, 'fake/unlocked violated I-update/quiescent in 4 steps\n'],
    [['--quiet', 'check', 'fake/locked'], 0, 'fake/locked holds\n'],
    [['check', 'fake/locked', '-q', '--max-states', '3'], 3, 'fake/locked incomplete (the state limit was reached)\n'],
  ])('%j: one line', async (argv, code, out) => {
    expect(await runFake(argv, fakeHost())).toMatchObject({ code, out, err: '' });
  });

  it('verify: what is not as declared, and the sum', async () => {
    const right = { 'fake/locked': { states: 1, transitions: 1, depth: 1 } };
    const { out } = await runFake(['verify', 'fake/locked', '-q'], fakeHost({ expected: () => Promise.resolve(right) }));
    expect(out).toMatch(/^fake\/locked\n {2}states[^]*\n\n\d of \d+ as declared[^\n]*\n$/);
  });
});

it('every command shows examples in its help', async () => {
  const { out } = await runFake(['--help']);
  const names = [...(out.split('Commands:')[1] ?? '').matchAll(/^ {2}([a-z]\w+)/gm)].map(([, name]) => name!).filter((name) => name !== 'help');
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect((await runFake(['help', name])).out, name).toMatch(/\nExamples:\n {2}\S/);
});

describe('completion', () => {
  const complete = async (...words: string[]): Promise<string[]> => {
    const said: string[] = [];
    const log = vi.spyOn(console, 'log').mockImplementation((line: string) => { said.push(line.split('\t')[0]!); });
    await runFake(['complete', '--', ...words], fakeHost({ expected: () => Promise.resolve({ 'fake/locked': { states: 1, transitions: 1, depth: 1 }, 'other/x': { states: 1, transitions: 1, depth: 1 } }) }));
    log.mockRestore();
    return said.filter((line) => !line.startsWith(':'));
  };

  it('knows commands, ids, flags and what these take', async () => {
    expect(await complete('che')).toEqual(['check']);
    expect(await complete('diff', 'B9')).toEqual(['B99']);
    expect(await complete('check', 'fa')).toEqual(['fake/locked']);
    expect(await complete('check', 'seed-004/l')).toEqual(['seed-004/lock-suffices']);
    expect(await complete('claims', '00')).toEqual(['000', '001', '002', '003', '004']);
    expect(await complete('check', 'fake/locked', '--sea')).toEqual(['--search']);
    expect(await complete('check', 'fake/locked', '--search', 'p')).toEqual(['preemptions', 'pct']);
  });

  it('refuses shells that it does not know', async () => {
    expect(await runFake(['completion', 'tcsh'])).toMatchObject({ code: 2, err: expect.stringContaining('Allowed choices are bash, zsh, fish, powershell') as string });
  });
});

it('doctor says what is there, and what is not', async () => {
  const { code, out } = await runFake(['doctor', '--json'], fakeHost());
  expect(code).toBe(0);
  const { helpers, scenarios } = doctorSchema.parse(JSON.parse(out));
  expect(scenarios).toBeGreaterThan(0);
  expect(helpers.map((h) => h.name)).toEqual(expect.arrayContaining(['spin', 'rumur', 'gcc']));
});

describe('explain', () => {
  it('says what raced and the window, as text, for a commit message and as JSON', async () => {
    const text = (await runFake(['explain', 'fake/unlocked', '--no-repairs'])).out;
    expect(text).toMatch(/the race\n {2}pte\(va0\)[^]*the window\n[^]*pterace replay 'pterace:1:/);
    const commit = (await runFake(['explain', 'fake/unlocked', '--format', 'commit'])).out;
    expect(commit).toMatch(/^CPU0 dirtier +CPU1 marker$/m);
    const json = explainSchema.parse(JSON.parse((await runFake(['explain', 'fake/unlocked', '--no-repairs', '--json'])).out));
    expect(json).toMatchObject({ scenario: 'fake/unlocked', property: 'I-update', repairs: null });
  });

  it('has nothing to say of what holds', async () => {
    expect(await runFake(['explain', 'fake/locked'])).toMatchObject({ code: 2, err: expect.stringContaining('nothing fails in fake/locked') as string });
  });
});
