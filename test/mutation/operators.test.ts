import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LanguageError } from '../../model/language/errors.ts';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { lower } from '../../model/language/lower.ts';
import { mutants, underTest, type Site } from '../../model/language/mutation/mutants.ts';
import { validate } from '../../model/language/validate.ts';
import { check } from '../../schedules/check.ts';
import { programs } from '../language/programs.ts';
import { counted } from './protocol.ts';

const program = counted();
const all = mutants(program);
const named = (what: string, proc = 'add_one'): Site => {
  const found = all.filter((m) => m.what === what && m.proc === proc);
  expect(found, what).toHaveLength(1);
  return found[0]!;
};
/** The statements of a procedure, as C without locations. */
function body(p: Program, proc = 'add_one'): string[] {
  const text = listing(p.procs.find((q) => q.name === proc)!, p);
  return text.split('\n').map((line) => line.replace(/ *\/\*.*\*\/$/, '').replace(/^ *\d* */, '')).filter((line) => line !== '');
}

describe('every operator', () => {
  it('makes the mistakes that can be made', () => {
    expect(all.filter((m) => m.proc === 'add_one').map((m) => m.what).sort()).toEqual([
      'always if (allowed && !(1 == 2))', 'drop !(1 == 2) from if (allowed && !(1 == 2))', 'drop allowed from if (allowed && !(1 == 2))', 'drop note', 'drop spin_lock', 'drop spin_unlock', 'drop write_count',
      'negate if (allowed && !(1 == 2))', 'never if (allowed && !(1 == 2))',
      'spin_unlock and spin_lock before if (allowed && !(1 == 2))', 'spin_unlock and spin_lock before note', 'spin_unlock and spin_lock before read_count', 'spin_unlock and spin_lock before write_count',
      'swap if (allowed && !(1 == 2)) and spin_unlock', 'swap spin_lock and allowed = open', 'swap write_count and note', 'without spin_lock and spin_unlock',
    ]);
  });

  it('leaves out a statement, and reads 0 where its result is used', () => {
    expect(body(named('drop write_count').build())).not.toContain('write_count(n + 1);');
    expect(body(named('drop write_count').build())).toHaveLength(body(program).length - 1);
  });

  it('takes a lock and its release away together', () => {
    expect(body(named('without spin_lock and spin_unlock').build()).filter((line) => line.startsWith('spin_'))).toEqual([]);
  });

  it('opens a window in a lock section', () => {
    const lines = body(named('spin_unlock and spin_lock before write_count').build());
    const at = lines.indexOf('write_count(n + 1);');
    expect(lines.slice(at - 2, at)).toEqual(['spin_unlock();', 'spin_lock();']);
  });

  it('swaps neighbours that do not need each other, and only those', () => {
    const lines = body(named('swap write_count and note').build());
    expect(lines.indexOf('note();')).toBeLessThan(lines.indexOf('write_count(n + 1);'));
    expect(all.some((m) => m.what === 'swap read_count and write_count')).toBe(false);
  });

  it('weakens a condition', () => {
    expect(body(named('drop allowed from if (allowed && !(1 == 2))').build())).toContain('if (!(1 == 2)) {');
    expect(body(named('never if (allowed && !(1 == 2))').build())).toContain('if (false) {');
  });

  it('knows what it takes for the edit to matter', () => {
    expect(named('drop note', 'stop').ways.map((s) => s?.s)).toEqual(['store']);
    expect(named('always if (!allowed)', 'stop').ways.map((s) => s?.s)).toEqual(['load']);
  });
});

it('leaves programs and daemons alone', () => {
  expect(underTest(program).map((p) => p.name)).toEqual(expect.arrayContaining(['add_one', 'stop']));
  expect(underTest(program)).toHaveLength(2);
});

it('gives every mutant of a program a key of its own, the same each time', () => {
  const keys = all.map((m) => m.key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(mutants(counted()).map((m) => m.key)).toEqual(keys);
});

const ci = process.env['CI'] === undefined ? {} : { seed: 20061219 };

it('makes of any program mutants that are programs, or are refused by a rule of the language', async () => {
  await fc.assert(fc.asyncProperty(programs, fc.nat(), async (p, pick) => {
    const sites = mutants(p);
    if (sites.length === 0) return;
    const site = sites[pick % sites.length]!;
    try {
      const mutant = site.build();
      validate(mutant, true);
      await check(lower(mutant), { maxStates: 500 });
    } catch (error) {
      if (!(error instanceof LanguageError) && (error as Error).name !== 'ModelError') throw error;
    }
  }), { ...ci, numRuns: 60 });
});
