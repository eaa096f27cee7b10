/** Three agents at once: so many worlds that a sweep records what it finds as it goes on, and begins where it was stopped. */
import type { CellName, Field } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { CheckResult } from '../schedules/result.ts';
import { Book } from './book.ts';
import type { Limits } from './crew.ts';
import { countDifferences } from './declared.ts';
import type { Expected, Host } from './host.ts';
import type { Io } from './io.ts';
import type { CellJson } from './json-matrix.ts';
import { searchCells, type Plan } from './matrix-search.ts';
import { RECORDED_BY, type TripleRecord, type TripleRecords } from './triples-file.ts';
import { recordedTriple, tripleRecord } from './triples-record.ts';

/** What is asked for: `update` records, `check` compares with what is recorded. */
export interface Sweep {
  /** `reduce` is absent where it was not asked for: then what is small is searched by RECORDED_BY, and the rest plainly. */
  readonly bounds: Limits;
  readonly jobs: number | undefined;
  readonly update: boolean;
  /** Only those that are recorded with at most so many states; null: nothing is compared. */
  readonly check: number | null;
}

/** By id. The smallest first, as far as can be told before. */
export async function sweepTriples(fields: readonly Field[], model: typeof Matrix, sweep: Sweep, host: Host, io: Io): Promise<ReadonlyMap<string, CellJson>> {
  const recorded = (await host.recordedTriples?.()) ?? {};
  const size = sizes((await host.expectedCells?.()) ?? {}, recorded, model);
  const worlds = fields.flatMap((f) => f.cells).map((cell) => ({ cell, id: model.cellId(cell), size: size(cell) })).sort((a, b) => a.size - b.size);
  const chosen = sweep.check === null ? worlds : worlds.filter(({ id }) => recorded[id] !== undefined && recorded[id].limit === undefined && recorded[id].states <= sweep.check!);
  const plan: Plan = { searches: searches(sweep, size, recorded), jobs: sweep.jobs, ...(sweep.check === null ? {} : { compare: comparison(recorded) }) };
  const search = (more: Partial<Plan>): Promise<ReadonlyMap<string, CellJson>> => searchCells(chosen.map((w) => w.cell), model, { ...plan, ...more }, host, io);
  if (!sweep.update) return search({});
  const book = new Book(recorded, async (records) => { await host.saveTriples?.(records); });
  try {
    return await search({ known: stillTrue(recorded, sweep.bounds, model), found: (cell) => { book.note(cell.id, tripleRecord(cell)); } });
  } finally {
    await book.close(existing(model));
  }
}

/** Reduced searches keep fewer states and take longer for each: from about so many on, plain ones are done sooner. */
const FEW = 50_000;
/** A triple that is not searched to its end by then says so. */
const MOST = 20_000_000;

function searches({ bounds, check }: Sweep, size: (cell: CellName) => number, recorded: TripleRecords): Plan['searches'] {
  const whole = { ...bounds, maxStates: check === null ? bounds.maxStates ?? MOST : Infinity };
  const [reduced, plain]: Limits[] = [{ ...whole, reduce: RECORDED_BY }, whole];
  if (bounds.reduce !== undefined) return () => [whole];
  if (check !== null) return (_, id) => [recorded[id]?.plain ? plain! : reduced!];
  if (whole.maxStates <= FEW) return () => [reduced!];
  return (cell) => (size(cell) > FEW ? [plain!] : [{ ...reduced!, maxStates: FEW }, plain!]);
}

/** How many states a world may have: what was recorded, or what its pairs have, multiplied: that is in the right order. */
function sizes(pairs: Expected, triples: TripleRecords, { agents, cellId }: typeof Matrix): (cell: CellName) => number {
  const SMALL = 500;
  const ofPair = ({ kind, start }: CellName, two: CellName['agents']): number => pairs[cellId({ kind, start, agents: two.toSorted((a, b) => agents.indexOf(a) - agents.indexOf(b)) })]?.states ?? SMALL;
  return (cell) => {
    const [a, b, c] = cell.agents;
    const guess = Math.sqrt(ofPair(cell, [a!, b!]) * ofPair(cell, [a!, c!]) * ofPair(cell, [b!, c!]));
    return triples[cellId(cell)]?.states ?? guess / Math.sqrt(SMALL);
  };
}

/** The graph is the same, and a search that was cut short would be cut short as early again. */
function stillTrue(recorded: TripleRecords, { maxStates = MOST }: Limits, model: typeof Matrix): NonNullable<Plan['known']> {
  const settled = (r: TripleRecord): boolean => r.limit === undefined || (r.limit === 'states' && r.states >= maxStates);
  return async (cell, id, hash) => {
    const record = recorded[id];
    if (record === undefined || !settled(record) || !(await hash()).startsWith(record.model)) return null;
    return recordedTriple(id, cell, record, model);
  };
}

function comparison(recorded: TripleRecords): NonNullable<Plan['compare']> {
  return (result: CheckResult, hash: string, id: string) => {
    const record = recorded[id]!;
    const verdict = record.verdict === result.verdict ? [] : [`verdict: recorded ${record.verdict}, found ${result.verdict}`];
    const model = hash.startsWith(record.model) ? [] : [`the world has changed: recorded ${record.model}, now ${hash.slice(0, 8)} (matrix --triples --update searches it again)`];
    return [...verdict, ...model, ...countDifferences(result, record)];
  };
}

const existing = ({ agents, cellId, choices, fieldOf }: typeof Matrix): ReadonlySet<string> => new Set(choices(agents, 3).flatMap((three) => fieldOf(three).cells.map(cellId)));
