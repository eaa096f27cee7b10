import { describe, expect, it } from 'vitest';
import { repairsSchema } from '../../cli/json-repairs.ts';
import { repairs } from '../../counterexamples/repairs.ts';
import { listing } from '../../model/language/listing.ts';
import { lower } from '../../model/language/lower.ts';
import { mutants } from '../../model/language/mutation/mutants.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import type { Program } from '../../model/language/ir.ts';
import { fakeHost, runFake } from '../fake.ts';
import { counted, smallScenarios } from './protocol.ts';

/** The increment with the lock released before the store. */
function broken(): Program {
  return mutants(counted()).find((m) => m.what === 'swap if (allowed && !(1 == 2)) and spin_unlock')!.build();
}

const runOf = async (program: Program) => (await check(lower(program))).schedule!;

describe('repairs', () => {
  it('finds the change that undoes a mistake, and each repair it names holds', async () => {
    const schedule = await runOf(broken());
    const found = await repairs(broken(), schedule);
    expect(found.repairs.map((r) => r.change.what)).toContain('spin_unlock after if (allowed && !(1 == 2))');
    const body = (p: Program): string => listing(p.procs.find((q) => q.name === 'add_one')!, p);
    expect(found.repairs.map((r) => body(r.program))).toContain(body(counted()));
    for (const r of found.repairs) expect([(await check(lower(r.program))).verdict, (await check(lower(r.program))).states]).toEqual(['holds', r.states]);
    expect(found.repairs.map((r) => r.change.size)).toEqual(found.repairs.map((r) => r.change.size).sort((a, b) => a - b));
  });

  it('names none whose search was cut short', async () => {
    const found = await repairs(broken(), await runOf(broken()), { maxStates: 10 });
    expect(found.repairs).toEqual([]);
    expect(found.undecided).toBeGreaterThan(0);
  });

  it('stops when asked', async () => {
    const abort = new AbortController();
    const found = await repairs(broken(), await runOf(broken()), { signal: abort.signal, onChange: () => { abort.abort(); } });
    expect(found).toMatchObject({ interrupted: true, tried: 1 });
  });

  it('finds what the kernel did about B12: rmap removal after the flush, under the PTE lock', async () => {
    const program = scenarios.find((s) => s.id === 'dirty/b12-last-mapping')!.strict!();
    const { repairs: [first] } = await repairs(program, await runOf(program));
    expect(first).toMatchObject({ change: { proc: 'zap_pte_range', what: 'page_remove_rmap after flush_tlb_page', size: 1 }, run: 'impossible' });
  });
});

it('finds what the kernel does after page_mkwrite: the PTE is compared again', async () => {
  const program = scenarios.find((s) => s.id === 'dirty/a4.4-recheck')!.mutants.find((m) => m.name === 'no-recheck')!.build();
  const found = await repairs(program, await runOf(program));
  expect(found.repairs.map((r) => r.change)).toMatchObject(expect.arrayContaining([expect.objectContaining({ proc: 'do_page_mkwrite', what: 'if (!(pte == orig_pte)) return NOPAGE after *pte' })]) as object);
});

describe('pterace repairs', () => {
  const host = () => ({
    ...fakeHost(), check,
    scenarios: () => Promise.resolve([...smallScenarios, { ...smallScenarios[1]!, id: 'small/late', build: broken }]),
    lower: (program: Program) => Promise.resolve(lower(program)),
  });

  it('shows diffs', async () => {
    const { code, out } = await runFake(['repairs', 'small/late'], host());
    expect(code).toBe(0);
    expect(out).toContain('small/late breaks counted');
    expect(out).toContain('add_one: spin_unlock after if (allowed && !(1 == 2))');
    expect(out).toMatch(/^-.*spin_unlock\(\);$/m);
    expect(out).toMatch(/^\+.*spin_unlock\(\);$/m);
  });

  it('prints JSON by its schema', async () => {
    const { out } = await runFake(['repairs', 'small/late', '--json'], host());
    expect(repairsSchema.parse(JSON.parse(out)).repairs.length).toBeGreaterThan(0);
  });

  it('refuses what does not fail', async () => {
    const { code, err } = await runFake(['repairs', 'small/counted'], host());
    expect([code, err]).toEqual([2, 'pterace: nothing fails in small/counted: its verdict is holds\n']);
  });
});
