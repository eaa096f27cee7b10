/** `pterace claims`, and claims as names of scenarios. */
import { describe, expect, it } from 'vitest';
import { caseNamed, matchCases } from '../../cli/cases.ts';
import { claimsSchema, type ClaimsJson } from '../../cli/json-claims.ts';
import { check as search } from '../../schedules/check.ts';
import type { CheckResult } from '../../schedules/result.ts';
import type { Expr } from '../../model/language/ir.ts';
import { fakeHost, runFake } from '../fake.ts';

const counted = fakeHost({ expected: () => Promise.resolve({ 'fake/locked': { states: 17, transitions: 20, depth: 8 }, 'fake/locked#no-lock': { states: 9, transitions: 9, depth: 4, steps: 4 } }) });

const TRUE: Expr = { e: 'const', type: 'bool', value: 1 };

async function asked(...argv: string[]): Promise<ClaimsJson> {
  const { out } = await runFake(['claims', ...argv, '--json'], counted);
  return claimsSchema.parse(JSON.parse(out));
}

describe('a claim is a name of its first scenario', () => {
  it('for check, with its mutants, and the answer says so', async () => {
    const { code, out } = await runFake(['check', 'seed-004/needs-no-lock']);
    expect(code).toBe(1);
    expect(out).toMatch(/^fake\/unlocked\n {2}claim +seed-004\/needs-no-lock\n/);
    expect((await runFake(['check', 'lock-suffices#no-lock', '-q'])).out).toMatch(/^fake\/locked#no-lock violated/);
    expect((await runFake(['check', 'fake/locked'])).out).not.toContain('claim');
  });

  it.each(['show', 'explain', 'witness', 'export'])('for %s', async (command) => {
    const rest = { witness: ['ptl'], export: ['--to', 'promela'] }[command] ?? [];
    expect((await runFake([command, 'seed-004/needs-no-lock', ...rest])).code).not.toBe(2);
  });

  it('for patterns, and near names are offered', async () => {
    const scenarios = await fakeHost().scenarios();
    expect(matchCases(scenarios, 'seed-*/lock').map((c) => c.id)).toEqual(['fake/locked', 'fake/locked#no-lock']);
    expect(caseNamed(scenarios, 'lock-suffices')).toMatchObject({ id: 'fake/locked', claim: 'seed-004/lock-suffices' });
    expect((await runFake(['check', 'seed-004/lock-sufices'])).err).toContain('did you mean seed-004/lock-suffices');
  });
});

describe('what is shown', () => {
  it.each([
    [[], ['fake/locked', 'seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['004'], ['seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['seed-9'], null],
    [['seed-004'], ['seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['tracking dirty'], ['seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['page'], ['fake/locked', 'seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['a4.10'], ['seed-004/needs-no-lock']],
    [['hacker'], ['seed-004/lock-suffices', 'seed-004/needs-no-lock']],
    [['fake/locked#no-lock'], ['seed-004/lock-suffices']],
    [['needs-no-lock'], ['seed-004/needs-no-lock']],
    [['999'], null],
  ])('%j', async (argv, ids) => {
    if (ids === null) expect(await runFake(['claims', ...argv])).toMatchObject({ code: 2, out: '', err: expect.stringMatching(/unknown thread or claim.*threads are 000/) as string });
    else expect((await asked(...argv)).claims.map((c) => c.id)).toEqual(ids);
  });

  it('declared lengths and recorded counts, without a search', async () => {
    const never = fakeHost({ expected: () => counted.expected(), check: () => Promise.reject(new Error('searched')) });
    const { code, out } = await runFake(['claims'], never);
    expect(code).toBe(0);
    expect(out).toMatch(/A0\.1 +true new +17 states +found by pterace: Updates/);
    expect(out).toMatch(/A4\.2 +conditional +17 states[^]*A4\.10 +false +4 steps[^]*3 claims: 1 true, 1 false, 1 conditional; 1 new/);
    expect((await runFake(['claims', 'lock-suffices'], never)).out).toMatch(/provided +Both take it\.\n +without: fake\/locked#no-lock: violated I-update in 4 steps \(9\s+states\)/);
  });

  it('explain is offered for what it can explain', async () => {
    expect((await runFake(['claims', 'needs-no-lock'])).out).toContain('\npterace explain seed-004/needs-no-lock\n');
    const [locked, unlocked] = await fakeHost().scenarios();
    const endless = { ...unlocked!, build: () => ({ ...unlocked!.build(), progress: [{ name: 'I-update', prose: '', from: TRUE, to: TRUE, unfair: [], strong: false, loc: { file: 'x.ts', line: 1 } }] }) };
    expect((await runFake(['claims', 'needs-no-lock'], fakeHost({ scenarios: () => Promise.resolve([locked!, endless]) }))).out).not.toContain('explain');
  });

  it('limits without --check are refused', async () => {
    expect(await runFake(['claims', '--max-states', '3'])).toMatchObject({ code: 2, err: expect.stringContaining('--max-states only means something with --check') as string });
  });
});

describe('--check', () => {
  const answering = (change: Partial<CheckResult>) => fakeHost({ check: async (graph, options) => ({ ...(await search(graph, options)), ...change }) });

  it('searches, and the verdicts stand', async () => {
    const { code, out } = await runFake(['claims', '--check']);
    expect(code).toBe(0);
    expect(out).toMatch(/ok +A4\.10 +false[^]*3 stand, /);
    const { check, claims } = await asked('--check');
    expect(check).toMatchObject({ ok: true, complete: true });
    expect(claims.map((c) => c.stands)).toEqual([true, true, true]);
  });

  it('what fails and should not, and what holds and should not, does not stand: exit 1', async () => {
    const { code, out } = await runFake(['claims', '--check'], fakeHost({ lower: (program) => fakeHost().lower({ ...program, name: program.name === 'locked' ? 'unlocked' : 'locked' }) }));
    expect(code).toBe(1);
    expect(out).toMatch(/seed-004\/needs-no-lock\n[^]*fake\/unlocked settles it, and its answer is 'holds'/);
    expect(out).toContain('3 do not');
  });

  it('a search that was cut short settles nothing: exit 3', async () => {
    for (const host of [answering({ verdict: 'holds', limit: 'memory' }), answering({ verdict: 'incomplete', limit: 'interrupted' })]) {
      const { code, out } = await runFake(['claims', 'fake/locked', '--check'], host);
      expect([code, out]).toEqual([3, expect.stringContaining('nothing is said')]);
    }
    expect((await runFake(['claims', '--check', '--max-states', '3'])).out).not.toMatch(/^ok/m);
  });

  it('nor does an empty world', async () => {
    expect((await runFake(['claims', 'fake/locked', '--check'], answering({ verdict: 'vacuous', unreached: ['a race'] }))).code).toBe(1);
  });
});
