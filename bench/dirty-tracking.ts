/**
 * Measures a scenario as a user runs it: `npm run bench -- [scenario [runs]]`. Each run is a process of its own, because
 * peak memory is the process's. Prints medians, the spread, and how they stand to what this checker sets out to reach.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import type { CheckJson } from '../cli/json.ts';

const COMMAND = path.join(import.meta.dirname, '..', 'bin', 'pterace.mjs');
const MB = 2 ** 20;

interface Bar {
  readonly what: string;
  readonly of: (run: CheckJson) => number;
  readonly bar: number;
  /** More is better, or less is. */
  readonly better: 'more' | 'less';
}

const BARS: readonly Bar[] = [
  { what: 'states', of: (run) => run.states, bar: 2_000_000, better: 'more' },
  { what: 'states/s', of: (run) => run.statesPerSecond, bar: 700_000, better: 'more' },
  { what: 'engine bytes/state', of: (run) => run.bytesPerState, bar: 40, better: 'less' },
  { what: 'peak resident bytes/state', of: (run) => run.peakRssBytesPerState, bar: 40, better: 'less' },
];

const [id = 'dirty/3cpu-2mm-today', runs = '5'] = process.argv.slice(2);
const measured = Array.from({ length: wholeNumber(runs) }, () => measure(id));
const [first] = measured;
if (first === undefined) throw new Error('nothing measured');
console.log(`${id}: ${first.verdict}, ${first.transitions.toLocaleString('en-US')} transitions, depth ${first.depth}, ${measured.length} runs`);
console.log(`  ${'time'.padEnd(26)}${median(measured.map((run) => run.seconds)).toFixed(2)} s`);
console.log(`  ${'peak resident'.padEnd(26)}${(median(measured.map((run) => run.peakRssBytesPerState * run.states)) / MB).toFixed(0)} MB`);
for (const bar of BARS) console.log(`  ${line(bar, measured)}`);

function wholeNumber(text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 1) throw new Error(`'${text}' is no number of runs`);
  return n;
}

function measure(scenario: string): CheckJson {
  const { stdout, stderr } = spawnSync(process.execPath, [COMMAND, 'check', scenario, '--json'], { encoding: 'utf8', maxBuffer: 256 * MB });
  const answer = JSON.parse(stdout || '{}') as Partial<CheckJson>;
  if (answer.states === undefined) throw new Error(stderr.trim() || `${scenario} gave no answer`);
  return answer as CheckJson;
}

/** `states/s   812,345 (790,000 … 820,000)   1.16 of the bar 700,000: reached`. */
function line({ what, of, bar, better }: Bar, all: readonly CheckJson[]): string {
  const values = all.map(of);
  const middle = median(values);
  const reached = better === 'more' ? middle >= bar : middle <= bar;
  const spread = `(${number(Math.min(...values))} … ${number(Math.max(...values))})`;
  return `${what.padEnd(26)}${number(middle).padEnd(12)}${spread.padEnd(26)}${(middle / bar).toFixed(2)} of the bar ${better === 'more' ? '≥' : '≤'} ${number(bar)}: ${reached ? 'reached' : 'missed'}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 1 });
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
