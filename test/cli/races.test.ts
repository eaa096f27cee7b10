import { describe, expect, it } from 'vitest';
import { realHost } from '../../cli/host.ts';
import { diffSchema, racesSchema } from '../../cli/json-races.ts';
import { hunksBetween, paintDiff, withoutNumbers } from '../../cli/listing-diff.ts';
import { style } from '../../counterexamples/style.ts';
import { fakeHost, fakeRaces, runFake } from '../fake.ts';

describe('races', () => {
  it('lists id, release, commit and what breaks, by subsystem', async () => {
    const { code, out } = await runFake(['races']);
    expect(code).toBe(0);
    expect(out).toMatch(/^writeback {2}1 race$/m);
    expect(out).toMatch(/b99-lost-update +2\.6\.20-rc1 +0123456789ab +I-update +4 +6 +- \/ -\n {4}One of two updates is lost \(CVE-2006-0099\)$/m);
    expect(out).toMatch(/1 of the catalogue's entries have no scenario \(pterace races --left-out\)\n$/);
  });

  it.each([
    [['pte_mkdirty'], 1], [['--kernel', '2.6.19'], 1], [['--kernel', '2.6.20'], 0], [['--cve'], 1], [['--cve', 'cve-2006-0099'], 1],
    [['--property', 'i-update'], 1], [['--subsystem', 'thp'], 0], [['B9*'], 1],
    [['--ingredient', 'tlb'], 1], [['--ingredient', 'tlb', '--ingredient', 'page-table lock', '--cve'], 1], [['--ingredient', 'TLB', '--kernel', '2.6.18'], 0],
  ])('%j: %i', async (flags, count) => {
    const { out } = await runFake(['races', ...flags, '--json']);
    expect(racesSchema.parse(JSON.parse(out)).races).toHaveLength(count);
  });

  it('says what is declared of each scenario', async () => {
    const { races } = racesSchema.parse(JSON.parse((await runFake(['races', '--json'])).out));
    expect(races[0]).toMatchObject({ broken: [{ case: 'fake/unlocked', verdict: 'violated', steps: 4, catalogueSteps: 6 }], controls: [{ verdict: 'violated', property: 'I-update', steps: 4 }], notes: null, ingredients: ['TLB', 'page-table lock'] });
  });

  it('shows what was recorded of each', async () => {
    const expected = { 'fake/unlocked': { states: 12, transitions: 20, depth: 6, steps: 4 }, 'fake/locked#no-lock': { states: 13, transitions: 20, depth: 6, steps: 4 } };
    const host = fakeHost({ expected: () => Promise.resolve(expected) });
    const { races } = racesSchema.parse(JSON.parse((await runFake(['races', '--json'], host)).out));
    expect(races[0]).toMatchObject({ broken: [{ states: 12 }], repaired: [{ states: null, steps: null }], controls: [{ states: 13 }] });
    expect((await runFake(['races'], host)).out).toMatch(/ 12 \/ -$/m);
  });

  it('tells all about one', async () => {
    const { out } = await runFake(['races', 'b99']);
    expect(out).toMatch(/^b99-lost-update\n {2}about +One of two updates is lost$/m);
    expect(out).toMatch(/^ {2}made of +TLB, page-table lock$/m);
    expect(out).toMatch(/^ {2}broken +fake\/unlocked \(2\.6\.19\): violated I-update in 4 steps \(catalogue: 6\)$/m);
    expect(out).toMatch(/^ {2}control +both must take it: fake\/locked#no-lock: violated I-update in 4 steps$/m);
  });

  it('says what is left out, and why', async () => {
    expect((await runFake(['races', '--left-out'])).out).toMatch(/^B98 +Two of two updates are lost\. There is only one\.$/m);
    expect((await runFake(['races', '--left-out'], fakeHost({ leftOut: () => Promise.resolve([]) }))).out).toBe('every entry of the catalogue has scenarios\n');
  });

  it('has only what a race declares where nothing is recorded', async () => {
    const host = fakeHost({ raceIngredients: () => Promise.resolve({}), races: () => Promise.resolve([{ ...fakeRaces[0]!, ingredients: ['KSM'] }]) });
    expect(racesSchema.parse(JSON.parse((await runFake(['races', '--json'], host)).out)).races[0]?.ingredients).toEqual(['KSM']);
  });
});

describe('a race stands for its scenarios', () => {
  it.each(['races', 'b99', 'B99', 'b99-lost', 'B9*'])('verify %s: all of them, with their mutants', async (pattern) => {
    const { out } = await runFake(['verify', pattern, '--json']);
    const { cases } = JSON.parse(out) as { cases: { scenario: string }[] };
    expect(cases.map((c) => c.scenario)).toEqual(['fake/locked', 'fake/locked#no-lock', 'fake/unlocked']);
  });

  it('a pattern in the middle of its id is none', async () => {
    expect((await runFake(['verify', 'lost-update'])).err).toMatch(/no scenario matches 'lost-update'/);
  });

  it.each(['b99-lost-update', 'B99', 'b99'])('check %s: the first that fails', async (id) => {
    const { code, out } = await runFake(['check', id, '--json']);
    expect([code, (JSON.parse(out) as { scenario: string }).scenario]).toEqual([1, 'fake/unlocked']);
  });

  it('wherever it lives', async () => {
    const { out } = await runFake(['list', 'B04', '--json'], realHost);
    expect((JSON.parse(out) as { scenarios: { id: string }[] }).scenarios.map((s) => s.id)).toEqual(expect.arrayContaining(['dirty/b04-lost-dirty-bit', 'dirty/a4.7-no-inversion', 'dirty/new-strip-after-journal']));
  });
});

describe('mistakes', () => {
  it.each([
    [['races', 'pte_mkdirtx'], /no race matches 'pte_mkdirtx'; did you mean pte_mkdirty\?/],
    [['races', '--kernel', 'next'], /--kernel takes a release such as 2\.6\.19/],
    [['races', '--cve', 'CVE-2006-0098'], /no race has CVE 'CVE-2006-0098'; did you mean CVE-2006-0099/],
    [['races', '--property', 'I-updat'], /no race has property 'I-updat'; did you mean I-update/],
    [['races', '--ingredient', 'tbl'], /no race has ingredient 'tbl'; did you mean TLB\? \(there are TLB, page-table lock\)/],
    [['races', '--subsystem', 'mm'], /Allowed choices are writeback/],
    [['diff', 'b98'], /unknown race 'b98'; did you mean B99/],
    [['diff', 'fake/locked'], /fake\/locked is a scenario: name a second one/],
    [['diff', 'fake/locked', 'fake/unlokced'], /unknown scenario 'fake\/unlokced'; did you mean fake\/unlocked/],
    [['diff', 'b99', '-U', '-1'], /whole number of lines/],
    [['diff'], /missing required argument/],
  ])('%j', async (argv, message) => {
    const { code, out, err } = await runFake(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

describe('diff', () => {
  it('is empty where no procedure differs, and says so', async () => {
    const { code, out } = await runFake(['diff', 'b99']);
    expect(code).toBe(0);
    expect(out).toContain('repaired by 0123456789ab ("mm: take the lock", A. Hacker, 2.6.20-rc1)');
    expect(out).toMatch(/\n\nno procedure differs\n$/);
  });

  it('shows the repair of a race', async () => {
    const { out } = await runFake(['diff', 'B12'], realHost);
    expect(out).toMatch(/^--- dirty\/b12-repaired#rmap-before-flush {2}mm\/memory\.c zap_pte_range\(\), v6\.2\n\+\+\+ dirty\/b12-repaired {2}mm\/memory\.c zap_pte_range\(\), v6\.2\n@@/m);
    expect(out).toMatch(/^- +page_remove_rmap\(pte_pfn\(pte\)\);\n +flush_tlb_page\(mm, va\);\n\+ +page_remove_rmap\(pte_pfn\(pte\)\);$/m);
  });

  it('shows what a mutant changes, and only that', async () => {
    const { out } = await runFake(['diff', 'dirty/b03-repaired#no-wait', '--json', '-U', '0'], realHost);
    const answer = diffSchema.parse(JSON.parse(out));
    expect(answer).toMatchObject({ race: null, from: { case: 'dirty/b03-repaired', verdict: 'holds' }, to: { verdict: 'violated', property: 'I3' }, elsewhere: [] });
    expect(answer.procedures.map((p) => [p.name, p.change, p.diff.split('\n').slice(1).map((line) => line.trim())])).toEqual([
      ['set_page_dirty_after_fault', 'changed', ['-             wait_on_page_locked(page);']],
    ]);
  });

  it('names the worlds that differ elsewhere, and procedures that are on one side only', async () => {
    const { out } = await runFake(['diff', 'dirty/b01-repaired', 'dirty/b03-repaired', '--json'], realHost);
    const answer = diffSchema.parse(JSON.parse(out));
    expect(answer.elsewhere).toEqual(expect.arrayContaining(['initial state', 'threads', 'properties']));
    expect(answer.procedures.find((p) => p.name === 'journal_submit_data_buffers')?.change).toBe('removed');
  });

  it('leaves step numbers and locations out', () => {
    const listing = '   1     pte_t pte = *pte(mm, va);      /* model/kernel/rmap.ts:38 */\n  12     f();\n';
    expect(withoutNumbers(listing)).toBe('         pte_t pte = *pte(mm, va);\n         f();\n');
    expect(hunksBetween('a\n', 'a\n', 3)).toBe('');
    expect(hunksBetween('a\nb\n', 'a\nc\n', 0)).toBe('@@ -2,1 +2,1 @@\n-b\n+c');
    const { colors } = style({ color: true });
    expect(paintDiff('--- x\n@@ -1 +1 @@\n-a\n+b\n c', colors)).toBe([colors.bold('--- x'), colors.cyan('@@ -1 +1 @@'), colors.red('-a'), colors.green('+b'), ' c'].join('\n'));
  });
});
