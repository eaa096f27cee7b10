/** `pterace matrix`: agents against each other, a search for every cell. */
import { availableParallelism } from 'node:os';
import type { Agent, CellName, Field, Kind } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import { UsageError } from '../schedules/errors.ts';
import { IDEAS } from '../schedules/reduce/ideas.ts';
import { allCases, type Case } from './cases.ts';
import type { Limits, Searched } from './crew.ts';
import { countDifferences, verdictDifferences } from './declared.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { hire } from './hire.ts';
import type { Counts, Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { FieldJson, MatrixJson } from './json-matrix.ts';
import { renderMatrix } from './matrix-report.ts';
import { suggest } from './near.ts';
import { output } from './output.ts';
import { refuseUnwritable } from './save-trace.ts';
import { limits, type LimitFlags } from './search-flags.ts';
import { sideBySide } from './side-by-side.ts';
import { LIMITS } from './verdict.ts';

export interface MatrixFlags extends LimitFlags {
  readonly kinds?: string;
  readonly triples?: boolean;
  readonly svg?: string;
  readonly check?: boolean;
  readonly update?: boolean;
  readonly jobs?: number;
  readonly json?: boolean;
}

type Cell = FieldJson['cells'][number];

/** A triple that is not searched to its end by then says so. */
const TRIPLE_STATES = 300_000;

export async function matrix(names: readonly string[], flags: MatrixFlags, host: Host, io: Io): Promise<ExitCode> {
  if (host.matrix === undefined) throw new UsageError('there is no matrix here');
  const bounds = limits(flags);
  refuseContradictions(flags, bounds);
  if (flags.svg !== undefined) await refuseUnwritable(flags.svg, '--svg', 'the heat map');
  const model = await host.matrix();
  const fields = fieldsOf(model, names, flags);
  const recorded = (await host.expectedCells?.()) ?? {};
  const start = performance.now();
  const cells = await searchAll(fields, model, { bounds: boundsOf(flags, bounds), recorded: flags.check === true ? recorded : null, jobs: flags.jobs }, host, io);
  const answer = answerOf(fields, cells, model, (performance.now() - start) / 1000);
  if (flags.update) await host.saveCells?.(updated(recorded, answer, model));
  if (flags.svg !== undefined) await output(flags.svg, (await import('./matrix-svg.ts')).heatMap(answer), io);
  if (flags.json) printJson(io, answer);
  else io.out(`${renderMatrix(answer, io)}\n`);
  return exitCode(answer);
}

function refuseContradictions(flags: MatrixFlags, bounds: Limits): void {
  const cut = Object.keys(bounds).length > 0;
  if (flags.update && (cut || flags.triples)) throw new UsageError('--update contradicts a limit and --triples: only whole searches of pairs are recorded');
  if (flags.check && (cut || flags.triples)) throw new UsageError('--check contradicts a limit and --triples: only whole searches of pairs are recorded');
  if (flags.svg !== undefined && flags.triples) throw new UsageError('--svg draws pairs, and --triples asks for triples');
}

const boundsOf = (flags: MatrixFlags, bounds: Limits): Limits => (flags.triples === true ? { maxStates: TRIPLE_STATES, ...bounds, reduce: IDEAS } : bounds);

/** None named: all. One: its row. Several: those among themselves, and for triples those that have all of them if there are but two. */
function fieldsOf({ agents, choices, fieldOf, KINDS }: typeof Matrix, names: readonly string[], flags: MatrixFlags): Field[] {
  const asked = names.map((name) => known('agent', name, agents.map((a) => a.id)));
  const kinds = (flags.kinds === undefined ? KINDS : flags.kinds.split(',').map((name) => known('kind of memory', name, KINDS))) as readonly Kind[];
  const size = flags.triples === true ? 3 : 2;
  const among = asked.length >= size ? agents.filter((a) => asked.includes(a.id)) : agents;
  const has = (field: readonly Agent[]): boolean => asked.length >= size || asked.every((id) => field.some((a) => a.id === id));
  const different = (field: readonly Agent[]): boolean => size === 2 || new Set(field).size === size;
  return choices(among, size).filter((field) => has(field) && different(field)).map((field) => fieldOf(field, kinds));
}

function known<T extends string>(what: string, name: string, names: readonly T[]): T {
  const found = names.find((one) => one === name);
  if (found === undefined) throw new UsageError(`there is no ${what} '${name}'${suggest(name, names)} (there are ${names.join(', ')})`);
  return found;
}

interface Plan {
  readonly bounds: Limits;
  /** Null: states are not compared. */
  readonly recorded: Expected | null;
  readonly jobs: number | undefined;
}

/** By id; without those that Ctrl-C kept from being begun or ended. */
async function searchAll(fields: readonly Field[], model: typeof Matrix, plan: Plan, host: Host, io: Io): Promise<ReadonlyMap<string, Cell>> {
  const names = fields.flatMap((f) => f.cells);
  const cases = new Map(names.map((cell): [Case, CellName] => [allCases([model.cellScenario(cell)])[0]!, cell]));
  const jobs = Math.max(1, Math.min(plan.jobs ?? availableParallelism(), cases.size));
  const crew = await hire(jobs, host, io);
  try {
    const found = await sideBySide({ cases: [...cases.keys()], jobs: crew.jobs }, io, async (c, board) => {
      const answer = await crew.crew.search(c, plan.bounds, (p) => { board.update(c.id, p); });
      if ('broken' in answer) throw new Error(`${c.id}: ${answer.broken}`);
      return answer.result.limit === 'interrupted' ? null : cellOf(c, cases.get(c)!, answer, plan.recorded, model);
    });
    return new Map([...found.values()].map((cell) => [cell.id, cell]));
  } finally {
    await crew.crew.end();
  }
}

function cellOf(c: Case, { kind, start }: CellName, { result, replay }: Searched, recorded: Expected | null, model: typeof Matrix): Cell {
  const whole = result.limit === null;
  // A reduced search may find another failure, or a longer trace to the same.
  const differences = [
    ...(result.verdict === 'incomplete' ? [`not searched to its end: ${result.limit === null ? 'unknown why' : LIMITS[result.limit]}`] : verdictDifferences(c, result)),
    ...(recorded === null || !whole ? [] : countDifferences(result, recorded[c.id]).map((d) => d.replace('verify --update', 'matrix --update'))),
  ];
  return {
    id: c.id, kind, start, verdict: result.verdict, property: result.property, conjunct: result.conjunct, steps: result.schedule?.length ?? null,
    states: result.states, transitions: result.transitions, depth: result.depth, seconds: result.seconds,
    finding: model.findingOf(c.id)?.why ?? null, unreached: [...result.unreached], differences, replay,
  };
}

/** The worst first. */
const BY_BADNESS = ['deadlock', 'violated', 'vacuous', 'incomplete', 'holds'] as const;

/** Cells by their ids; those that are missing were cut short. */
export function answerOf(fields: readonly Field[], cells: ReadonlyMap<string, Cell>, { agents, cellId, kindsOf }: typeof Matrix, seconds: number): MatrixJson {
  const all = fields.map((field): FieldJson => {
    const found = field.cells.flatMap((cell) => cells.get(cellId(cell)) ?? []);
    const cut = found.length < field.cells.length;
    const worst = BY_BADNESS.find((verdict) => found.some((c) => c.verdict === verdict) || (verdict === 'incomplete' && cut));
    return { agents: field.agents.map((a) => a.id), verdict: worst ?? null, reason: field.reason, states: found.reduce((sum, c) => sum + c.states, 0), cells: found };
  });
  const complete = all.every((f) => f.verdict !== 'incomplete');
  const shown = agents.filter((a) => all.some((f) => f.agents.includes(a.id)));
  return {
    ok: complete && all.every((f) => f.cells.every((c) => c.differences.length === 0)), complete, seconds,
    agents: shown.map((a) => ({ id: a.id, does: a.does, kinds: kindsOf(a) })), fields: all,
  };
}

/** Without cells that no longer exist. */
function updated(recorded: Expected, { fields }: MatrixJson, { agents, cellId, choices, fieldOf }: typeof Matrix): Expected {
  const existing = new Set(choices(agents, 2).flatMap((pair) => fieldOf(pair).cells.map(cellId)));
  const fresh = fields.flatMap((f) => f.cells).map((c): [string, Counts] => [c.id, { states: c.states, transitions: c.transitions, depth: c.depth, ...(c.steps === null ? {} : { steps: c.steps }) }]);
  const all = new Map([...Object.entries(recorded).filter(([id]) => existing.has(id)), ...fresh]);
  return Object.fromEntries([...all].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function exitCode({ fields, complete }: MatrixJson): ExitCode {
  const wrong = fields.some((f) => f.cells.some((c) => c.verdict !== 'incomplete' && c.differences.length > 0));
  if (wrong) return EXIT.failed;
  return complete ? EXIT.ok : EXIT.incomplete;
}
