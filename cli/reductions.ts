/** `pterace reductions [pattern]`: states of every case, plain and reduced; each reduced search must say what is declared. */
import { availableParallelism } from 'node:os';
import { style } from '../counterexamples/style.ts';
import type { Expectation } from '../model/scenario.ts';
import { IDEAS, type Idea } from '../schedules/reduce/ideas.ts';
import { matchCases, type Case } from './cases.ts';
import { verdictDifferences } from './declared.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { hire, type Hired } from './hire.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ReductionsJson } from './json.ts';
import { formatCount, formatSeconds } from './numbers.ts';
import { sideBySide } from './side-by-side.ts';
import { renderTable } from './table.ts';

export interface ReductionsFlags {
  readonly json?: boolean;
  readonly maxStates: number;
  readonly jobs?: number;
}

/** Each idea alone, then all. */
const COLUMNS: readonly (readonly Idea[])[] = [...IDEAS.map((idea) => [idea]), IDEAS];

interface Row {
  readonly case: Case;
  readonly plain: number;
  /** By column; null where the search was not run to its end. */
  readonly states: readonly (number | null)[];
  /** Of the search with all reductions. */
  readonly seconds: number;
  readonly differences: readonly string[];
}

export async function reductions(pattern: string | undefined, flags: ReductionsFlags, host: Host, io: Io): Promise<ExitCode> {
  const recorded = await host.expected();
  const known = matchCases(await host.scenarios(), pattern);
  const cases = known.filter((c) => (recorded[c.id]?.states ?? Infinity) <= flags.maxStates && (c.build().progress ?? []).length === 0);
  const jobs = Math.max(1, Math.min(flags.jobs ?? availableParallelism(), cases.length));
  const crew = await hire(jobs, host, io);
  let rows: ReadonlyMap<Case, Row>;
  try {
    rows = await sideBySide({ cases, jobs: crew.jobs }, io, (c, board) =>
      rowOf(c, recorded[c.id]!.states, (limits) => crew.crew.search(c, limits, (p) => { board.update(c.id, p); })));
  } finally {
    await crew.crew.end();
  }
  const done = cases.flatMap((c) => rows.get(c) ?? []);
  const left = known.length - done.length;
  if (flags.json) printJson(io, reductionsJson(done, left));
  else io.out(`${render(done, left, flags, io)}\n`);
  if (done.some((r) => r.differences.length > 0)) return EXIT.failed;
  return io.signal.aborted ? EXIT.incomplete : EXIT.ok;
}

type Search = (limits: { readonly reduce: readonly Idea[] }) => ReturnType<Hired['crew']['search']>;

async function rowOf(c: Case, plain: number, search: Search): Promise<Row> {
  const states: (number | null)[] = [];
  const differences: string[] = [];
  let seconds = 0;
  for (const reduce of COLUMNS) {
    const answer = await search({ reduce });
    if ('broken' in answer) return { case: c, plain, states: COLUMNS.map(() => null), seconds, differences: [answer.broken] };
    const { result } = answer;
    states.push(result.verdict === 'incomplete' ? null : result.states);
    ({ seconds } = result);
    // A trace that is not proved to be a shortest one may be longer than declared.
    const declared = result.reduced?.shortest === false ? { ...c, expect: withoutSteps(c.expect) } : c;
    const wrong = verdictDifferences(declared, result);
    differences.push(...wrong.map((d) => `${reduce.join(', ')}: ${d}`));
  }
  return { case: c, plain, states, seconds, differences };
}

function withoutSteps({ verdict, property, conjunct }: Expectation): Expectation {
  return { verdict, ...(property === undefined ? {} : { property }), ...(conjunct === undefined ? {} : { conjunct }) };
}

function render(rows: readonly Row[], left: number, flags: ReductionsFlags, io: Io): string {
  const { colors } = style({ color: io.color });
  const head = ['scenario', 'plain', ...IDEAS, 'all', 'fewer', 'time'].map((name) => colors.dim(name));
  const body = rows.map((r) => [
    r.case.id, formatCount(r.plain), ...r.states.map((n) => (n === null ? '-' : formatCount(n))), factor(r), formatSeconds(r.seconds),
  ]);
  const wrong = rows.flatMap((r) => r.differences.map((d) => colors.red(`${r.case.id}: ${d}`)));
  const foot = [
    `${rows.length} cases with all reductions${wrong.length === 0 ? ': every verdict, property and shortest length as declared' : ''}`,
    ...(left === 0 ? [] : [`${left} left out: more than ${formatCount(flags.maxStates)} states recorded (--max-states), none recorded, or interrupted`]),
  ];
  return [renderTable(head, body, io.width), ...wrong, ...foot].join('\n');
}

/** How many times fewer states all reductions together keep. */
function factor({ plain, states }: Row): string {
  const all = states.at(-1);
  return all === null || all === undefined ? '-' : `${(plain / all).toFixed(1)}x`;
}

function reductionsJson(rows: readonly Row[], left: number): ReductionsJson {
  return {
    leftOut: left,
    cases: rows.map((r) => ({
      scenario: r.case.id, plain: r.plain, movers: r.states[0] ?? null, persistent: r.states[1] ?? null, symmetry: r.states[2] ?? null, all: r.states[3] ?? null,
      seconds: r.seconds, differences: [...r.differences],
    })),
  };
}
