/** Worlds that are kept lowered: which, how many, and that a search cannot tell them from those that were just lowered. */
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { factsOf, findCase } from '../../cli/cases.ts';
import { keepWorld, keepWorldsIn, keptWorld } from '../../cli/kept-worlds.ts';
import { sharedJson } from '../../cli/shared-json.ts';
import type { Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';

const made: string[] = [];
let folder = '';
const some = findCase(scenarios, 'dirty/b03-repaired');
const graph = lower(some.build());
const keep = (asked: string, world: Graph = graph): void => { keepWorld({ asked, facts: factsOf(some), graph: world }); };

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'pterace-worlds-'));
  made.push(folder);
  keepWorldsIn(folder);
});

afterAll(() => { for (const place of made) rmSync(place, { recursive: true }); });

describe('a kept world', () => {
  it('is what was kept, by every kind of name', () => {
    for (const asked of ['dirty/b03-repaired', 'b03-repaired#clear-outside', 'matrix/fork-munmap~cpu', 'a name with spaces & \u00e9']) {
      keep(asked);
      expect(keptWorld(asked)).toEqual(JSON.parse(JSON.stringify({ asked, facts: factsOf(some), graph })));
    }
    expect(keptWorld('dirty/b03')).toBeNull();
  });

  it('is not that of another name where the file system takes both for one', () => {
    keep('B03');
    writeFileSync(path.join(folder, 'b03.json'), sharedJson({ asked: 'B03', facts: factsOf(some), graph }));
    expect(keptWorld('b03')).toBeNull();
  });

  it('is none where it is damaged, too large, of too long a name, or cannot be written', () => {
    for (const text of ['[{"asked":"b03"', '{"asked":"b03"}', '["b03"]', '[]', '["asked",[-1,0],"b03",[7,2]]']) {
      writeFileSync(path.join(folder, 'b03.json'), text);
      expect(keptWorld('b03'), text).toBeNull();
    }
    keep('large', { ...graph, name: 'x'.repeat(2 ** 20) });
    keep('x'.repeat(300));
    expect(readdirSync(folder)).toEqual(['b03.json']);
    writeFileSync(path.join(folder, 'file'), '');
    keepWorldsIn(path.join(folder, 'file'));
    keep('b03');
    expect(keptWorld('b03')).toBeNull();
  });

  it('makes room for newer ones', () => {
    for (let i = 0; i < 50; i++) {
      keep(`w${i}`, { ...graph, nodes: [] });
      utimesSync(path.join(folder, `w${i}.json`), 1000 + i, 1000 + i);
    }
    keep('newest', { ...graph, nodes: [] });
    expect(readdirSync(folder)).toHaveLength(50);
    expect([keptWorld('w0'), keptWorld('w1')?.asked, keptWorld('newest')?.asked]).toEqual([null, 'w1', 'newest']);
  });
});

describe('a search', () => {
  it.each(['dirty/b03-repaired', 'dirty/b03-clear-vs-fault', 'dirty/b01-december-2006', 'classic/peterson-2', 'classic/progress-peterson-2'])('of %s finds the same', async (id) => {
    const world = findCase(scenarios, id);
    const lowered = lower(world.build());
    keepWorld({ asked: id, facts: factsOf(world), graph: lowered });
    const fresh = await check(lowered);
    expect(await check(keptWorld(id)!.graph)).toEqual({ ...fresh, seconds: expect.any(Number) as number });
  });

  it('gets the same graph, of every fortieth scenario', () => {
    for (const scenario of scenarios.filter((_, i) => i % 40 === 0)) {
      const lowered = lower(scenario.build());
      expect(JSON.parse(JSON.stringify(lowered)), scenario.id).toEqual(lowered);
    }
  });
});
