/** The line that tells a waiting user how far a search is. */
import type { Progress } from '../schedules/result.ts';
import type { Io } from './io.ts';
import { formatBytes, formatCount, formatRate, formatSeconds } from './numbers.ts';

/** Anything shorter needs no line. */
const QUIET_SECONDS = 2;

export interface ProgressLine {
  update(progress: Progress): void;
  /** Takes the line away again. */
  clear(): void;
}

/** On a terminal only. */
export function progressLine(io: Io): ProgressLine {
  let shown = false;
  return {
    update(progress) {
      if (!io.live || progress.seconds < QUIET_SECONDS) return;
      shown = true;
      io.err(`\r\x1b[K${describe(progress).slice(0, io.width - 1)}`);
    },
    clear() {
      if (shown) io.err('\r\x1b[K');
      shown = false;
    },
  };
}

function describe(p: Progress): string {
  const rate = p.seconds > 0 ? p.states / p.seconds : 0;
  return [
    `${formatCount(p.states)} states`, `${formatRate(rate)}/s`, `frontier ${formatCount(p.frontier)}`,
    `depth ${p.depth}`, formatBytes(p.memory), formatSeconds(p.seconds),
  ].join('  ');
}
