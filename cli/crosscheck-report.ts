/** What a crosscheck found, as a table and as JSON. */
import { z } from 'zod';
import { style } from '../counterexamples/style.ts';
import type { Compared, Told } from './crosscheck-compare.ts';
import { TOOLS, type Answer, type ToolName } from './crosscheck-tools.ts';
import type { Io } from './io.ts';
import { formatCount, formatSeconds, many } from './numbers.ts';
import { renderTable } from './table.ts';

export interface Crosschecked {
  readonly compared: readonly Compared[];
  readonly tools: readonly ToolName[];
  /** Cases with more states than asked for, or without a recorded count. */
  readonly left: number;
  /** Cases that Ctrl-C kept from being compared. */
  readonly skipped: number;
  readonly seconds: number;
}

const count = z.int().nonnegative();
const answer = z.strictObject({
  fails: z.string().nullable().describe("What fails, 'deadlock' for a deadlock; null when all holds."),
  states: count.describe('Where something fails, what was seen until then.'),
  transitions: count,
  steps: count.nullable().describe('Length of a shortest way to the failure.'),
});

export const crosscheckSchema = z.strictObject({
  ok: z.boolean().describe('Every tool agrees in every case compared.'),
  seconds: z.number(),
  left: count.describe('Cases too big, or of unknown size.'),
  skipped: count.describe('Cases that Ctrl-C kept from being compared.'),
  cases: z.array(z.strictObject({
    scenario: z.string(),
    ours: answer,
    theirs: z.array(z.strictObject({ tool: z.enum(Object.keys(TOOLS) as ToolName[]), answer: answer.nullable(), differences: z.array(z.string()) })),
  })),
});

export type CrosscheckJson = z.infer<typeof crosscheckSchema>;

export function agrees({ compared }: Crosschecked): boolean {
  return compared.every((c) => c.theirs.every((t) => t.differences.length === 0));
}

export function crosscheckJson(run: Crosschecked): CrosscheckJson {
  const cases = run.compared.map(({ id, ours, theirs }) => ({
    scenario: id, ours, theirs: theirs.map((t) => ({ ...t, differences: [...t.differences] })),
  }));
  return { ok: agrees(run), seconds: run.seconds, left: run.left, skipped: run.skipped, cases };
}

export function renderCrosscheck(run: Crosschecked, io: Io): string {
  const { colors } = style({ color: io.color });
  const head = ['scenario', 'verdict', 'pterace', ...run.tools.map((t) => TOOLS[t].title), ''].map((name) => colors.dim(name));
  const body = run.compared.map((c) => [c.id, verdict(c.ours), measure(c.ours), ...c.theirs.map((t) => (t.answer === null ? 'no answer' : measure(t.answer))), remark(c, io)]);
  const wrong = run.compared.filter((c) => c.theirs.some((t) => t.differences.length > 0)).length;
  const closing = [
    `${many(run.compared.length, 'case')} compared in ${formatSeconds(run.seconds)}: ${wrong === 0 ? colors.green('all agree') : colors.red(`${formatCount(wrong)} disagree`)}`,
    ...(run.left === 0 ? [] : [`${many(run.left, 'case')} left out: too many states, or none recorded (--max-states)`]),
    ...(run.skipped === 0 ? [] : [`${many(run.skipped, 'case')} not compared (interrupted)`]),
  ];
  const legend = colors.dim('holds: states / transitions; else the steps of a shortest trace');
  return [...(body.length === 0 ? [] : [renderTable(head, body, io.width), '', legend]), ...closing].join('\n');
}

function verdict({ fails }: Answer): string {
  if (fails === null) return 'holds';
  return fails === 'deadlock' ? 'deadlock' : 'violated';
}

function measure(a: Answer): string {
  return a.steps === null ? `${formatCount(a.states)} / ${formatCount(a.transitions)}` : many(a.steps, 'step');
}

function remark({ ours, theirs }: Compared, io: Io): string {
  const { colors } = style({ color: io.color });
  const said = theirs.flatMap((t: Told) => t.differences.map((d) => `${TOOLS[t.tool].title}: ${d}`));
  if (said.length > 0) return colors.red(said.join('; '));
  return colors.green(ours.fails === null || ours.fails === 'deadlock' ? 'same' : `same ${ours.fails}`);
}
