/** The line that tells a waiting user which searches are under way: `[3/40]  dirty/reclaim 120 k states 2.00 s`. */
import { style } from '../counterexamples/style.ts';
import type { Progress } from '../schedules/result.ts';
import type { Io } from './io.ts';
import { formatRate, formatSeconds } from './numbers.ts';

/** Milliseconds between two looks of the line. */
const REFRESH = 100;

export class Board {
  private readonly io: Io;
  private readonly total: number;
  private readonly running = new Map<string, Progress | null>();
  private done = 0;
  private shown = 0;

  constructor(io: Io, total: number) {
    this.io = io;
    this.total = total;
  }

  begin(id: string): void {
    this.running.set(id, null);
    this.show();
  }

  update(id: string, progress: Progress): void {
    this.running.set(id, progress);
    this.show();
  }

  end(id: string): void {
    this.running.delete(id);
    this.done++;
  }

  clear(): void {
    if (this.io.live) this.io.err('\r\x1b[K');
  }

  /** Rewritten in place, on a terminal only, and not so often that it costs time or flickers. */
  private show(): void {
    const now = performance.now();
    if (!this.io.live || now - this.shown < REFRESH) return;
    this.shown = now;
    const searches = [...this.running].map(([id, p]) => (p === null ? id : `${id} ${formatRate(p.states)} states ${formatSeconds(p.seconds)}`));
    const text = `[${this.done}/${this.total}]  ${searches.join('  ')}`.slice(0, this.io.width - 1);
    this.io.err(`\r\x1b[K${style({ color: this.io.color }).colors.dim(text)}`);
  }
}
