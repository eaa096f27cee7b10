/** From what a search found to the answer it gives. */
import type { Graph } from '../model/language/graph.ts';
import type { Engine } from './compile.ts';
import type { CheckResult, Limit, Loop, ScheduleStep } from './result.ts';

/** Counters common to all answers. */
export interface Tally {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly seconds: number;
  readonly engineBytes: number;
}

const NOTHING = {
  property: null, conjunct: null, limit: null, schedule: null, switches: null, unreached: [], neverTruePremises: [], neverRan: [],
} as const;

/** A conjunct fails at the end of the schedule. */
export function violated(engine: Engine, tally: Tally, conjunct: number, schedule: readonly ScheduleStep[]): CheckResult {
  return violatedBy(engine.conjuncts[conjunct]!, tally, schedule);
}

/** As `violated`, for the conjunct itself. */
export function violatedBy({ property, name }: { readonly property: string; readonly name: string }, tally: Tally, schedule: readonly ScheduleStep[]): CheckResult {
  return { ...NOTHING, ...tally, verdict: 'violated', property, conjunct: name, schedule, switches: switchesIn(schedule) };
}

/** Progress is not made in the run that takes the schedule up to the loop and then repeats the rest for ever. */
export function violatedForEver(property: string, tally: Tally, schedule: readonly ScheduleStep[], loop: Loop): CheckResult {
  const { states, transitions, depth, seconds, engineBytes } = tally;
  return { ...NOTHING, states, transitions, depth, seconds, engineBytes, verdict: 'violated', property, schedule, switches: switchesIn(schedule), loop };
}

/** Nothing that must go on can at the end of the schedule. */
export function deadlocked(tally: Tally, schedule: readonly ScheduleStep[]): CheckResult {
  return { ...NOTHING, ...tally, verdict: 'deadlock', property: 'deadlock', schedule, switches: switchesIn(schedule) };
}

/** The search was cut short. */
export function incomplete({ states, transitions, depth, seconds, engineBytes }: Tally, limit: Limit): CheckResult {
  return { ...NOTHING, states, transitions, depth, seconds, engineBytes, verdict: 'incomplete', limit };
}

/** Every state was seen and none is wrong; vacuous where the model never did what the properties speak of. */
export function complete(engine: Engine, tally: Tally): CheckResult {
  const unreached = engine.graph.reaches.filter((_, i) => engine.reached[i] === 0).map((r) => r.name);
  const neverTruePremises = engine.conjuncts
    .filter((_, i) => engine.premises[i] === 0)
    .map(({ property, name }) => ({ property, conjunct: name }));
  const verdict = unreached.length + neverTruePremises.length > 0 ? 'vacuous' : 'holds';
  return { ...NOTHING, ...tally, verdict, unreached, neverTruePremises, neverRan: neverRan(engine.graph, engine.ran) };
}

/** Context switches: adjacent steps by different threads. */
export function switchesIn(schedule: readonly ScheduleStep[]): number {
  return schedule.filter((step, i) => i > 0 && step.thread !== schedule[i - 1]!.thread).length;
}

function neverRan(graph: Graph, ran: Uint8Array): CheckResult['neverRan'] {
  const seen = new Set(graph.nodes.filter((n) => ran[n.id] === 1).map((n) => n.origin));
  return Object.entries(graph.origins)
    .filter(([origin]) => !seen.has(origin))
    .map(([, { proc, loc, text }]) => ({ proc, loc, text }));
}
