/** The errors of the explorers: each says who has to change what. */
import type { ScheduleStep } from './result.ts';

/** The caller asked for something that does not exist. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** The model itself is wrong (a declared range overflowed): no verdict about the kernel can be drawn from it. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  /** The violated conjunct of `$range`, or the text of the step or conjunct that went out of range. */
  readonly conjunct: string;
  /** Leads from the initial state to the error. */
  readonly schedule: readonly ScheduleStep[];

  constructor(conjunct: string, schedule: readonly ScheduleStep[]) {
    super(`the model leaves a declared range: ${conjunct} (after ${schedule.length} steps)`);
    this.conjunct = conjunct;
    this.schedule = schedule;
  }
}

/** A schedule that the graph cannot follow. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
  /** 1 for the first step of the schedule. */
  readonly step: number;
  readonly reason: string;

  constructor(step: number, reason: string) {
    super(`step ${step}: ${reason}`);
    this.step = step;
    this.reason = reason;
  }
}

/** Thrown by one evaluation that left a range; the explorers turn it into a ModelError with a schedule. */
export class RangeFault extends Error {
  override readonly name = 'RangeFault';
  /** Node id of the step, or -1 - index of the conjunct (reach: after the conjuncts). */
  readonly where: number;
  readonly choice: number;

  constructor(where: number, choice: number) {
    super(`value or index out of range at ${where}`);
    this.where = where;
    this.choice = choice;
  }
}
