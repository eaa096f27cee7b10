/** pterace shrink, and the ids of smaller worlds. */
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { findCase } from '../../cli/cases.ts';
import { realHost } from '../../cli/host.ts';
import { shrinkSchema } from '../../cli/json-shrink.ts';
import { parseTrace } from '../../counterexamples/parse.ts';
import { lower } from '../../model/language/lower.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { runFake } from '../fake.ts';

const run = (...argv: string[]): ReturnType<typeof runFake> => runFake(argv, { ...realHost, saved: null } as never);
const folder = mkdtempSync(path.join(tmpdir(), 'pterace-shrink-'));

describe('shrink', () => {
  it('says what of the world and of the run is left, and writes a trace that replays', async () => {
    const [long, short] = [path.join(folder, 'long.json'), path.join(folder, 'short.json')];
    await run('check', 'classic/bakery-3#no-doorway', '--search', 'dfs', '--trace', long);
    const { code, out } = await run('shrink', long, '-o', short);
    expect(code).toBe(0);
    expect(out).toMatch(/fails as {2}mutex\/at most one inside\n.*before {3}after\n {2}CPUs +3 +2\n {2}threads +3 +2 {2}without p0\n[^]*steps +22 +14 {2}proved shortest/);
    expect(out).toContain('world  classic/bakery-3#no-doorway~p0');
    const trace = parseTrace(readFileSync(short, 'utf8'), short);
    expect([trace.scenario, trace.schedule.length]).toEqual(['classic/bakery-3#no-doorway~p0', 14]);
    const replayed = await run('replay', short);
    expect([replayed.code, replayed.out.includes("pterace:1:classic/bakery-3#no-doorway~p0:")]).toEqual([0, true]);
    const again = shrinkSchema.parse(JSON.parse((await run('shrink', short, '--json')).out));
    expect([again.world, again.removed, again.after.steps]).toEqual(['classic/bakery-3#no-doorway~p0', [], 14]);
  });

  it('takes a scenario, and a limit that leaves things undecided', async () => {
    const { out } = await run('shrink', 'classic/bakery-3#no-doorway', '--max-states', '3');
    expect(out).toMatch(/locally minimal/);
    expect(out).toMatch(/not decided, because a search/);
  });

  it('stops when it is told to, and says so', async () => {
    const { code, out } = await runFake(['shrink', 'pterace:1:fake/unlocked:aaaaaaaa:ab2a.mqb7'], undefined, { signal: AbortSignal.abort() });
    expect([code, out.includes('interrupted: more of it may not be needed')]).toEqual([3, true]);
  });

  it.each([
    ['classic/dekker', /nothing fails in classic\/dekker: its verdict is holds/],
    ['nowhere.json', /no trace file and no scenario 'nowhere.json'/],
    ['classic/bakery-3#no-doorway~p7', /has no part 'p7'; did you mean p0.*\(it has p0, p1, p2\)/],
    ['classic/bakery-3#no-doorway~p0~p1~p2', /cannot be built without p0, p1, p2: too little is left/],
  ])('refuses %s', async (source, message) => {
    const { code, err } = await run('shrink', source);
    expect([code, message.test(err)]).toEqual([2, true]);
  });
});

describe('a smaller world', () => {
  it('keeps the names of what is left, and is the same in whatever order it is cut', () => {
    const world = (id: string): { readonly hash: string; readonly threads: readonly string[] } => {
      const { hash, threads } = lower(findCase(scenarios, id).build());
      return { hash, threads: threads.map((t) => t.name) };
    };
    const one = world('dirty/4cpu-2mm#no-flush~cpu1~fill2.0~pdflush@1');
    expect(one).toEqual(world('4cpu-2mm#no-flush~pdflush@1~fill2.0~cpu1'));
    expect(one.threads).toEqual(['program0', 'program1', 'pdflush', 'ipi0', 'fill0.0', 'evict0.0', 'ipi2', 'evict2.0']);
  });

  it('has fewer mms and frames only from the last on', () => {
    const { whole } = findCase(scenarios, 'dirty/reclaim');
    expect(whole.parts).toEqual(['cpu0', 'cpu1', 'cpu2', 'mm1', 'pfn1']);
    expect(whole.without!(['mm1'])).toBeNull();
    const left = whole.without!(['cpu1', 'mm1', 'pfn1'])!;
    expect(Object.fromEntries(left.types.flatMap((t) => (t.kind === 'index' ? [[t.name, t.size]] : [])))).toMatchObject({ cpu_t: 3, mm_t: 1, pfn_t: 1 });
  });
});
