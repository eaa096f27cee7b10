/**
 * How fast and how small the search is beside Spin's and Rumur's on the same worlds: `npm run bench`. Every checker is built
 * once, then all run in turn, as often as asked, and medians count. Needs the Debian packages spin, rumur, gcc and time.
 * Writes bench/results; docs/performance.md shows what is there (npm run docs).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { parseCount, parseSeconds } from '../cli/numbers.ts';
import { refuseMissing } from '../cli/crosscheck-run.ts';
import { findCase } from '../cli/cases.ts';
import { lower } from '../model/language/lower.ts';
import { scenarios } from '../model/scenarios/index.ts';
import { UsageError } from '../schedules/errors.ts';
import { chart } from './chart.ts';
import type { Built, Contestant, Question, Run } from './contestant.ts';
import { CONTESTANTS } from './contestants.ts';
import { resultsSchema, wrong, type Results } from './results.ts';
import { circumstances, table } from './table.ts';

const ROOT = path.join(import.meta.dirname, '..');

interface Flags {
  readonly runs: number;
  readonly tools: string;
  readonly only?: readonly string[];
  readonly scenario: readonly string[];
  readonly output: string;
  readonly slow: number;
}

const flags = new Command('bench')
  .description('search the same worlds with pterace, Spin and Rumur, and compare time and memory')
  .option('--scenario <ids...>', 'which worlds', ['dirty/3cpu-2mm-reclaim', 'dirty/3cpu-2mm-today'])
  .option('--tools <names>', 'which checkers, with commas between', 'pterace,spin,rumur')
  .option('--only <names...>', 'only rows of these names')
  .option('--runs <n>', 'runs of each', parseCount, 5)
  .option('--slow <seconds>', 'what takes longer runs once', parseSeconds, 60)
  .option('--output <folder>', 'where results go', path.join(ROOT, 'bench', 'results'))
  .parse()
  .opts<Flags>();

// The checker that runs gets Ctrl-C too and ends, which is an error here: the folder is cleared away on the way out.
process.on('SIGINT', () => undefined);
try {
  await main(flags);
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function main({ scenario, tools, only, runs, slow, output }: Flags): Promise<void> {
  const asked = tools.split(',');
  const unknown = asked.find((t) => !CONTESTANTS.some((c) => c.tool === t));
  if (unknown !== undefined) throw new UsageError(`unknown tool '${unknown}' (--tools takes pterace, spin, rumur, with commas between)`);
  const contestants = CONTESTANTS.filter((c) => asked.includes(c.tool) && (only?.includes(c.name) ?? true));
  if (contestants.length === 0) throw new UsageError(`no row is called ${(only ?? []).join(' or ')} (there are ${CONTESTANTS.map((c) => c.name).join('; ')})`);
  await refuseMissing(['time', ...programsOf(contestants)]);
  mkdirSync(output, { recursive: true });
  for (const id of scenario) {
    const results = compare(id, contestants, runs, slow);
    const file = path.join(output, id.replaceAll('/', '-'));
    writeFileSync(`${file}.json`, `${JSON.stringify(results, null, 2)}\n`);
    writeFileSync(`${file}.svg`, chart(results));
    console.log(`\n${circumstances(results)}\n\n${table(results)}\n`);
    for (const row of wrong(results)) {
      console.log(`${row.name} does not count what is recorded: ${row.runs.map((r) => `${r.states} / ${r.transitions}`).join(', ')}`);
      process.exitCode = 1;
    }
  }
}

function compare(id: string, contestants: readonly Contestant[], runs: number, slow: number): Results {
  const load = os.loadavg()[0]!;
  const recorded = (JSON.parse(readFileSync(path.join(ROOT, 'model', 'scenarios', 'expected.json'), 'utf8')) as Record<string, { states: number; transitions: number } | undefined>)[id];
  const graph = lower(findCase(scenarios, id).build());
  if (recorded === undefined) throw new UsageError(`${id} has no recorded counts (pterace verify --update records them)`);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'pterace-bench-'));
  try {
    const built = contestants.flatMap((c, i) => build(c, { id, graph, states: recorded.states }, path.join(folder, String(i))));
    for (let round = 0; round < runs; round++) {
      for (const b of built) if (round === 0 || b.runs[0]!.seconds <= slow) b.runs.push(told(b.contestant, round, b.built.run()));
    }
    const rows = built.map(({ contestant: { tool, name, how, reduces }, built: { seconds }, runs: all }) => ({ tool, name, how, reduces, buildSeconds: seconds, runs: all }));
    return resultsSchema.parse({ scenario: id, states: recorded.states, transitions: recorded.transitions, machine: machine(load, programsOf(contestants)), rows });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Entered {
  readonly contestant: Contestant;
  readonly built: Built;
  readonly runs: Run[];
}

/** A flag that the command does not know yet leaves its row out. */
function build(contestant: Contestant, question: Question, folder: string): Entered[] {
  mkdirSync(folder);
  console.log(`building ${contestant.name}`);
  try {
    return [{ contestant, built: contestant.build(question, folder), runs: [] }];
  } catch (error) {
    if (contestant.tool !== 'pterace') throw error;
    console.log(`left out: ${(error as Error).message}`);
    return [];
  }
}

function told({ name }: Contestant, round: number, run: Run): Run {
  console.log(`run ${round + 1}: ${name.padEnd(30)} ${run.seconds.toFixed(2)} s, ${(run.rssBytes / run.states).toFixed(1)} bytes/state, ${run.states} states`);
  return run;
}

/** Others' programs that the contestants need. */
function programsOf(contestants: readonly Contestant[]): string[] {
  return [...new Set(contestants.flatMap(({ tool }) => (tool === 'pterace' ? [] : [tool, 'gcc'])))];
}

/** Of a program's own words, the version. */
function version(program: string): string {
  const said = execFileSync(program, [program === 'spin' ? '-V' : '--version'], { encoding: 'utf8' });
  return /\d+\.\d+[\w.+-]*/.exec(said)?.[0] ?? 'unknown';
}

function machine(load: number, programs: readonly string[]): Results['machine'] {
  return {
    date: new Date().toISOString().slice(0, 10),
    commit: execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    cpu: os.cpus()[0]?.model ?? 'unknown', cores: os.availableParallelism(), memoryBytes: os.totalmem(), system: `${os.type()} ${os.arch()}`,
    load,
    versions: { Node: process.versions.node, ...Object.fromEntries(programs.map((p) => [p, version(p)])) },
  };
}
