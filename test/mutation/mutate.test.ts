import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Host } from '../../cli/host.ts';
import { mutateSchema, type MutateJson } from '../../cli/json-mutate.ts';
import { recordOf, share, type MutationRecord } from '../../cli/mutation-record.ts';
import type { Judged } from '../../cli/mutation.ts';
import { lower } from '../../model/language/lower.ts';
import { mutants } from '../../model/language/mutation/mutants.ts';
import recorded from '../../model/mutations/dirty.json' with { type: 'json' };
import reasons from '../../model/mutations/dirty-survivors.json' with { type: 'json' };
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import { fakeHost, runFake, type Ran } from '../fake.ts';
import { smallScenarios } from './protocol.ts';

interface MutationHost extends Host {
  saved: MutationRecord | null;
}

function host(overrides: Partial<Host> = {}): MutationHost {
  const made: MutationHost = {
    ...fakeHost(), saved: null,
    scenarios: () => Promise.resolve(smallScenarios),
    lower: (program) => Promise.resolve(lower(program)),
    check,
    saveMutations: (_folder: string, judged: readonly Judged[]) => {
      made.saved = recordOf(judged);
      return Promise.resolve();
    },
    ...overrides,
  };
  return made;
}

async function run(...argv: readonly string[]): Promise<{ readonly ran: Ran; readonly json: MutateJson }> {
  const ran = await runFake(['mutate', ...argv, '--json'], host());
  return { ran, json: mutateSchema.parse(JSON.parse(ran.out)) };
}

describe('mutate', () => {
  it('says of each mutant what a search of it says', async () => {
    const { json } = await run('small/counted', '--all-scenarios');
    const world = smallScenarios[0]!.build();
    const sites = new Map(mutants(world).map((s) => [`${s.proc}: ${s.what}`, s]));
    expect(json.mutants).toHaveLength(sites.size);
    for (const m of json.mutants) {
      const graph = lower(sites.get(m.name)!.build());
      const found = await check(graph).catch((error: unknown) => error as ModelError);
      if (found instanceof ModelError) expect([m.name, m.fate, m.by]).toEqual([m.name, 'killed', 'range']);
      else if (found.verdict === 'violated') expect([m.name, m.fate, m.by, m.steps]).toEqual([m.name, 'killed', `${found.property}/${found.conjunct}`, found.schedule!.length]);
      else if (found.verdict === 'deadlock') expect([m.name, m.fate, m.by]).toEqual([m.name, 'killed', 'deadlock']);
      else if (found.verdict === 'vacuous') expect(['vacuous', 'refused']).toContain(m.fate);
      else expect(['survived', 'refused', 'equivalent'], m.name).toContain(m.fate);
    }
  });

  it('tells the mutants of a small protocol apart', async () => {
    const { json } = await run('small/counted');
    const fates = Object.fromEntries(json.mutants.map((m) => [m.name, `${m.fate} ${m.by}`]));
    expect(fates).toMatchObject({
      'add_one: without spin_lock and spin_unlock': 'killed counted/end',
      'add_one: spin_unlock and spin_lock before write_count': 'killed counted/end',
      'add_one: drop spin_unlock': 'killed deadlock',
      'add_one: drop write_count': 'killed counted/end',
      'add_one: drop !(1 == 2) from if (allowed && !(1 == 2))': 'equivalent same graph',
      'add_one: drop note': 'survived ',
      'add_one: swap spin_lock and allowed = open': 'equivalent seen alike',
      'stop: drop note': 'equivalent not run',
    });
  });

  it('never calls what was cut short a survivor', async () => {
    const { json, ran } = await run('small/counted', '--budget', '45');
    expect(ran.code).not.toBe(5);
    expect(json.mutants.filter((m) => m.fate === 'undecided').length + json.score.killed).toBeGreaterThan(0);
    for (const m of json.mutants) if (m.fate === 'survived') expect(m.outcomes.every((o) => o.fate !== 'undecided')).toBe(true);
  });

  it('shows lines, survivors and a score', async () => {
    const { out } = await runFake(['mutate', 'small/counted'], host());
    expect(out).toMatch(/\d+ mutants in 1 scenario: \d+ killed/);
    expect(out).toContain('protocol.ts:');
    expect(out).toContain('% killed or equivalent');
  });

  it('writes a page without scripts, in which text stays text', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'mutants.html');
    const { code, err } = await runFake(['mutate', 'small/counted', '--html', file], host());
    expect(err).toContain(`report written to ${file}`);
    expect([0, 1]).toContain(code);
    const html = readFileSync(file, 'utf8');
    expect(html).not.toMatch(/<script|javascript:|\son\w+=/i);
    expect(html).toContain("default-src &#39;none&#39;; style-src &#39;sha256-");
    expect(html).toContain('allowed &amp;&amp; !(1 == 2)');
    expect(html).toContain('<details class="killed">');
  });

  it.each([
    [['mutate', 'nothing-like-it'], "no scenario matches 'nothing-like-it'"],
    [['mutate', 'small/broken'], 'small/broken is declared violated: only in a scenario that holds does a mutant say something'],
    [['mutate', 'small/counted', '--budget', '0'], 'It must be a positive whole number'],
    [['mutate', 'small/counted', '--budget', '3'], 'small/counted is incomplete as it is with a budget of 3 states'],
    [['mutate', 'small/*', '--update', '--recheck'], '--update contradicts --recheck: only whole runs are recorded'],
    [['mutate', 'small/*', '--recheck'], "nothing is recorded of the mutants of small: mutate 'small/*' --update"],
    [['mutate', 'small/*', '--recheck', '--update'], '--update contradicts --recheck'],
    [['mutate', 'small/*', '--html', '/no/such/folder/x.html'], 'cannot write the report: there is no folder /no/such/folder'],
  ])('refuses %j', async (argv, message) => {
    const { code, out, err } = await runFake(argv, host());
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('stops at Ctrl-C, says so, and records nothing', async () => {
    const abort = new AbortController();
    const made = host({ check: (graph, options) => { abort.abort(); return check(graph, options); } });
    const { code, out } = await runFake(['mutate', 'small/*', '--update', '--json'], made, { signal: abort.signal });
    expect(code).toBe(3);
    expect(mutateSchema.parse(JSON.parse(out))).toMatchObject({ complete: false, complaints: [] });
    expect(made.saved).toBeNull();
  });
});

describe('what is recorded', () => {
  const whole = async (overrides: Partial<Host>, ...argv: readonly string[]): Promise<{ readonly code: number; readonly complaints: readonly string[]; readonly saved: MutationRecord | null }> => {
    const made = host(overrides);
    const { code, out } = await runFake(['mutate', 'small/*', '--json', ...argv], made);
    return { code, complaints: mutateSchema.parse(JSON.parse(out)).complaints, saved: made.saved };
  };

  it('is compared: survivors want a reason, and reasons a survivor', async () => {
    const first = await whole({}, '--update');
    const open = Object.entries(first.saved!.mutants).filter(([, m]) => m.fate === 'survived').map(([name]) => name);
    expect(open).not.toEqual([]);
    expect(first.complaints).toEqual(open.map((name) => `survived and not explained: ${name}`));
    const reasons = Object.fromEntries(open.map((name) => [name, 'because']));
    const known = { mutationRecord: () => Promise.resolve(first.saved) };
    expect(await whole({ ...known, mutationReasons: () => Promise.resolve(reasons) })).toMatchObject({ code: 0, complaints: [] });
    const wrong = { ...reasons, 'add_one: drop spin_unlock': 'because', 'no_such: drop it': 'because' };
    expect((await whole({ ...known, mutationReasons: () => Promise.resolve(wrong) })).complaints).toEqual(['explained, and now killed: add_one: drop spin_unlock', 'explained, and there is no such mutant: no_such: drop it']);
  });

  it('is checked again where it was killed, and must be complete', async () => {
    const { saved } = await whole({}, '--update');
    const reasons = Object.fromEntries(Object.entries(saved!.mutants).filter(([, m]) => m.fate === 'survived').map(([name]) => [name, 'because']));
    const again = (record: MutationRecord): ReturnType<typeof whole> => whole({ mutationRecord: () => Promise.resolve(record), mutationReasons: () => Promise.resolve(reasons) }, '--recheck');
    expect(await again(saved!)).toMatchObject({ code: 0, complaints: [] });
    const fewer = Object.fromEntries(Object.entries(saved!.mutants).filter(([name]) => name !== 'stop: drop note'));
    expect((await again({ ...saved!, mutants: fewer })).complaints).toEqual(['not recorded: stop: drop note']);
    const lied = { ...saved!.mutants, 'add_one: drop note': { fate: 'killed' as const, world: 'small/counted', by: 'deadlock', steps: 3 } };
    expect((await again({ ...saved!, mutants: lied })).complaints).toEqual(['killed when recorded, now survived: add_one: drop note']);
  });

  it('falls when the score does', async () => {
    const { saved } = await whole({}, '--update');
    const better = { ...saved!, score: { ...saved!.score, killed: 10_000 } };
    const { complaints } = await whole({ mutationRecord: () => Promise.resolve(better) });
    expect(complaints.filter((c) => c.startsWith('the score fell'))).toHaveLength(1);
  });
});

it('has a reason for every recorded survivor, and for nothing else', () => {
  const open = Object.entries(recorded.mutants).filter(([, m]) => m.fate === 'survived' || m.fate === 'undecided').map(([name]) => name);
  expect(Object.keys(reasons).sort()).toEqual(open.sort());
  expect(share(recorded.score)).toBeGreaterThanOrEqual(0.95);
});

it('makes of every declared mutant that drops a statement its own', () => {
  const declared = [
    ['dirty/b01-repaired', 'ptep_clear_flush: drop flush_tlb_page'], ['dirty/b01-repaired', 'clear_page_dirty_for_io: drop set_page_dirty'],
    ['dirty/b02-repaired', 'set_page_dirty_after_fault: drop wait_on_page_locked'], ['dirty/b11-repaired', 'zap_pte_range: drop page_remove_rmap'],
    ['dirty/reclaim', 'try_to_unmap_one: drop page_remove_rmap'], ['dirty/truncate-vs-fault', 'unmap_mapping_range: drop truncate_count++'],
  ] as const;
  for (const [id, name] of declared) {
    const names = mutants(scenarios.find((s) => s.id === id)!.build()).map((m) => `${m.proc}: ${m.what}`);
    expect(names, id).toContain(name);
  }
});
