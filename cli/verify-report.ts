/** What verify prints: a table, and under it what is not as declared. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import type { Colors, Io } from './io.ts';
import type { VerifyJson } from './json.ts';
import { formatCount, formatSeconds } from './numbers.ts';
import { renderTable } from './table.ts';
import { verdictColor } from './verdict.ts';
import { isComplete, type Run, type Verified } from './verified.ts';

export function renderVerify(run: Run, io: Io): string {
  const { colors } = style({ color: io.color });
  const head = ['', 'scenario', 'states', 'steps', 'catal.', 'time', 'verdict'].map((name) => colors.dim(name));
  const wrong = run.verified.filter((v) => v.differences.length > 0);
  const details = wrong.flatMap((v) => [colors.red(v.case.id), ...v.differences.flatMap((d) => fold(d, io.width, 2))]);
  return [
    ...(run.verified.length > 0 && !io.quiet ? [renderTable(head, run.verified.map((v) => row(v, colors)), io.width), ''] : []),
    ...(details.length > 0 ? [...details, ''] : []),
    summary(run, wrong.length, colors),
  ].join('\n');
}

function row(v: Verified, colors: Colors): string[] {
  const mark = v.differences.length === 0 ? colors.green('ok') : v.searched?.result.verdict === 'incomplete' ? colors.yellow('..') : colors.red('NO');
  if (v.searched === null) return [mark, v.case.id, '', '', '', '', colors.red('broken model')];
  const { result } = v.searched;
  const steps = result.schedule === null ? '' : String(result.schedule.length);
  const catalogue = v.case.mutation === null ? v.case.scenario.catalogueSteps : undefined;
  return [
    mark, v.case.id, formatCount(result.states), steps, catalogue === undefined ? '' : colors.dim(String(catalogue)),
    formatSeconds(result.seconds), `${verdictColor(result.verdict, colors)} ${result.property ?? ''}`.trimEnd(),
  ];
}

function summary(run: Run, wrong: number, colors: Colors): string {
  const right = run.verified.length - wrong;
  const parts = [
    `${right} of ${run.verified.length + run.skipped} as declared`,
    ...(wrong > 0 ? [colors.red(`${wrong} not`)] : []),
    ...(run.skipped > 0 ? [colors.yellow(`${run.skipped} not run (interrupted)`)] : []),
    formatSeconds(run.seconds),
  ];
  return parts.join(', ');
}

export function verifyJson(run: Run): VerifyJson {
  const complete = isComplete(run);
  return {
    ok: complete && run.verified.every((v) => v.differences.length === 0),
    complete,
    seconds: run.seconds,
    cases: run.verified.map(caseJson),
  };
}

function caseJson(v: Verified): VerifyJson['cases'][number] {
  const result = v.searched?.result;
  return {
    scenario: v.case.id,
    ok: v.differences.length === 0,
    verdict: result?.verdict ?? null,
    property: result?.property ?? null,
    conjunct: result?.conjunct ?? null,
    steps: result?.schedule?.length ?? null,
    catalogueSteps: v.case.mutation === null ? (v.case.scenario.catalogueSteps ?? null) : null,
    states: result?.states ?? 0,
    transitions: result?.transitions ?? 0,
    depth: result?.depth ?? 0,
    seconds: result?.seconds ?? 0,
    expected: v.case.expect,
    differences: [...v.differences],
    replay: v.searched?.replay ?? null,
  };
}
