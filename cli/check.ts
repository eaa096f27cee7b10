/** `pterace check <scenario>`: searches one closed world and shows how it breaks. */
import { renderClosing } from '../counterexamples/closing.ts';
import { renderColumns } from '../counterexamples/columns.ts';
import type { Rechecked } from '../counterexamples/recheck.ts';
import { style } from '../counterexamples/style.ts';
import { buildTrace } from '../counterexamples/trace.ts';
import type { Trace } from '../counterexamples/trace-schema.ts';
import type { Graph } from '../model/language/graph.ts';
import type { CheckOptions } from '../schedules/result.ts';
import { findCase, type Case } from './cases.ts';
import { examine, type Examined } from './examine.ts';
import { exitOf, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { CheckJson } from './json.ts';
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
  const found = findCase(await host.scenarios(id), id);
  return answer(found, { ...options, ...checkpointOption(flags.checkpoint, flags.checkpointEvery, found.id) }, flags, host, io);
}

/** Searches and shows what came of it. */
export async function answer(found: Case, options: CheckOptions, flags: AnswerFlags, host: Host, io: Io): Promise<ExitCode> {
  if (flags.trace !== undefined) await refuseUnwritable(flags.trace);
  const line = progressLine(io);
  let examined: Examined;
  try {
    examined = await examine(found, host, { ...options, signal: io.signal, onProgress: (p) => { line.update(p); } });
  } finally {
    line.clear();
  }
  if (flags.json) printJson(io, checkJson(found, examined, options));
  else io.out(`${io.quiet ? verdictInOneLine(found, examined.result) : renderCheck(found, examined, flags, io)}\n`);
  if (flags.trace !== undefined) await saveTrace(flags.trace, traceOf(found, examined), io);
  if (options.checkpoint !== undefined && examined.result.limit !== null && !io.quiet) io.err(`go on with: pterace resume ${options.checkpoint.file}\n`);
  return exitOf(examined.result.verdict);
}

function renderCheck(c: Case, examined: Examined, flags: AnswerFlags, io: Io): string {
  const verdict = renderVerdict(c, examined, io);
  if (examined.trace === null || examined.replay === null) return verdict;
  return `${verdict}\n\n${renderTrace(examined.graph, examined.trace, examined.replay, flags, io)}`;
}

/** The trace in columns, what broke, and the string that replays it. */
export function renderTrace(graph: Graph, trace: Rechecked, replay: string, flags: { readonly ascii?: boolean }, io: Io): string {
  const look = style({ color: io.color, ascii: flags.ascii === true });
  return [
    renderColumns(graph, trace.moments, io.width, look, trace.breakage.lasso?.start),
    '',
    renderClosing(trace.breakage, io.width, look),
    '',
    `${look.colors.dim('again:')} pterace replay '${replay}'`,
  ].join('\n');
}

function traceOf(c: Case, { graph, trace }: Examined): Trace | null {
  return trace === null ? null : buildTrace(c.id, graph, trace.schedule, trace.moments, trace.breakage);
}

function checkJson(c: Case, examined: Examined, options: CheckOptions): CheckJson {
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
    trace: traceOf(c, examined),
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
