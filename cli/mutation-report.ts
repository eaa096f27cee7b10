/** How a run of mutants is shown: what survived, then which lines carry the proof, then the score. */
import { style, type Style } from '../counterexamples/style.ts';
import type { Io } from './io.ts';
import type { MutateJson } from './json-mutate.ts';
import type { Fate, Judged } from './mutation.ts';
import { scoreOf, share, type Explanations } from './mutation-record.ts';
import { formatCount, formatRate, formatSeconds, many } from './numbers.ts';
import { renderTable } from './table.ts';

export interface MutationRun {
  /** Of the scenarios: `dirty`. */
  readonly folder: string;
  readonly worlds: readonly string[];
  readonly leftOut: readonly string[];
  readonly budget: number;
  readonly judged: readonly Judged[];
  /** Mutants that were not judged. */
  readonly unjudged: number;
  readonly interrupted: boolean;
  readonly recheck: boolean;
  readonly seconds: number;
  readonly explanations: Explanations;
  readonly complaints: readonly string[];
}

/** Mutants of one line of the model in one procedure. */
export interface LineOf {
  readonly proc: string;
  readonly file: string;
  readonly line: number;
  /** The statements there. */
  readonly at: readonly string[];
  readonly judged: readonly Judged[];
}

/** In the order of the files and lines, a procedure's together. */
export function byLine(judged: readonly Judged[]): LineOf[] {
  const lines = new Map<string, Judged[]>();
  for (const j of judged) {
    const key = `${j.mistake.proc} ${j.mistake.loc.file}:${j.mistake.loc.line}`;
    lines.set(key, [...(lines.get(key) ?? []), j]);
  }
  const groups = [...lines.values()].map((group): LineOf => {
    const { proc, loc } = group[0]!.mistake;
    return { proc, file: loc.file, line: loc.line, at: [...new Set(group.map((j) => j.mistake.at))], judged: group };
  });
  const first = new Map<string, LineOf>();
  for (const g of groups) if (!first.has(g.proc) || g.line < first.get(g.proc)!.line) first.set(g.proc, g);
  const home = (g: LineOf): LineOf => first.get(g.proc)!;
  return groups.sort((a, b) => compare(home(a).file, home(b).file) || home(a).line - home(b).line || compare(a.proc, b.proc) || a.line - b.line);
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));
const isOpen = ({ outcome }: Judged): boolean => outcome.fate === 'survived' || outcome.fate === 'undecided';

export function renderMutate(run: MutationRun, io: Io): string {
  const look = style({ color: io.color });
  return [survivors(run, io, look), lineTable(run, io), summary(run), ...run.complaints.map((c) => look.colors.red(c))].filter((part) => part !== '').join('\n\n');
}

function survivors({ judged, explanations }: MutationRun, io: Io, { colors }: Style): string {
  const open = judged.filter(isOpen);
  if (open.length === 0) return '';
  const rows = open.map(({ mistake, outcome }) => [
    outcome.fate === 'survived' ? colors.yellow(outcome.fate) : colors.magenta(outcome.fate), short(mistake.loc), mistake.name, explanations[mistake.name] ?? '',
  ]);
  return renderTable(['', 'line', 'mutant', 'why it may'], rows, io.width);
}

export const short = ({ file, line }: { readonly file: string; readonly line: number }): string => `${file.slice(file.lastIndexOf('/') + 1)}:${line}`;

function lineTable({ judged }: MutationRun, io: Io): string {
  const lines = byLine(judged);
  const rows = lines.map((l, i) => {
    const n = (...fates: Fate[]): string => String(l.judged.filter((j) => fates.includes(j.outcome.fate)).length).replace(/^0$/, '');
    return [lines[i - 1]?.proc === l.proc ? '' : l.proc, short(l), n('killed', 'refused', 'vacuous'), n('survived', 'undecided'), n('equivalent'), `${l.at[0]!}: ${killers(l.judged)}`];
  });
  return renderTable(['procedure', 'line', 'killed', 'open', 'same', 'step: killed by'], rows, io.width);
}

/** `I3 2, deadlock 1`, most often first. */
export function killers(judged: readonly Judged[]): string {
  const times = new Map<string, number>();
  for (const { outcome } of judged) {
    const by = { killed: outcome.by.replace(/\/.*/, ''), refused: `lock check ${outcome.by}`, vacuous: 'vacuity' }[outcome.fate as string];
    if (by !== undefined) times.set(by, (times.get(by) ?? 0) + 1);
  }
  return [...times].sort(([a, x], [b, y]) => y - x || compare(a, b)).map(([by, n]) => `${by} ${n}`).join(', ') || '–';
}

function summary(run: MutationRun): string {
  const s = scoreOf(run.judged);
  const open = s.survived + s.undecided;
  const explained = run.judged.filter((j) => isOpen(j) && run.explanations[j.mistake.name] !== undefined).length;
  const also = [s.refused > 0 ? `${formatCount(s.refused)} by the lock check alone` : '', s.vacuous > 0 ? `${formatCount(s.vacuous)} by vacuity alone` : ''].filter((x) => x !== '').join(', ');
  return [
    `${many(run.judged.length, 'mutant')} in ${many(run.worlds.length, 'scenario')}: ${formatCount(s.killed + s.refused + s.vacuous)} killed${also && ` (${also})`}, ${formatCount(s.equivalent)} equivalent, ${formatCount(s.survived)} survived, ${formatCount(s.undecided)} undecided${s.invalid > 0 ? `, ${formatCount(s.invalid)} no program` : ''}`,
    `${(100 * share(s)).toFixed(1)} % ${run.interrupted ? 'of these ' : ''}killed or equivalent${open > 0 ? `; ${explained} of ${open} survivors explained` : ''}`,
    run.recheck ? `only those recorded as killed, each where it was: ${many(run.unjudged, 'mutant')} not judged again` : '',
    run.leftOut.length > 0 ? `left out, with more than ${formatRate(run.budget)} states: ${run.leftOut.join(', ')}` : '',
    run.interrupted ? `interrupted: ${many(run.unjudged, 'mutant')} not judged` : '',
    formatSeconds(run.seconds),
  ].filter((line) => line !== '').join('\n');
}

export function mutateJson(run: MutationRun): MutateJson {
  const score = scoreOf(run.judged);
  return {
    scenarios: [...run.worlds], leftOut: [...run.leftOut], budget: run.budget, complete: !run.interrupted, recheck: run.recheck, seconds: run.seconds,
    score: { ...score }, share: share(score), complaints: [...run.complaints],
    mutants: run.judged.map(({ mistake: m, outcome, outcomes }) => ({
      name: m.name, operator: m.operator, proc: m.proc, loc: { file: m.loc.file, line: m.loc.line }, what: m.what,
      fate: outcome.fate, by: outcome.by, steps: outcome.steps, scenario: outcome.world, reason: run.explanations[m.name] ?? null,
      outcomes: outcomes.map(({ world, fate, by, steps }) => ({ scenario: world, fate, by, steps })),
    })),
  };
}
