/** What the exports say, and what the commands answer, without any other checker. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { Names } from '../../schedules/export-names.ts';
import { prepare } from '../../schedules/export-graph.ts';
import { murphi } from '../../schedules/murphi.ts';
import { promelaProcesses } from '../../schedules/promela-processes.ts';
import { promela } from '../../schedules/promela.ts';
import { tla } from '../../schedules/tla.ts';
import { fakeHost, runFake } from '../fake.ts';
import { cell, goto, graph, op, when, write } from '../schedules/build.ts';
import { COUNTED, LATE, STUCK } from './worlds.ts';

const worlds = { counted: COUNTED, late: LATE, stuck: STUCK };

describe.each(Object.entries(worlds))('%s', (name, world) => {
  it('in Promela', async () => {
    await expect(promela(name, world)).toMatchFileSnapshot(`golden/${name}.pml`);
  });

  it('in Promela, a process a thread', async () => {
    await expect(promelaProcesses(name, world)).toMatchFileSnapshot(`golden/${name}.processes.pml`);
  });

  it('in Murphi', async () => {
    await expect(murphi(name, world)).toMatchFileSnapshot(`golden/${name}.m`);
  });
});

describe('an export', () => {
  it('makes claims of the properties asked for, and of deadlocks', () => {
    expect(prepare(LATE, {}).claims.map((c) => c.title)).toEqual(['P/P.0', 'Q/Q.0', 'deadlock']);
    expect(prepare(LATE, { properties: ['Q'] }).claims.map((c) => c.title)).toEqual(['Q/Q.0', 'deadlock']);
    expect(prepare(LATE, { claim: 'P/P.0' }).claims.map((c) => c.title)).toEqual(['P/P.0']);
  });

  it.each(Object.entries({ promela, promelaProcesses, murphi, tla }))('refuses shifts that C leaves undefined, and says where (%s)', (_, print) => {
    const shifting = graph({ places: [{ size: 100 }], threads: [{ nodes: [{ code: [write(0, 0, op('shr', cell(0), cell(0))), goto(-1)] }] }] });
    expect(() => print('x', shifting)).toThrow('cannot export t0:0: C knows shifts by 0 to 31 only');
  });

  it('refuses more threads than Spin has numbers for, and says which', () => {
    const crowd = graph({ threads: Array.from({ length: 256 }, () => ({ nodes: [{ code: [goto(-1)] }] })) });
    expect(() => promelaProcesses('x', crowd)).toThrow('cannot export t254:508: Spin has room for 254 threads');
  });

  it('refuses conditions that grow beyond measure, and says where; the other form can say it', () => {
    const doubles = Array.from({ length: 14 }, () => write(0, op('bitand', cell(0, op('bitand', cell(0, 0), 1)), 1), op('bitand', cell(0, op('bitand', cell(0, 1), 1)), 1)));
    const entangled = graph({ places: [{ size: 2, cells: 2 }], threads: [{ nodes: [{ code: [...doubles, when(cell(0, 0), [goto(0)]), goto(-1)] }] }] });
    expect(() => promelaProcesses('x', entangled)).toThrow(/^cannot export t0:0: where it goes on depends on too much .*\(--form rules can\)$/);
    expect(promela('x', entangled)).toContain('active proctype world()');
  });

  it('gives no two things one name, and nothing the name of a keyword', () => {
    const names = new Names();
    expect(['fill0.0', 'fill0_0', 'FILL0.0', '_count', '$assert', 'rule', 'Do', '0x', ''].map((n) => names.unique(n)))
      .toEqual(['fill0_0', 'fill0_0_2', 'FILL0_0_3', 'count', 'latched_assert', 'rule_', 'Do_', 'x0x', 'x']);
  });
});

describe('the command export', () => {
  it('prints, or writes to a file', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pterace-test-'));
    try {
      const file = path.join(folder, 'locked.pml');
      const printed = await runFake(['export', 'fake/locked', '--to', 'promela', '--form', 'rules']);
      const written = await runFake(['export', 'fake/locked', '--to', 'promela', '--form', 'rules', '-o', file]);
      expect([printed.code, written]).toEqual([0, { code: 0, out: '', err: `written to ${file}\n` }]);
      expect(readFileSync(file, 'utf8')).toBe(printed.out);
      expect(printed.out).toContain('/* model/kernel/memory.ts:41 pte_mkdirty_slow: pte = ptep_get(ptep) */');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each([
    [['fake/locked'], /'--to <language>' not specified/],
    [['fake/locked', '--to', 'smv'], /Allowed choices are promela, murphi, tla/],
    [['fake/locked', '--to', 'murphi', '--form', 'rules'], /--form only means something with --to promela/],
    [['fake/locked', '--to', 'tla', '-o', 'locked.txt'], /'locked.txt' does not end in \.tla, as TLC wants it/],
    [['fake/locked', '--to', 'tla', '-o', 'fake-locked.tla'], /'fake-locked' is no name for a TLA\+ module/],
    [['fake/nope', '--to', 'murphi'], /unknown scenario 'fake\/nope'/],
    [['fake/locked', '--to', 'murphi', '--property', 'I9'], /no property 'I9'; known: I-update/],
    [['fake/locked', '--to', 'murphi', '-o', '/nowhere/x.m'], /cannot write \/nowhere\/x.m: .*ENOENT/],
  ])('%j is refused in one line', async (args, message) => {
    const { code, err, out } = await runFake(['export', ...args]);
    expect([code, out, err.split('\n').length]).toEqual([2, '', 2]);
    expect(err).toMatch(message);
  });
});

describe('the command crosscheck', () => {
  afterEach(() => { vi.unstubAllEnvs(); });

  it('names the packages of what is not installed', async () => {
    vi.stubEnv('PATH', '/nowhere');
    const { code, err } = await runFake(['crosscheck']);
    expect([code, err]).toEqual([2, 'pterace: not installed: spin, gcc, rumur; on Debian and Ubuntu: apt install spin gcc rumur\n']);
  });

  it('refuses a tool it does not know', async () => {
    const { code, err } = await runFake(['crosscheck', '--tools', 'spin,rumor']);
    expect([code, err]).toEqual([2, "pterace: unknown tool 'rumor'; did you mean rumur? (--tools takes spin, spin-processes, rumur, with commas between)\n"]);
  });

  it('reports what Ctrl-C cut short', async () => {
    const host = fakeHost({ expected: () => Promise.resolve({ 'fake/locked': { states: 17, transitions: 20, depth: 9 } }) });
    const { code, out } = await runFake(['crosscheck', '--tools', 'spin'], host, { signal: AbortSignal.abort() });
    expect([code, out]).toEqual([3, expect.stringContaining('1 case not compared (interrupted)')]);
  });

  it('leaves mutants out when told to', async () => {
    const counts = { states: 17, transitions: 20, depth: 9 };
    const host = fakeHost({ expected: () => Promise.resolve({ 'fake/locked': counts, 'fake/locked#no-lock': counts }) });
    const asked = async (...flags: string[]): Promise<string> => (await runFake(['crosscheck', '--tools', 'spin', ...flags], host, { signal: AbortSignal.abort() })).out;
    expect([await asked(), await asked('--no-mutants')]).toEqual([expect.stringContaining('2 cases not compared'), expect.stringContaining('1 case not compared')]);
  });
});
