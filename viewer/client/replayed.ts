/** The state at a step, from what the steps changed. */
import type { CellData, StepData, Story } from '../data.ts';

export interface CellNow {
  readonly value: string;
  /** Number of the step that wrote it last; 0: never written. */
  readonly by: number;
}

/** By cell, after step `at`; 0 is the initial state. */
export function stateAt(cells: readonly CellData[], steps: readonly StepData[], at: number): CellNow[] {
  const now = cells.map((cell): CellNow => ({ value: cell.initial, by: 0 }));
  steps.slice(0, at).forEach((step, i) => {
    for (const { cell, to } of step.changed) now[cell] = { value: to, by: i + 1 };
  });
  return now;
}

/** The cells that the run changes, or that what broke turns on. */
export function cellsOfInterest(cells: readonly CellData[], { steps, broken }: Story): Set<number> {
  const witnesses = new Set(broken?.witnesses.map((w) => w.place));
  return new Set([
    ...steps.flatMap((step) => step.changed.map((c) => c.cell)),
    ...cells.flatMap((cell, i) => (witnesses.has(cell.place) ? [i] : [])),
  ]);
}

/** What a screen reader says of a step. */
export function sentence(story: Story, cells: readonly CellData[], at: number): string {
  const step = story.steps[at - 1];
  if (step === undefined) return 'Initial state';
  const changes = step.changed.map((c) => `${cells[c.cell]!.place}: ${arrows(c.delta)}`).join(', ');
  const broken = story.broken !== null && at === story.steps.length ? ` ${breaks(story.broken)}.` : '';
  return `Step ${at} of ${story.steps.length}, CPU${step.cpu}, ${step.proc} ${step.where}: ${step.said}.${changes === '' ? '' : ` ${changes}.`}${broken}`;
}

export function arrows(delta: string): string {
  return delta.replaceAll('->', '→');
}

export function nameOf({ property, conjunct }: { readonly property: string; readonly conjunct: string | null }): string {
  return conjunct === null ? property : `${property}/${conjunct}`;
}

/** `breaks I3/writable and clean`, `deadlock`. */
export function breaks(broken: { readonly property: string; readonly conjunct: string | null }): string {
  return broken.conjunct === null ? broken.property : `breaks ${nameOf(broken)}`;
}
