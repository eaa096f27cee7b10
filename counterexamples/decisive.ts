/** Which steps of a failing run made it fail: a backward slice along values read and decisions taken. */
import type { Graph } from '../model/language/graph.ts';
import { nodeOf, type ReplayStep, type State } from '../schedules/replay.ts';
import type { Accesses } from './accesses.ts';
import { blame, type Cell } from './blame.ts';
import type { Breakage } from './breakage.ts';

interface Failing {
  readonly steps: readonly ReplayStep[];
  /** By step. */
  readonly did: readonly Accesses[];
  readonly end: State;
  readonly breakage: Breakage | null;
}

/**
 * Numbers (from 1) of the steps that the failure depends on: the last step, those that wrote what the broken conjunct or
 * the waiting threads look at, and, from each of these, the steps that wrote what it read and the last of its thread that
 * waited or chose a way.
 */
export function decisive(graph: Graph, failing: Failing): ReadonlySet<number> {
  const { steps, did } = failing;
  const found = new Set<number>();
  const open = seeds(graph, failing);
  for (let number = open.pop(); number !== undefined; number = open.pop()) {
    if (found.has(number)) continue;
    found.add(number);
    const { read, regsRead } = did[number - 1]!;
    const { thread } = steps[number - 1]!;
    const before = (test: (a: Accesses, i: number) => boolean): void => {
      const at = did.slice(0, number - 1).findLastIndex(test);
      if (at >= 0) open.push(at + 1);
    };
    for (const cell of read) before((a) => has(a.written, cell));
    for (const reg of regsRead) before((a, i) => steps[i]!.thread === thread && a.regsSet.includes(reg));
    before((a, i) => steps[i]!.thread === thread && a.decides);
  }
  return found;
}

function seeds(graph: Graph, { steps, did, end, breakage }: Failing): number[] {
  if (steps.length === 0) return [];
  const writers = (breakage?.witnesses ?? []).flatMap((w) => w.writes.map((write) => write.step.number));
  if (breakage === null || breakage.stuck.length === 0) return [steps.length, ...writers];
  return graph.threads.flatMap(({ daemon }, thread) => {
    const node = nodeOf(graph, end, thread);
    if (daemon !== 'no' || node.guard === null) return [];
    const waitsFor = blame(graph, end, node.guard).map((cell) => did.findLastIndex((a) => has(a.written, cell)) + 1);
    return [...waitsFor, steps.findLastIndex((step) => step.thread === thread) + 1].filter((number) => number > 0);
  });
}

function has(cells: readonly Cell[], [place, cell]: Cell): boolean {
  return cells.some(([p, c]) => p === place && c === cell);
}
