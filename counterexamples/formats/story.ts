/** What a format is written from: a failing run with its scenario. */
import type { Graph } from '../../model/language/graph.ts';
import type { Rechecked } from '../recheck.ts';
import type { Moment } from '../reenact.ts';

export interface Story {
  /** Id of the scenario, or id#mutant. */
  readonly id: string;
  /** One line. */
  readonly title: string;
  /** Version of the kernel that is modelled: `2.6.19`. */
  readonly kernel: string;
  /** Version of pterace. */
  readonly version: string;
  readonly graph: Graph;
  readonly trace: Rechecked;
  /** String that `pterace replay` takes. */
  readonly replay: string;
}

/** `I3/writable and clean`, `deadlock`. */
export function failureName({ trace: { breakage } }: Story): string {
  return breakage.conjunct === null ? breakage.property : `${breakage.property}/${breakage.conjunct}`;
}

/** One line that says what failed where. */
export function headline(story: Story): string {
  const { breakage, moments } = story.trace;
  const steps = `${moments.length} ${moments.length === 1 ? 'step' : 'steps'}`;
  return breakage.conjunct === null ? `deadlock after ${steps}` : `${failureName(story)} broken after ${steps}`;
}

/** `store(mm0, va0)`, `pte = *pte(mm0, va0) → P pfn0`. */
export function statement({ said, obtained }: Moment): string {
  return obtained === null ? said : `${said} → ${obtained.value}`;
}

/** What the step changed, a line each: `pfn0.PG_dirty: true → false`; ghosts in parentheses. */
export function effects(moment: Moment): string[] {
  const changes = moment.changed.map(({ place, delta, to, ghost }) => {
    const text = `${place}: ${delta.includes('->') ? delta.replaceAll('->', '→') : `${delta} = ${to}`}`;
    return ghost ? `(${text})` : text;
  });
  return [...changes, ...moment.rewrote.map(({ place, value }) => `${place}: stays ${value}`)];
}

/** CPUs with a thread, in order. */
export function cpusOf(graph: Graph): number[] {
  return [...new Set(graph.threads.map((t) => t.cpu))].sort((a, b) => a - b);
}

/** Threads that took a step, by index, in order of their CPU. */
export function movers({ graph, trace }: Story): number[] {
  const moved = new Set(trace.moments.map((m) => m.thread));
  return [...moved].sort((a, b) => graph.threads[a]!.cpu - graph.threads[b]!.cpu || a - b);
}
