/** A counterexample as a commit message has it: plain ASCII, a column a CPU, only the steps that decide, 72 characters wide. */
import type { Graph } from '../../model/language/graph.ts';
import { fold, pad } from '../fold.ts';
import { lockPlaces } from '../held.ts';
import type { Rechecked } from '../recheck.ts';
import type { Moment } from '../reenact.ts';
import type { Explanation } from './explanation.ts';
import { closingText } from './commit-closing.ts';
import { COMMIT_WIDTH, statement, type Subject } from './commit-words.ts';

const GAP = 2;
/** Columns narrower than this are no columns: the CPUs' steps are then below each other. */
const NARROWEST = 20;

/** Without a final newline. */
export function renderCommit(graph: Graph, trace: Rechecked, explanation: Explanation, subject: Subject): string {
  const shown = deciding(trace, explanation);
  const text = [
    ...fold(`${subject.title} (Linux ${subject.kernel}):`, COMMIT_WIDTH, 0, 0), '',
    ...table(graph, trace.moments.filter((m) => shown.has(m.number))), '',
    ...closingText(graph, trace, explanation, subject, shown.size),
  ].join('\n');
  return ascii(text).split('\n').map((line) => line.trimEnd()).join('\n');
}

/** Steps to show: the accesses that raced, the ends of the window, what wrote the places that are wrong, and the last. */
function deciding({ moments, breakage }: Rechecked, { races, tried }: Explanation): Set<number> {
  const stuck = new Set(breakage.stuck.flatMap((s) => s.locks));
  return new Set([
    ...races.flatMap((r) => [r.first.step, r.second.step]),
    ...tried.flatMap(({ window }) => (window === null ? [] : [window.after, ...(window.before === null ? [] : [window.before])])),
    ...breakage.witnesses.filter((w) => !w.ghost).flatMap((w) => w.writes.map(({ step }) => step.number)),
    ...moments.filter((m, i) => m.locks.some((lock) => stuck.has(lock) && !(moments.slice(0, i).findLast((e) => e.thread === m.thread)?.locks ?? []).includes(lock))).map((m) => m.number),
    ...(breakage.step === null ? [] : [breakage.step.number]),
  ]);
}

function table(graph: Graph, steps: readonly Moment[]): string[] {
  const locks = lockPlaces(graph);
  const cpus = [...new Set(steps.map((m) => m.cpu))].sort((a, b) => a - b);
  const column = Math.floor((COMMIT_WIDTH - GAP * (cpus.length - 1)) / Math.max(1, cpus.length));
  if (column < NARROWEST) return steps.flatMap((m, i) => [...(steps[i - 1]?.cpu === m.cpu ? [] : [`CPU${m.cpu}:`]), ...stepLines(m, steps[i - 1], COMMIT_WIDTH - GAP, locks).map((line) => `  ${line}`)]);
  const line = (cells: readonly string[]): string => cells.map((cell) => pad(cell, column)).join(' '.repeat(GAP));
  const row = (cpu: number, text: string): string => line(cpus.map((c) => (c === cpu ? text : '')));
  const headings = cpus.map((cpu) => fold(heading(graph, cpu), column, 0, 0));
  const height = Math.max(0, ...headings.map((h) => h.length));
  return [
    ...Array.from({ length: height }, (_, i) => line(headings.map((h) => h[i] ?? ''))),
    line(headings.map((h) => '-'.repeat(Math.max(...h.map((l) => l.length))))),
    ...steps.flatMap((m, i) => stepLines(m, steps[i - 1], column, locks).map((text) => row(m.cpu, text))),
  ];
}

function heading(graph: Graph, cpu: number): string {
  return [`CPU${cpu}`, ...graph.threads.filter((t) => t.cpu === cpu && t.daemon === 'no').map((t) => t.name)].join(' ');
}

/** The procedure where it changes, the statement, and what it changed; that a lock is taken or given back is in the statement. */
function stepLines(step: Moment, previous: Moment | undefined, width: number, locks: ReadonlySet<number>): string[] {
  const same = previous?.thread === step.thread && previous.proc === step.proc;
  const who = step.daemon === 'no' ? '' : `[${step.threadName}] `;
  const value = step.obtained === null ? '' : ` [${step.obtained.value}]`;
  const changed = step.changed.filter((c) => !c.ghost && !locks.has(c.at[0]));
  return [
    ...(same ? [] : fold(`${who}${step.proc}()`, width)),
    ...fold(`${statement(step.said)}${value}`, width, 2, 4),
    ...changed.flatMap((c) => fold(`${c.place}: ${c.delta}`, width, 4, 2)),
  ];
}

function ascii(text: string): string {
  return text.replaceAll('→', '->').replaceAll('…', '...').replace(/[‘’]/g, "'").replace(/[“”]/g, '"').replace(/[–—]/g, '-').replace(/[^\x20-\x7e\n]/g, '?');
}
