/** `pterace check <scenario>`: searches one closed world and shows how it breaks. */
import type { Trace } from '../counterexamples/trace-schema.ts';
import type { Graph } from '../model/language/graph.ts';
import type { CheckOptions } from '../schedules/result.ts';
import { factsOf, findCase, type Case, type CaseFacts } from './cases.ts';
import { examineGraph, type Examined } from './examine.ts';
import { exitOf, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { CheckJson } from './json.ts';
import { isPlain, lean } from './lean.ts';
import { progressLine } from './progress.ts';
import { refuseUnwritable, saveTrace } from './save-trace.ts';
import { checkpointOption, searchOptions, type SearchFlags } from './search-flags.ts';
import { bytesPerState, peakRssPerState, rate, renderVerdict, verdictInOneLine } from './verdict.ts';

/** How the answer is shown. */
export interface AnswerFlags {
  readonly json?: boolean;
  readonly ascii?: boolean;
  /** File that the trace is written to. */
  readonly trace?: string;
}

export interface CheckFlags extends SearchFlags, AnswerFlags {}

export async function check(id: string, flags: CheckFlags, host: Host, io: Io): Promise<ExitCode> {
  const options = searchOptions(flags);
  const found = (await keptWorld(id, host)) ?? builtWorld(findCase(await host.scenarios(id), id), host, id);
  const searching = isPlain(options) ? { ...host, check: (graph: Graph, asked: CheckOptions) => lean(() => host.check(graph, asked)) } : host;
  return answer(found, { ...options, ...checkpointOption(flags.checkpoint, flags.checkpointEvery, found.facts.id) }, flags, searching, io);
}

/** What is searched. */
export interface World {
  readonly facts: CaseFacts;
  readonly graph: () => Promise<Graph>;
}

async function keptWorld(asked: string, host: Host): Promise<World | null> {
  const kept = (await host.keptWorld?.(asked)) ?? null;
  return kept && { facts: kept.facts, graph: () => Promise.resolve(kept.graph) };
}

/** `asked`: the name that it is to be kept by; without, it is not. */
export function builtWorld(c: Case, host: Host, asked?: string): World {
  const facts = factsOf(c);
  const graph = async (): Promise<Graph> => {
    const lowered = await host.lower(c.build());
    if (asked !== undefined) await host.keepWorld?.({ asked, facts, graph: lowered });
    return lowered;
  };
  return { facts, graph };
}

/** Searches and shows what came of it. */
export async function answer({ facts, graph }: World, options: CheckOptions, flags: AnswerFlags, host: Host, io: Io): Promise<ExitCode> {
  if (flags.trace !== undefined) await refuseUnwritable(flags.trace);
  const line = progressLine(io);
  let examined: Examined;
  try {
    examined = await examineGraph(facts.id, await graph(), host, { ...options, signal: io.signal, onProgress: (p) => { line.update(p); } });
  } finally {
    line.clear();
  }
  if (flags.json) printJson(io, await checkJson(facts, examined, options));
  else io.out(`${io.quiet ? verdictInOneLine(facts, examined.result) : await renderCheck(facts, examined, flags, io)}\n`);
  if (flags.trace !== undefined) await saveTrace(flags.trace, await traceOf(facts, examined), io);
  if (options.checkpoint !== undefined && examined.result.limit !== null && !io.quiet) io.err(`go on with: pterace resume ${options.checkpoint.file}\n`);
  return exitOf(examined.result.verdict);
}

/** What shows a failing run is loaded where something fails. */
async function renderCheck(c: CaseFacts, examined: Examined, flags: AnswerFlags, io: Io): Promise<string> {
  const verdict = renderVerdict(c, examined, io);
  if (examined.trace === null || examined.replay === null) return verdict;
  const { renderTrace } = await import('./render-trace.ts');
  return `${verdict}\n\n${renderTrace(examined.graph, examined.trace, examined.replay, flags, io)}`;
}

async function traceOf(c: CaseFacts, { graph, trace }: Examined): Promise<Trace | null> {
  return trace === null ? null : (await import('../counterexamples/trace.ts')).buildTrace(c.id, graph, trace.schedule, trace.moments, trace.breakage);
}

async function checkJson(c: CaseFacts, examined: Examined, options: CheckOptions): Promise<CheckJson> {
  const { result, replay } = examined;
  return {
    scenario: c.id,
    verdict: result.verdict,
    property: result.property,
    conjunct: result.conjunct,
    limit: result.limit,
    coverage: result.coverage ?? null,
    states: result.states,
    transitions: result.transitions,
    depth: result.depth,
    seconds: result.seconds,
    statesPerSecond: rate(result),
    bytesPerState: bytesPerState(result),
    peakRssBytesPerState: peakRssPerState(result),
    steps: result.schedule?.length ?? null,
    loop: result.loop?.start ?? null,
    switches: result.switches,
    shortest: (options.search ?? 'bfs') === 'bfs' && result.schedule !== null && result.reduced?.shortest !== false && result.loop?.shortest !== false,
    reduced: result.reduced === undefined ? null : { ideas: [...result.reduced.ideas], symmetries: [...result.reduced.symmetries] },
    trace: await traceOf(c, examined),
    replay,
    machine: [...c.scenario.machine],
    expected: c.expect,
    catalogueSteps: c.mutation === null ? (c.scenario.catalogueSteps ?? null) : null,
    lengthNote: c.mutation === null ? (c.scenario.lengthNote ?? null) : null,
    unreached: [...result.unreached],
    neverTruePremises: result.neverTruePremises.map((p) => ({ ...p })),
    neverRan: result.neverRan.map(({ proc, loc, text }) => ({ proc, loc: { file: loc.file, line: loc.line }, text })),
  };
}
