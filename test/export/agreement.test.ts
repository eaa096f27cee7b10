/** Spin and Rumur, where installed, count and judge exported graphs as the packed engine does. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compare } from '../../cli/crosscheck-compare.ts';
import { installed } from '../../cli/crosscheck-run.ts';
import { TOOLS, type ToolName } from '../../cli/crosscheck-tools.ts';
import type { Graph } from '../../model/language/graph.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { check } from '../../schedules/check.ts';
import { graphs } from '../schedules/graphs.ts';
import { COUNTED, LATE, STUCK } from './worlds.ts';

const { signal } = new AbortController();
const present = new Set<string>();
for (const program of ['spin', 'rumur', 'gcc']) if (await installed(program)) present.add(program);
const absent = (tool: ToolName): string[] => TOOLS[tool].programs.filter((p) => !present.has(p));

/** Answers the tools that could be asked. */
async function agree(world: Graph, tools: readonly ToolName[]): Promise<string[]> {
  const result = await check(world);
  const { ours, theirs } = await compare(world.name, world, result, tools, signal);
  const asked = theirs.filter((t) => !(t.tool === 'spin-processes' && t.differences.some(isRefusal)));
  for (const t of asked) expect([t.tool, t.differences, ours]).toEqual([t.tool, [], ours]);
  return asked.map((t) => t.tool);
}

/** The one thing that a process a thread may refuse; the other form of the export has to do. */
function isRefusal(difference: string): boolean {
  return difference.startsWith('cannot export') && difference.endsWith('(--form rules can)');
}

describe.each(Object.keys(TOOLS) as ToolName[])('%s', (tool) => {
  const missing = absent(tool);
  const name = (text: string): string => (missing.length === 0 ? text : `${text} (skipped: ${missing.join(', ')} not installed)`);
  const testHere = test.skipIf(missing.length > 0);

  testHere(name('counts a world counted by hand'), { timeout: 60_000 }, async () => {
    await expect(TOOLS[tool].ask({ id: 'hand', graph: COUNTED, states: 3, failing: false, selection: { claim: 'P/P.0' } }, signal))
      .resolves.toEqual({ fails: null, states: 3, transitions: 5, steps: null });
  });

  testHere(name('finds a shortest violation, and a deadlock by our rule'), { timeout: 60_000 }, async () => {
    await agree(LATE, [tool]);
    await agree(STUCK, [tool]);
  });

  testHere(name('is heard when it disagrees'), { timeout: 60_000 }, async () => {
    const result = await check(LATE);
    const longer = { ...result, schedule: [...result.schedule!, { thread: 0, choice: 0 }] };
    const other = { ...result, property: 'P', conjunct: 'P.0' };
    const heard = await Promise.all([longer, other].map(async (r) => (await compare('late', LATE, r, [tool], signal)).theirs[0]!.differences));
    expect(heard).toEqual([['steps: 1, not 2'], ['holds, not violated P/P.0']]);
  });
});

const missing = (Object.keys(TOOLS) as ToolName[]).filter((tool) => absent(tool).length > 0);
const reason = missing.length === 0 ? '' : ' (skipped: not all of spin, rumur and gcc are installed)';

test.skipIf(missing.length > 0)(`random graphs${reason}`, { timeout: 240_000 }, async () => {
  const seed = process.env['CI'] === undefined ? {} : { seed: 20060925 };
  let processes = 0;
  await fc.assert(fc.asyncProperty(graphs, async (world) => {
    fc.pre((await check(world, { maxStates: 3000 })).verdict !== 'incomplete');
    const asked = await agree(world, Object.keys(TOOLS) as ToolName[]);
    expect(asked).toEqual(expect.arrayContaining(['spin', 'rumur']));
    if (asked.includes('spin-processes')) processes++;
  }), { numRuns: 15, endOnFailure: true, ...seed });
  expect(processes).toBeGreaterThan(7);
});

const SMALL = ['dirty/a4.10-discard', 'dirty/a4.10-discard-repaired', 'dirty/a4.10-read-then-write'];

test.skipIf(missing.length > 0).each(SMALL)(`%s${reason}`, { timeout: 60_000 }, async (id) => {
  await agree(lower(scenarios.find((s) => s.id === id)!.build()), Object.keys(TOOLS) as ToolName[]);
});
