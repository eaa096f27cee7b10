/** Runs the engine on one state after the other and notes what is wrong with them. */
import type { Engine } from './compile.ts';
import { RangeFault } from './errors.ts';
import { Failures } from './failures.ts';

export class Inspector {
  readonly engine: Engine;
  readonly failures = new Failures();
  /** Reaches not seen yet. */
  private missing: number;

  constructor(engine: Engine) {
    this.engine = engine;
    this.missing = engine.graph.reaches.length;
  }

  /** As `Engine.expand` of the state `id` at `src[o]`, but answers n when a step leaves its range, and never a complement. */
  expand(id: number, src: Int32Array, o: number, dst: Int32Array, n: number, moves: Int32Array): number {
    try {
      const after = this.engine.expand(src, o, dst, n, moves);
      if (after >= 0) return after;
      this.failures.dead.push(id);
      return ~after;
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      this.failures.steps.push({ id, where: error.where, choice: error.choice });
      return n;
    }
  }

  /** Checks the state `id` at `src[o]`. */
  check(id: number, src: Int32Array, o: number): void {
    try {
      if (this.missing > 0) this.missing = this.engine.observe(src, o);
      const conjunct = this.engine.check(src, o);
      if (conjunct >= 0) this.failures.violations.push({ id, conjunct });
    } catch (error) {
      if (!(error instanceof RangeFault)) throw error;
      this.failures.tests.push({ id, where: error.where, choice: error.choice });
    }
  }
}
