/** Which steps a search finds. */
import type { CellData, Lane, StepData } from '../data.ts';

/** Everything that is shown of a step, in lower case. */
export function stepText(step: StepData, cells: readonly CellData[], lanes: readonly Lane[]): string {
  const thread = lanes.flatMap((lane) => lane.threads).find((t) => t.index === step.thread)?.name ?? '';
  return [
    `CPU${step.cpu}`, thread, step.proc, step.where, step.said, step.obtained?.value ?? '',
    ...step.changed.map((c) => `${cells[c.cell]!.place}: ${c.delta} ${c.to}`),
    ...step.rewrote.map((cell) => cells[cell]!.place),
    ...step.locals.map((l) => `${l.name} = ${l.value}`), ...step.holds,
  ].join(' ').toLowerCase();
}

/** Numbers, from 1, of the steps whose text has every word of the query; none for an empty query. */
export function findSteps(texts: readonly string[], query: string): number[] {
  const words = query.toLowerCase().split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  return texts.flatMap((text, i) => (words.every((word) => text.includes(word)) ? [i + 1] : []));
}

/** The hit after `at` (or before it), around the end; null without hits. */
export function nextHit(hits: readonly number[], at: number, direction: 1 | -1): number | null {
  if (direction === 1) return hits.find((hit) => hit > at) ?? hits[0] ?? null;
  return hits.findLast((hit) => hit < at) ?? hits.at(-1) ?? null;
}
