/** `pterace mutate <pattern>`: one mistake after the other in the procedures of scenarios that hold; each should be noticed. */
import { availableParallelism } from 'node:os';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { Board } from './board.ts';
import { matchCases } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { complaints } from './mutation-complaints.ts';
import { catalogue, holds } from './mutation-catalogue.ts';
import { strongest, type Judged, type Judges, type Mistake } from './mutation.ts';
import type { MutationRecord } from './mutation-record.ts';
import { mutateJson, renderMutate, type MutationRun } from './mutation-report.ts';
import { refuseUnwritable } from './save-trace.ts';

export interface MutateFlags {
  readonly json?: boolean;
  readonly html?: string;
  /** States that the search of one mutant may have. */
  readonly budget: number;
  readonly jobs?: number;
  /** Asks every world of every mutant, not up to the first that kills it. */
  readonly allScenarios?: boolean;
  /** Only mutants that are recorded as killed, in the scenario that killed them. */
  readonly recheck?: boolean;
  readonly update?: boolean;
}

export async function mutate(pattern: string | undefined, flags: MutateFlags, host: Host, io: Io): Promise<ExitCode> {
  if (flags.update && flags.recheck) throw new UsageError('--update contradicts --recheck: only whole runs are recorded');
  if (flags.html !== undefined) await refuseUnwritable(flags.html, '--html', 'the report');
  const start = performance.now();
  const selection = await select(pattern, flags, host);
  if (flags.update && !selection.whole) throw new UsageError(`--update records a whole folder of scenarios: mutate '${selection.folder}/*' --update`);
  const judged = await judgeAll(selection, flags, host, io);
  const explanations = (await host.mutationReasons?.(selection.folder)) ?? {};
  const interrupted = judged.length < selection.mistakes.length;
  const { folder, names, whole } = selection;
  const run: MutationRun = {
    folder, worlds: selection.worlds.map((w) => w.id), leftOut: selection.leftOut, budget: flags.budget, judged, unjudged: names.length - judged.length,
    interrupted, recheck: flags.recheck === true, seconds: (performance.now() - start) / 1000, explanations,
    complaints: interrupted ? [] : complaints({ judged, names, whole, recheck: flags.recheck === true, explanations, record: flags.update ? null : selection.record }),
  };
  if (flags.update && !run.interrupted) await host.saveMutations?.(folder, judged);
  if (flags.html !== undefined) await (await import('./mutation-html.ts')).writeReport(flags.html, run, selection.worlds, io);
  if (flags.json) printJson(io, mutateJson(run));
  else io.out(`${renderMutate(run, io)}\n`);
  if (run.complaints.length > 0) return EXIT.failed;
  return run.interrupted ? EXIT.incomplete : EXIT.ok;
}

interface Selection {
  /** `dirty`. */
  readonly folder: string;
  /** Smallest first. */
  readonly worlds: readonly Scenario[];
  /** Ids of worlds that match and are larger than the budget. */
  readonly leftOut: readonly string[];
  /** All scenarios of the folder that hold were asked for. */
  readonly whole: boolean;
  readonly mistakes: readonly Mistake[];
  /** Names of all mutants of these worlds; a recheck judges less. */
  readonly names: readonly string[];
  readonly record: MutationRecord | null;
}

async function select(pattern: string | undefined, flags: MutateFlags, host: Host): Promise<Selection> {
  const scenarios = await host.scenarios();
  const matched = [...new Set(matchCases(scenarios, pattern).map((c) => c.scenario))];
  const good = matched.filter(holds);
  if (good.length === 0) throw new UsageError(`${matched[0]!.id} is declared ${matched[0]!.expect.verdict}: only in a scenario that holds does a mutant say something`);
  const folders = new Set(good.map((s) => s.id.split('/')[0]!));
  if (folders.size > 1) throw new UsageError(`'${pattern ?? ''}' matches scenarios of ${[...folders].join(' and ')}: one folder at a time, such as '${[...folders][0]}/*'`);
  const [folder = ''] = folders;
  const siblings = scenarios.filter((s) => holds(s) && s.id.startsWith(`${folder}/`));
  const expected = await host.expected();
  const fits = (s: Scenario): boolean => (expected[s.id]?.states ?? 0) <= flags.budget;
  const worlds = bySize(good.filter(fits), expected);
  if (worlds.length === 0) throw new UsageError(`${good[0]!.id} has more than ${flags.budget} states: a larger --budget lets it in`);
  const ids = new Set(worlds.map((w) => w.id));
  const record = (await host.mutationRecord?.(folder)) ?? null;
  const here = catalogue(siblings).map((m) => ({ ...m, worlds: worlds.filter((w) => m.worlds.includes(w.id)).map((w) => w.id) })).filter((m) => m.worlds.length > 0);
  const mistakes = flags.recheck ? rechecked(here, record, folder) : here;
  return { folder, worlds, leftOut: good.filter((s) => !ids.has(s.id)).map((s) => s.id), whole: good.length === siblings.length, mistakes, names: here.map((m) => m.name), record };
}

function bySize(scenarios: readonly Scenario[], expected: Expected): Scenario[] {
  const size = (s: Scenario): number => expected[s.id]?.states ?? Infinity;
  return [...scenarios].sort((a, b) => (size(a) === size(b) ? 0 : size(a) - size(b)));
}

/** Those recorded as killed, each in the world that killed it. */
function rechecked(mistakes: readonly Mistake[], record: MutationRecord | null, folder: string): Mistake[] {
  if (record === null) throw new UsageError(`nothing is recorded of the mutants of ${folder}: mutate '${folder}/*' --update`);
  return mistakes.flatMap((m) => {
    const known = record.mutants[m.name];
    return known?.fate === 'killed' && m.worlds.includes(known.world) ? [{ ...m, worlds: [known.world] }] : [];
  });
}

/** Less than all when interrupted. */
async function judgeAll({ mistakes, record }: Selection, flags: MutateFlags, host: Host, io: Io): Promise<Judged[]> {
  const { judgeAlone } = await import('./mutation-bench.ts');
  const jobs = Math.min(flags.jobs ?? availableParallelism(), mistakes.length);
  const judges = jobs > 1 && host.judges !== undefined ? await host.judges(jobs, io.signal) : judgeAlone(host, io.signal);
  const board = new Board(io, mistakes.length);
  const waiting = mistakes.map((mistake, i) => ({ mistake, i }));
  const found = new Map<number, Judged>();
  const runner = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && !io.signal.aborted; next = waiting.shift()) {
      const one = await judgeOne(next.mistake, { record, flags, judges, board });
      if (one !== null) found.set(next.i, one);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, jobs) }, runner));
  } finally {
    board.clear();
    await judges.end();
  }
  return mistakes.flatMap((_, i) => found.get(i) ?? []);
}

interface Around {
  readonly record: MutationRecord | null;
  readonly flags: MutateFlags;
  readonly judges: Judges;
  readonly board: Board;
}

/** The world that killed it last is asked first: most often it does again. */
async function judgeOne(mistake: Mistake, { record, flags, judges, board }: Around): Promise<Judged | null> {
  const last = record?.mutants[mistake.name];
  const worlds = last?.fate === 'killed' && mistake.worlds.includes(last.world) ? [last.world, ...mistake.worlds.filter((w) => w !== last.world)] : mistake.worlds;
  board.begin(mistake.name);
  const outcomes = await judges.judge({ key: mistake.key, worlds, all: flags.allScenarios === true, budget: flags.budget });
  board.end(mistake.name);
  return outcomes === null ? null : { mistake, outcome: strongest(outcomes), outcomes };
}
