/** Each case searched with every reduction alone and with all, or taken from the record where that needs no search. */
import type { Idea } from '../schedules/reduce/ideas.ts';
import type { Expectation } from '../model/scenario.ts';
import { Book } from './book.ts';
import type { Case } from './cases.ts';
import type { Crew, Limits } from './crew.ts';
import { verdictDifferences } from './declared.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { formatCount } from './numbers.ts';
import { COLUMNS, type ReductionRecord, type ReductionRecords } from './reductions-file.ts';
import { sideBySide } from './side-by-side.ts';

export interface Row {
  readonly case: Case;
  /** States of the search without reductions, as recorded. */
  readonly plain: number;
  /** Null where the model is broken, or nothing is recorded. */
  readonly kept: ReductionRecord | null;
  /** Of the search with all reductions; null where none was made. */
  readonly seconds: number | null;
  readonly differences: readonly string[];
}

/** What to do with the cases: compare with what is declared, and perhaps with what is recorded, or record. */
export interface Task {
  readonly cases: readonly Case[];
  /** States of the searches without reductions. */
  readonly plain: (c: Case) => number;
  readonly recorded: ReductionRecords;
  /** Search only these; null: all. Of the others the record is shown, and their worlds must be those recorded. */
  readonly searched: ((c: Case) => boolean) | null;
  readonly mode: 'compare' | 'check' | 'update';
  /** A search that keeps more states is cut short. */
  readonly most: number;
  readonly jobs: number;
}

/** By case; without those that Ctrl-C kept from being begun or ended. */
export async function searchRows(task: Task, crew: Crew, host: Host, known: ReadonlySet<string>, io: Io): Promise<ReadonlyMap<Case, Row>> {
  const book = new Book(task.recorded, async (records) => { await host.saveReductions?.(records); });
  try {
    // The small ones first: a run that is stopped has recorded most.
    return await sideBySide({ cases: task.cases.toSorted((a, b) => task.plain(a) - task.plain(b)), jobs: task.jobs }, io, async (c, board) => {
      const row = await rowOf(c, task, crew, (limits) => crew.search(c, limits, (p) => { board.update(c.id, p); }));
      if (task.mode === 'update' && row?.kept && row.differences.length === 0) book.note(c.id, row.kept);
      return row;
    });
  } finally {
    if (task.mode === 'update') await book.close(known);
  }
}

type Search = (limits: Limits) => ReturnType<Crew['search']>;

async function rowOf(c: Case, task: Task, crew: Crew, search: Search): Promise<Row | null> {
  const record = task.recorded[c.id] ?? null;
  const fromRecord = task.mode === 'update' ? await isTrue(c, record, task, crew) : task.searched?.(c) === false;
  if (fromRecord) return { case: c, plain: task.plain(c), kept: record, seconds: null, differences: task.mode === 'check' && record !== null ? worldDifferences(record, await crew.hash(c)) : [] };
  const found = asksForProgress(c) ? await withoutSearch(c, task, crew) : await searched(c, task, search);
  return task.mode === 'check' && found?.kept ? { ...found, differences: [...found.differences, ...differences(record, found.kept)] } : found;
}

const asksForProgress = (c: Case): boolean => (c.build().progress ?? []).length > 0;

const withoutSearch = async (c: Case, task: Task, crew: Crew): Promise<Row> => ({ case: c, plain: task.plain(c), kept: { model: digits(await crew.hash(c)), plain: task.plain(c), progress: true }, seconds: null, differences: [] });

/** Null where Ctrl-C cut it short. */
async function searched(c: Case, task: Task, search: Search): Promise<Row | null> {
  let kept: ReductionRecord = { model: '', plain: task.plain(c) };
  let seconds = 0;
  const wrong: string[] = [];
  for (const { name, ideas } of COLUMNS) {
    const answer = await search({ reduce: ideas, maxStates: task.most });
    if ('broken' in answer) return { case: c, plain: kept.plain, kept: null, seconds: null, differences: [answer.broken] };
    const { result, hash } = answer;
    if (result.limit === 'interrupted') return null;
    ({ seconds } = result);
    kept = { ...kept, model: digits(hash) };
    if (result.verdict === 'incomplete') {
      // Without a symmetry it is the plain search.
      const none = ideas.every((idea) => idea === 'symmetry') && result.reduced?.symmetries.length === 0;
      kept = none ? { ...kept, [name]: kept.plain } : { ...kept, over: task.most };
      continue;
    }
    kept = { ...kept, [name]: result.states };
    // A trace that is not proved to be a shortest one may be longer than declared.
    const declared = result.reduced?.shortest === false ? { ...c, expect: withoutSteps(c.expect) } : c;
    wrong.push(...verdictDifferences(declared, result).map((d) => `${shown(ideas)}: ${d}`));
  }
  return { case: c, plain: kept.plain, kept, seconds, differences: wrong };
}

const digits = (hash: string): string => hash.slice(0, 8);
const shown = (ideas: readonly Idea[]): string => ideas.join(', ');

function withoutSteps({ verdict, property, conjunct }: Expectation): Expectation {
  return { verdict, ...(property === undefined ? {} : { property }), ...(conjunct === undefined ? {} : { conjunct }) };
}

/** The world is the one recorded, and a search that was cut short would be cut short as early again. */
async function isTrue(c: Case, record: ReductionRecord | null, { most, plain }: Task, crew: Crew): Promise<boolean> {
  if (record === null || record.plain !== plain(c) || (record.over ?? most) < most) return false;
  return digits(await crew.hash(c)) === record.model;
}

const RECORDER = 'reductions --update';

function worldDifferences(record: ReductionRecord | null, hash: string): string[] {
  if (record === null) return [`nothing recorded (${RECORDER} records it)`];
  return record.model === digits(hash) ? [] : [`the world has changed: recorded ${record.model}, now ${digits(hash)} (${RECORDER} searches it again)`];
}

/** Counts are exact: one state more or less is another world or another search. */
function differences(record: ReductionRecord | null, found: ReductionRecord): string[] {
  const count = (n: number | undefined): string => (n === undefined ? 'none' : formatCount(n));
  const names = ['plain', ...COLUMNS.map(({ name }) => name)] as const;
  const counts = record === null ? [] : names.flatMap((name) => (record[name] === found[name] ? [] : [`${name}: recorded ${count(record[name])} states, found ${count(found[name])}`]));
  return [...worldDifferences(record, found.model), ...counts];
}
