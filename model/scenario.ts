/** What a scenario is: a closed world, what is claimed about it, and the variants that must fail. Types only. */
import type { Program } from './language/ir.ts';

/** What a check of the scenario must answer. */
export interface Expectation {
  readonly verdict: 'holds' | 'violated' | 'deadlock';
  /** The property that must be the one to break. */
  readonly property?: string;
  readonly conjunct?: string;
  /** Length of the shortest trace. */
  readonly steps?: number;
}

/** A world that can be recorded, and perhaps a smaller one like it. */
export interface Buildable {
  build(): Program;
  /**
   * What it can be built without, the largest first: a CPU with what runs on it (`cpu1`), the n-th thing that a thread does
   * (`program0@2`), the last mm or page frame (`mm1`, `pfn1`).
   */
  readonly parts?: readonly string[];
  /** Null when nothing sensible is left: no CPU, or one whose mm is gone. */
  without?(parts: readonly string[]): Program | null;
}

/** A named variant with something left out or done wrong: it must fail, else the scenario proves little. */
export interface Mutant extends Buildable {
  /** `check` accepts `<scenario id>#<name>`. */
  readonly name: string;
  readonly what: string;
  readonly expect: Expectation;
}

export interface RaceAlias {
  /** `b03-clear-vs-fault`. */
  readonly id: string;
  /** `B03`. */
  readonly entry: string;
  /** It is the scenario that an id or entry of the race alone stands for. */
  readonly first: boolean;
}

/** A closed world with its expected verdict. */
export interface Scenario extends Buildable {
  /** `dirty/b01-december-2006`. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** A paragraph: the claim, who made it, when, which commit. */
  readonly about: string;
  /** Catalogue entry: `B01`, `A4.3`. */
  readonly entry?: string;
  /** Kernel version: `2.6.19`. */
  readonly kernel: string;
  readonly cpus: number;
  readonly mms: number;
  readonly pages: number;
  /** Hardware behaviour switched off, `no speculative fills`; printed with the verdict. */
  readonly machine: readonly string[];
  readonly expect: Expectation;
  /** The catalogue's shortest trace. */
  readonly catalogueSteps?: number;
  /** Why ours differs from it. */
  readonly lengthNote?: string;
  readonly mutants: readonly Mutant[];
  /** Other ids it goes by: those of the claims that it settles. */
  readonly aliases?: readonly string[];
  /** The races of real kernels that it shows or is a control of. */
  readonly races?: readonly RaceAlias[];
  /** The same world with what every world that holds keeps besides: mutants and repairs are judged by it. */
  strict?(): Program;
}
