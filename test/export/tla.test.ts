/** The export to TLA+: by golden files, by its structure, by a parser where there is one, and what its definitions compute. */
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { UsageError } from '../../schedules/errors.ts';
import { tla } from '../../schedules/tla.ts';
import { cell, goto, graph, num, op, write } from '../schedules/build.ts';
import { graphs } from '../schedules/graphs.ts';
import { parser } from './tla-parser.ts';
import { faults } from './tla-structure.ts';
import { COUNTED, LATE, STUCK } from './worlds.ts';

const parse = await parser();
const lowered = (id: string): Graph => lower(scenarios.find((s) => s.id === id)!.build());
/** All of them take a minute; these are the biggest and one of each family. */
const SAMPLE = ['dirty/3cpu-2mm-reclaim', 'dirty/a4.10-discard', 'dirty/a4.12-repaired', 'dirty/b01-today', 'dirty/munmap', 'dirty/private-and-shared', ...scenarios.filter((s) => s.id.startsWith('classic/')).slice(0, 4).map((s) => s.id)];

describe.each(Object.entries({ counted: COUNTED, late: LATE, stuck: STUCK }))('%s', (name, world) => {
  it('as a module and its configuration', async () => {
    const { module, config } = tla(name, world);
    await expect(module).toMatchFileSnapshot(`golden/${name}.tla`);
    await expect(config).toMatchFileSnapshot(`golden/${name}.cfg`);
  });
});

describe('structure', () => {
  // A parser takes ten times as long as all the rest.
  it.each(SAMPLE)('%s', { timeout: 90_000 }, (id) => {
    const { module } = tla(id, lowered(id));
    expect(faults(module)).toEqual([]);
    expect(parse?.(module) ?? []).toEqual([]);
  });

  it('of random graphs', { timeout: 120_000 }, () => {
    const seed = process.env['CI'] === undefined ? {} : { seed: 20060926 };
    fc.assert(fc.property(graphs, (world) => {
      const text = exported(world);
      fc.pre(text !== null);
      expect(faults(text)).toEqual([]);
      expect(parse?.(text) ?? []).toEqual([]);
    }), { numRuns: parse === null ? 60 : 20, endOnFailure: true, ...seed });
  });

  test.skipIf(parse === null)('a parser has seen the modules (skipped where none is installed: test/export/tla-parser.ts)', () => {
    expect(parse!(tla('x', LATE).module.replace('LET', 'LETT'))).not.toEqual([]);
  });

  it('is found wrong where it is', () => {
    const { module } = tla('x', LATE);
    expect(faults(module)).toEqual([]);
    expect(faults(module.replace(/\/\\ t0_r0' = t0_r0__1\n/, ''))).toEqual(['t0_step_0_choice_0: t0_r0 is settled 0 times']);
    expect(faults(module.replace("p0' = [", "p0' = (["))).toContain('( is not closed');
    expect(faults(module.replaceAll('t0_r0', 'LET'))).toContain('LET is no name');
    expect(faults(module.replace('p0[1] < 5', 'p9[1] < 5'))).toEqual(['p9 is not declared']);
  });
});

/** Null where TLA+ cannot say it. */
function exported(world: Graph): string | null {
  try {
    return tla('random', world).module;
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

describe('refuses', () => {
  it('bits of two numbers that may both be negative, and says where', () => {
    const below = op('sub', cell(0), cell(0));
    const world = graph({ places: [{ size: 4 }], threads: [{ nodes: [{ code: [write(0, 0, op('bitand', op('bitor', below, below), 3)), goto(-1)] }] }] });
    expect(() => tla('x', world)).toThrow('cannot export t0:0: TLA+ has no bits of two numbers that may both be negative');
  });

  it('a module name that is none', () => {
    expect(() => tla('x', COUNTED, {}, 'a-b')).toThrow("'a-b' is no name for a TLA+ module");
  });

  it('no bits that are arithmetic', () => {
    const world = graph({ places: [{ size: 8 }], threads: [{ nodes: [{ code: [write(0, 0, op('bitand', op('sub', cell(0), num(1)), 7)), goto(-1)] }] }] });
    expect(tla('x', world).module).toContain("p0' = (p0 - 1) % 8");
  });
});
