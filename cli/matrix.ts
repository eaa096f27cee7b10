/** `pterace matrix`: agents against each other, a search for every cell. */
import type { Field } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import { UsageError } from '../schedules/errors.ts';
import type { Idea } from '../schedules/reduce/ideas.ts';
import type { Limits } from './crew.ts';
import { countDifferences } from './declared.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { CellJson, MatrixJson } from './json-matrix.ts';
import { answerOf } from './matrix-answer.ts';
import { fieldsOf } from './matrix-fields.ts';
import { recordedCells } from './matrix-recorded.ts';
import { renderMatrix } from './matrix-report.ts';
import { searchCells, type Plan } from './matrix-search.ts';
import { sweepTriples } from './matrix-sweep.ts';
import { output } from './output.ts';
import { updatedPairs } from './pairs-record.ts';
import { refuseUnwritable } from './save-trace.ts';
import { limits, type LimitFlags } from './search-flags.ts';
import { RECORDED_BY } from './triples-file.ts';

export interface MatrixFlags extends LimitFlags {
  readonly kinds?: string;
  readonly triples?: boolean;
  readonly reduce?: readonly Idea[];
  readonly recorded?: boolean;
  readonly svg?: string;
  readonly check?: boolean;
  readonly update?: boolean;
  readonly jobs?: number;
  readonly json?: boolean;
}

export async function matrix(names: readonly string[], flags: MatrixFlags, host: Host, io: Io): Promise<ExitCode> {
  if (host.matrix === undefined) throw new UsageError('there is no matrix here');
  const bounds = limits(flags);
  refuseContradictions(flags, bounds);
  if (flags.svg !== undefined) await refuseUnwritable(flags.svg, '--svg', 'the heat map');
  const model = await host.matrix();
  const fields = fieldsOf(model, { names, kinds: flags.kinds, triples: flags.triples === true });
  const reduced = flags.reduce ?? (flags.triples === true ? RECORDED_BY : []);
  const start = performance.now();
  const cells = await found(fields, model, flags, { ...bounds, ...(flags.reduce === undefined ? {} : { reduce: flags.reduce }) }, host, io);
  const answer = answerOf(chosen(fields, cells, model, flags), cells, model, { seconds: (performance.now() - start) / 1000, reduced });
  if (flags.svg !== undefined) await output(flags.svg, (await import('./matrix-svg.ts')).heatMap(answer), io);
  if (flags.json) printJson(io, answer);
  else io.out(`${renderMatrix(answer, io)}\n`);
  return exitCode(answer);
}

function refuseContradictions(flags: MatrixFlags, bounds: Limits): void {
  const [limit = ''] = Object.keys(bounds);
  for (const [name, given] of [['--check', flags.check], ['--update', flags.update]] as const) {
    if (given !== true) continue;
    if (flags.reduce !== undefined) throw new UsageError(`${name} contradicts --reduce: pairs are recorded without reductions, triples with ${RECORDED_BY.join(' and ')}, or without`);
    if (flags.recorded) throw new UsageError(`${name} contradicts --recorded, which searches nothing`);
    if (limit !== '' && !flags.triples) throw new UsageError(`${name} contradicts a limit: only whole searches of pairs are recorded`);
  }
  if (flags.check && flags.update) throw new UsageError('--check contradicts --update');
  if (flags.check && limit !== '' && limit !== 'maxStates') throw new UsageError('--check --triples takes no limit but --max-states: how large the worlds may be that it searches again');
}

function found(fields: readonly Field[], model: typeof Matrix, flags: MatrixFlags, bounds: Limits, host: Host, io: Io): Promise<ReadonlyMap<string, CellJson>> {
  if (flags.recorded) return recordedCells(fields, model, host);
  if (flags.triples !== true) return searchPairs(fields, model, flags, bounds, host, io);
  const check = flags.check === true ? bounds.maxStates ?? Infinity : null;
  return sweepTriples(fields, model, { bounds, jobs: flags.jobs, update: flags.update === true, check }, host, io);
}

async function searchPairs(fields: readonly Field[], model: typeof Matrix, flags: MatrixFlags, bounds: Limits, host: Host, io: Io): Promise<ReadonlyMap<string, CellJson>> {
  const recorded = (await host.expectedCells?.()) ?? {};
  const plan: Plan = { searches: () => [bounds], jobs: flags.jobs, ...(flags.check ? { compare: comparison(recorded) } : {}) };
  const cells = await searchCells(fields.flatMap((f) => f.cells), model, plan, host, io);
  if (flags.update) await host.saveCells?.(updatedPairs(recorded, [...cells.values()], model));
  return cells;
}

/** Of a search that was cut short, counts say nothing. */
const comparison = (recorded: Expected): NonNullable<Plan['compare']> => (result, _, id) =>
  (result.limit === null ? countDifferences(result, recorded[id]).map((d) => d.replace('verify --update', 'matrix --update')) : []);

/** A check of some triples speaks of no others. */
function chosen(fields: readonly Field[], cells: ReadonlyMap<string, CellJson>, { cellId }: typeof Matrix, { triples, check }: MatrixFlags): readonly Field[] {
  if (!(triples && check)) return fields;
  return fields.map((f) => ({ ...f, cells: f.cells.filter((c) => cells.has(cellId(c))) })).filter((f) => f.cells.length > 0);
}

function exitCode({ fields, complete }: MatrixJson): ExitCode {
  const wrong = fields.some((f) => f.cells.some((c) => c.verdict !== 'incomplete' && c.differences.length > 0));
  if (wrong) return EXIT.failed;
  return complete ? EXIT.ok : EXIT.incomplete;
}
