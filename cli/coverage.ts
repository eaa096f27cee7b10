/** What a search that is not exhaustive covered, in words. */
import type { Coverage, PctCoverage } from '../schedules/coverage.ts';
import { formatCount, many } from './numbers.ts';

export function coverageText(coverage: Coverage): string {
  if (coverage.kind === 'pct') return pctText(coverage);
  if (coverage.bound < 0) return 'not even all schedules without preemptions';
  return `all schedules with at most ${many(coverage.bound, 'preemption')}`;
}

function pctText({ runs, depth, threads, steps, counted, probability, reason }: PctCoverage): string {
  const done = `${many(runs, 'run')} of at most ${many(steps, 'step')} (k) by ${many(threads, 'thread')} (n)`;
  if (probability === null) return `${done}; how likely they meet a bug of depth ${depth} is not known: ${reason ?? ''}`;
  return `${done}; a bug of depth ${depth} (d) is met by one of the last ${formatCount(counted)} with probability at least ${percent(probability)}, 1 - (1 - 1/(n k^(d-1)))^${counted}`;
}

/** Rounded down: a bound must not be promised better than it is. */
function percent(probability: number): string {
  return `${(Math.floor(probability * 10_000) / 100).toString()} %`;
}
