/** What a comparison leaves in bench/results: every run, and the machine that it ran on. */
import { z } from 'zod';

const seconds = z.number().positive();
const count = z.int().positive();

const run = z.strictObject({ seconds, searchSeconds: seconds.nullable(), rssBytes: count, states: count, transitions: count });

const row = z.strictObject({
  tool: z.enum(['pterace', 'spin', 'rumur']),
  name: z.string(),
  how: z.string(),
  reduces: z.boolean(),
  buildSeconds: z.number().nonnegative(),
  runs: z.array(run).min(1),
});

export const resultsSchema = z.strictObject({
  scenario: z.string(),
  states: count.describe('Recorded by pterace verify.'),
  transitions: count,
  machine: z.strictObject({
    date: z.iso.date(), commit: z.string(), cpu: z.string(), cores: count, memoryBytes: count, system: z.string(),
    load: z.number().nonnegative().describe('Processes that wanted to run in the minute before.'),
    versions: z.record(z.string(), z.string()),
  }),
  rows: z.array(row).min(1),
});

export type Results = z.infer<typeof resultsSchema>;
export type Row = Results['rows'][number];
type Run = Row['runs'][number];

/** Medians of a row's runs. */
export interface Measured {
  readonly row: Row;
  readonly seconds: number;
  readonly spread: readonly [least: number, most: number];
  readonly statesPerSecond: number;
  readonly transitionsPerSecond: number;
  readonly bytesPerState: number;
  /** With writing, generating and compiling. */
  readonly whole: number;
  /** The search alone, by the checker's own clock. */
  readonly search: number | null;
  readonly states: number;
}

export function measured(row: Row): Measured {
  const of = (f: (r: Run) => number): number => median(row.runs.map(f));
  const seconds = of((r) => r.seconds);
  const [{ states, transitions }] = row.runs as [Run];
  const all = row.runs.map((r) => r.seconds);
  return {
    row, seconds, states,
    spread: [Math.min(...all), Math.max(...all)],
    statesPerSecond: states / seconds,
    transitionsPerSecond: transitions / seconds,
    bytesPerState: of((r) => r.rssBytes) / states,
    whole: row.buildSeconds + seconds,
    search: row.runs.some((r) => r.searchSeconds === null) ? null : of((r) => r.searchSeconds ?? 0),
  };
}

/** Rows whose counts are not those recorded though they claim to search everything. */
export function wrong({ states, transitions, rows }: Results): Row[] {
  return rows.filter((r) => !r.reduces && r.runs.some((x) => x.states !== states || x.transitions !== transitions));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
