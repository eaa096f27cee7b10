/** `pterace explain <trace|scenario>`: what broke, which accesses raced, and the window that let them. */
import { explain, type Explanation } from '../counterexamples/explain/explanation.ts';
import { renderCommit } from '../counterexamples/explain/commit.ts';
import { renderExplanation } from '../counterexamples/explain/text.ts';
import { renderClosing } from '../counterexamples/closing.ts';
import { fold } from '../counterexamples/fold.ts';
import { encodeShort } from '../counterexamples/short.ts';
import { style } from '../counterexamples/style.ts';
import type { Scenario } from '../model/scenario.ts';
import type { RepairSearch } from '../counterexamples/repairs.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun, type FailingRun } from './failing-run.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ExplainJson } from './json-explain.ts';
import { many } from './numbers.ts';
import { progressLine } from './progress.ts';
import { tryRepairs } from './repairs.ts';
import { propertyName } from './verdict.ts';

export interface ExplainFlags {
  readonly format: 'text' | 'commit';
  /** Of each search. */
  readonly maxStates: number;
  /** Try small changes too. */
  readonly repairs: boolean;
  readonly json?: boolean;
  readonly ascii?: boolean;
}

export async function explainRun(source: string, flags: ExplainFlags, host: Host, io: Io): Promise<ExitCode> {
  const run = await loadRun(source, host, io);
  const line = progressLine(io);
  let found: Explanation;
  try {
    found = await explain(run.graph, run.trace, { maxStates: flags.maxStates, signal: io.signal, onProgress: (p) => { line.update(p); } });
  } finally {
    line.clear();
  }
  // A commit message tells what is wrong; what repairs it is the commit.
  const changes = flags.repairs && (flags.json === true || flags.format === 'text') ? await tryRepairs(run, flags.maxStates, io) : null;
  const repaired = { scenarios: siblings(run, await host.scenarios()), changes };
  if (flags.json) printJson(io, explainJson(run, found, repaired));
  else io.out(`${flags.format === 'commit' ? commitText(run, found) : fullText(run, found, repaired, flags, io)}\n`);
  return io.signal.aborted ? EXIT.incomplete : EXIT.ok;
}

interface Repaired {
  readonly scenarios: readonly string[];
  /** Null when none were tried. */
  readonly changes: RepairSearch | null;
}

/** Scenarios of the same entry of the catalogue that hold: the repairs that history chose. */
function siblings({ case: c }: FailingRun, all: readonly Scenario[]): string[] {
  const { entry, id } = c.scenario;
  if (c.mutation !== null) return c.scenario.expect.verdict === 'holds' ? [id] : [];
  return all.filter((s) => entry !== undefined && s.entry === entry && s.expect.verdict === 'holds').map((s) => s.id);
}

const replayOf = ({ case: c, graph, trace }: FailingRun): string => encodeShort(c.id, graph.hash, trace.schedule);

function commitText(run: FailingRun, found: Explanation): string {
  const { case: c, graph, trace } = run;
  const title = c.mutation ?? c.scenario.title;
  return renderCommit(graph, trace, found, { scenario: c.id, title, kernel: c.scenario.kernel, replay: replayOf(run) });
}

function fullText(run: FailingRun, found: Explanation, repaired: Repaired, flags: ExplainFlags, io: Io): string {
  const { case: c, graph, trace } = run;
  const look = { width: io.width, style: style({ color: io.color, ascii: flags.ascii === true }) };
  const { colors } = look.style;
  const name = propertyName(trace.breakage);
  return [
    `${colors.bold(c.id)}  ${colors.red(name)} in ${trace.schedule.length} steps`, '',
    renderClosing(trace.breakage, io.width, look.style), '',
    renderExplanation(graph, trace, found, look), '',
    ...repairText(run, repaired, io), '',
    `${colors.dim('the trace:')} pterace replay '${replayOf(run)}'`,
  ].join('\n');
}

function repairText({ case: c }: FailingRun, { scenarios, changes }: Repaired, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const named = scenarios.length === 0 ? [] : fold(`as history did it: ${scenarios.join(', ')}`, io.width, 2);
  if (changes === null && named.length === 0) return [];
  const undecided = changes !== null && changes.undecided > 0 ? `, ${changes.undecided} with too many states to search` : '';
  const sum = changes === null ? [] : fold(`${many(changes.tried, 'small change')} tried${undecided}${changes.repairs.length === 0 ? ': none repairs it' : ` (pterace repairs ${c.id} shows these as diffs)`}`, io.width, 2);
  const each = changes?.repairs.flatMap((r) => fold(`${r.change.proc}: ${colors.bold(r.change.what)}; ${many(r.states, 'state')} hold`, io.width, 4)) ?? [];
  return [colors.bold('what repairs it'), ...named, ...sum, ...each];
}

function explainJson(run: FailingRun, { races, tried }: Explanation, repaired: Repaired): ExplainJson {
  const { case: c, graph, trace } = run;
  return {
    scenario: c.id, property: trace.breakage.property, conjunct: trace.breakage.conjunct, steps: trace.schedule.length,
    races: races.map((r) => ({ place: r.place, first: { ...r.first }, second: { ...r.second }, orderedBy: [...r.orderedBy] })),
    tried: tried.map(({ thread, window, cut }) => {
      const { name, cpu } = graph.threads[thread]!;
      return { thread: name, cpu, cut, window: window === null ? null : { after: window.after, before: window.before, inside: [...window.inside], states: window.states } };
    }),
    repaired: [...repaired.scenarios],
    repairs: repaired.changes === null ? null : {
      tried: repaired.changes.tried, complete: !repaired.changes.interrupted && repaired.changes.undecided === 0,
      found: repaired.changes.repairs.map((r) => ({ proc: r.change.proc, what: r.change.what, states: r.states })),
    },
    replay: replayOf(run),
  };
}
