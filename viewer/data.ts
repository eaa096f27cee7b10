/** What the page shows, as data: written by story.ts, read by the script in the page. Types only. */

/** A page: one run of one scenario. */
export interface PageData {
  readonly scenario: ScenarioData;
  readonly lanes: readonly Lane[];
  readonly cells: readonly CellData[];
  readonly conjuncts: readonly ConjunctData[];
  /** By procedure. */
  readonly listings: Readonly<Record<string, readonly CodeLine[]>>;
  readonly story: Story;
  /** The page was served: it can ask for other runs. */
  readonly walk: boolean;
}

export interface ScenarioData {
  /** Scenario, or scenario#mutant. */
  readonly id: string;
  readonly title: string;
  readonly kernel: string;
  readonly about: string;
  /** What the mutant changes. */
  readonly mutation: string | null;
  /** Hardware behaviour that is switched off. */
  readonly machine: readonly string[];
}

/** A CPU and what runs on it. */
export interface Lane {
  readonly cpu: number;
  readonly threads: readonly { readonly index: number; readonly name: string; readonly daemon: boolean }[];
}

/** One cell of shared state. */
export interface CellData {
  readonly place: string;
  /** Heading that it is shown under: `CPU0`, `mm0`, `pfn0`; empty for what there is once. */
  readonly group: string;
  /** Name below that heading: `PG_dirty`. */
  readonly name: string;
  readonly kind: 'flag' | 'record' | 'value';
  readonly ghost: boolean;
  readonly lock: boolean;
  readonly initial: string;
}

export interface ConjunctData {
  readonly property: string;
  readonly conjunct: string;
  readonly prose: string;
}

/** A line of a listing. Lines of code say where they are from; comments and braces do not. */
export interface CodeLine {
  readonly text: string;
  /** Number of the step, or empty. */
  readonly number: string;
  readonly at: string | null;
}

/** A run: what changes when the user walks elsewhere. */
export interface Story {
  readonly steps: readonly StepData[];
  /** By conjunct, one character for each state from the initial one: t true, f false, p the premise is not met. */
  readonly truth: readonly string[];
  readonly locks: readonly LockBar[];
  readonly arrows: readonly Arrow[];
  readonly broken: Broken | null;
  /** Argument for `pterace replay`. */
  readonly replay: string;
}

export interface StepData {
  readonly thread: number;
  readonly choice: number;
  readonly cpu: number;
  readonly proc: string;
  /** `memory.ts:302` */
  readonly where: string;
  /** Innermost first. */
  readonly stack: readonly { readonly proc: string; readonly at: string }[];
  /** The statement with the values of this run in it. */
  readonly said: string;
  readonly obtained: { readonly name: string; readonly value: string } | null;
  readonly locals: readonly { readonly name: string; readonly value: string }[];
  readonly changed: readonly ChangeData[];
  /** Cells that were written and kept their value. */
  readonly rewrote: readonly number[];
  /** What the thread holds after the step. */
  readonly holds: readonly string[];
  readonly ended: boolean;
}

export interface ChangeData {
  /** Index in PageData.cells. */
  readonly cell: number;
  readonly to: string;
  /** `+W +D`, or `0 -> 1`. */
  readonly delta: string;
}

/** A lock is held on a CPU from one step to another; `to` is null when it still is at the end. */
export interface LockBar {
  readonly cpu: number;
  readonly lock: string;
  readonly shared: boolean;
  readonly from: number;
  readonly to: number | null;
  /** Column beside the steps: locks held together have different ones. */
  readonly slot: number;
}

/** Between steps, counted from 1. */
export interface Arrow {
  readonly kind: 'lock' | 'reads-from' | 'ipi';
  readonly from: number;
  readonly to: number;
  readonly place: string;
  readonly matters: boolean;
}

/** What is wrong in the last state. */
export interface Broken {
  readonly property: string;
  /** Null for a deadlock. */
  readonly conjunct: string | null;
  readonly prose: string;
  readonly witnesses: readonly {
    readonly place: string;
    readonly value: string;
    readonly ghost: boolean;
    readonly writes: readonly { readonly step: number; readonly cpu: number; readonly delta: string }[];
  }[];
  /** Of a deadlock: who waits, and for what. */
  readonly stuck: readonly string[];
}

/** A step that can be taken next. */
export interface Option {
  readonly step: StepData;
  /** What is wrong after it; null when nothing is. */
  readonly broken: Broken | null;
}

/** Where a served page asks to go on to: to where another thread must move, something breaks, a cell has another value, or a predicate of `pterace witness` is true. */
export type Until =
  | { readonly kind: 'switch' }
  | { readonly kind: 'broken' }
  | { readonly kind: 'change'; readonly cell: number }
  | { readonly kind: 'predicate'; readonly text: string };

/** The answer. `never`: every state that can be reached was looked at. `unknown`: the search was cut short. */
export interface Found {
  readonly answer: 'found' | 'never' | 'unknown';
  /** [thread, choice] of each step from the initial state. */
  readonly schedule: readonly (readonly [number, number])[];
  /** That were looked at. */
  readonly states: number;
}
