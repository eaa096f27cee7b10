/** A trace that the user names: a file, standard input, or a replay string; re-checked against the model of today. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { Claim } from '../counterexamples/breakage.ts';
import { recheck, refuseStale, type Rechecked } from '../counterexamples/recheck.ts';
import { TraceRefused } from '../counterexamples/refused.ts';
import { decodeShort, isShortTrace, type ShortTrace } from '../counterexamples/short.ts';
import type { Graph } from '../model/language/graph.ts';
import { UsageError } from '../schedules/errors.ts';
import { allNames, caseNamed, findCase, type Case } from './cases.ts';
import { examine } from './examine.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { suggest } from './near.ts';
import { progressLine } from './progress.ts';

/** What both forms of a trace say; only the file says what it breaks. */
interface Recorded extends ShortTrace {
  readonly claim: Claim;
}

/** A failing run of a case. */
export interface FailingRun {
  readonly case: Case;
  readonly graph: Graph;
  readonly trace: Rechecked;
}

/** @throws UsageError, TraceRefused */
export async function loadTrace(source: string, host: Host, io: Io): Promise<FailingRun> {
  const recorded = await read(source, io);
  const found = await caseOf(recorded, host);
  const graph = await host.lower(found.build());
  refuseStale(graph, found.id, recorded.model);
  return { case: found, graph, trace: recheck(graph, recorded.schedule, recorded.claim, recorded.loop) };
}

/**
 * As `loadTrace`, or of the id of a case: the shortest failing run there is. For those who look at how the last state came about.
 * @throws UsageError when nothing fails, or for a run that makes no progress, which has no last state.
 */
export async function loadRun(source: string, host: Host, io: Io): Promise<FailingRun> {
  const run = await loadAny(source, host, io);
  if (run.trace.breakage.lasso === undefined) return run;
  throw new UsageError(`${run.case.id} breaks ${run.trace.breakage.property} by going on for ever: a lasso is not supported here, only pterace check and pterace replay show it`);
}

async function loadAny(source: string, host: Host, io: Io): Promise<FailingRun> {
  const scenarios = await host.scenarios(source);
  const isCase = allNames(scenarios).includes(source.split('#')[0] ?? '');
  if (!isCase && (source === '-' || isShortTrace(source) || existsSync(source))) return loadTrace(source, host, io);
  const found = caseNamed(scenarios, source);
  if (found === null) throw new UsageError(`there is no trace file and no scenario '${source}'${suggest(source, allNames(scenarios).filter((name) => !name.includes('#')))} (pterace list shows all)`);
  const line = progressLine(io);
  const { graph, result, trace } = await examine(found, host, { signal: io.signal, onProgress: (p) => { line.update(p); } }).finally(() => { line.clear(); });
  if (trace === null) throw new UsageError(`nothing fails in ${found.id}: its verdict is ${result.verdict}`);
  return { case: found, graph, trace };
}

async function read(source: string, io: Io): Promise<Recorded> {
  const text = isShortTrace(source) ? source : await readText(source, io);
  if (isShortTrace(text)) return { ...decodeShort(text), claim: {} };
  const { parseTrace } = await import('../counterexamples/parse.ts');
  const trace = parseTrace(text, source === '-' ? 'standard input' : source);
  const schedule = trace.schedule.map(([thread, choice]) => ({ thread, choice }));
  return { scenario: trace.scenario, model: trace.model, schedule, loop: trace.loop ?? null, claim: { property: trace.property, conjunct: trace.conjunct } };
}

async function readText(file: string, io: Io): Promise<string> {
  if (file === '-') return io.input();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(missing ? `no trace file '${file}' (and a replay string starts with 'pterace:1:')` : `cannot read ${file}: ${(error as NodeJS.ErrnoException).code === 'EISDIR' ? 'it is a folder' : (error as Error).message}`);
  }
}

async function caseOf(recorded: Recorded, host: Host): Promise<Case> {
  try {
    return findCase(await host.scenarios(recorded.scenario), recorded.scenario);
  } catch (error) {
    if (error instanceof UsageError) throw new TraceRefused('unknown', `the trace is of an ${error.message}`);
    throw error;
  }
}
