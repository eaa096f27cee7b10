/** What a search found wrong with states, before it is decided which failure is answered. */

/** An evaluation that left a declared range: where and in which state (see RangeFault). */
export interface Fault {
  readonly id: number;
  readonly where: number;
  readonly choice: number;
}

/** A state that violates a conjunct. */
export interface Violation {
  readonly id: number;
  /** Index among the selected conjuncts. */
  readonly conjunct: number;
}

/** The failures of one level's expansion: `steps` and `dead` are states that were expanded, the others states found by it. */
export class Failures {
  readonly steps: Fault[] = [];
  readonly tests: Fault[] = [];
  readonly dead: number[] = [];
  readonly violations: Violation[] = [];
  private keptSteps = 0;
  private keptDead = 0;

  get count(): number {
    return this.steps.length + this.tests.length + this.dead.length + this.violations.length;
  }

  /** What was noted of expanded states so far stays when `undo` is called. */
  keep(): void {
    this.keptSteps = this.steps.length;
    this.keptDead = this.dead.length;
  }

  /** Forgets what was noted of states expanded since `keep`: they will be expanded again. */
  undo(): void {
    this.steps.length = this.keptSteps;
    this.dead.length = this.keptDead;
  }

  clear(): void {
    for (const list of [this.steps, this.tests, this.dead, this.violations]) list.length = 0;
  }

  /** Takes over what another search of the same states noted. */
  add(other: Pick<Failures, 'steps' | 'tests' | 'dead' | 'violations'>): void {
    for (const f of other.steps) this.steps.push(f);
    for (const f of other.tests) this.tests.push(f);
    for (const id of other.dead) this.dead.push(id);
    for (const v of other.violations) this.violations.push(v);
  }
}
