/** Decides what a mistake does, world after world. */
import { LanguageError } from '../model/language/errors.ts';
import type { Graph } from '../model/language/graph.ts';
import type { Site } from '../model/language/mutation/mutants.ts';
import { validate } from '../model/language/validate.ts';
import { ModelError } from '../schedules/errors.ts';
import { isomorphic } from '../schedules/isomorphic.ts';
import { observations, seenAlike } from '../schedules/observations.ts';
import type { CheckResult } from '../schedules/result.ts';
import type { Host } from './host.ts';
import type { MutationTask, Outcome, WorldOutcome } from './mutation.ts';
import { contractError, SMALL, type World } from './mutation-world.ts';

const plain = (fate: Outcome['fate'], by = ''): Outcome => ({ fate, by, steps: null });

/** What the thread has to do with: its worlds, prepared when first needed. */
export interface Bench {
  readonly host: Host;
  readonly signal: AbortSignal;
  /** Null when interrupted. */
  world(id: string): Promise<World | null>;
}

/** The outcomes in the order of the worlds, up to the first that kills unless all are asked for; null when interrupted. */
export async function judge({ key, worlds, all, budget }: MutationTask, bench: Bench): Promise<readonly WorldOutcome[] | null> {
  const outcomes: WorldOutcome[] = [];
  for (const id of worlds) {
    const world = await bench.world(id);
    const outcome = world === null ? null : await inWorld(world, siteOf(world, key), budget, bench);
    if (outcome === null) return null;
    outcomes.push({ world: id, ...outcome });
    if (outcome.fate === 'killed' && !all) return outcomes;
  }
  return withProofs(key, outcomes, all, bench);
}

function siteOf(world: World, key: string): Site {
  const site = world.sites.get(key);
  if (site === undefined) throw new Error(`${world.id} has no mutant ${key}`);
  return site;
}

async function inWorld(world: World, site: Site, budget: number, bench: Bench): Promise<Outcome | null> {
  if (!world.comesTo(site)) return plain('equivalent', 'not run');
  const made = await graphOf(site, bench.host);
  if (made instanceof LanguageError) return plain('invalid', made.rule);
  if (made.hash === world.graph.hash) return plain('equivalent', 'same graph');
  const known = world.known.get(made.hash);
  if (known !== undefined) return known;
  const outcome = await searched(world, site, made, budget, bench);
  if (outcome !== null) world.known.set(made.hash, outcome);
  return outcome;
}

async function graphOf(site: Site, host: Host): Promise<Graph | LanguageError> {
  const program = site.build();
  try {
    validate(program, true);
    return await host.lower(program);
  } catch (error) {
    if (error instanceof LanguageError) return error;
    throw error;
  }
}

async function searched(world: World, site: Site, graph: Graph, budget: number, { host, signal }: Bench): Promise<Outcome | null> {
  try {
    const result = await host.check(graph, { maxStates: budget, signal });
    return result.limit === 'interrupted' ? null : outcomeOf(result, world, site);
  } catch (error) {
    if (error instanceof ModelError) return { fate: 'killed', by: 'range', steps: error.schedule.length };
    throw error;
  }
}

function outcomeOf(result: CheckResult, world: World, site: Site): Outcome {
  const steps = result.schedule?.length ?? null;
  switch (result.verdict) {
    case 'violated': return { fate: 'killed', by: `${result.property ?? ''}/${result.conjunct ?? ''}`, steps };
    case 'deadlock': return { fate: 'killed', by: 'deadlock', steps };
    case 'incomplete': return plain('undecided');
    case 'vacuous': return refused(world, site) ?? plain('vacuous', [...result.unreached, ...result.neverTruePremises.map((p) => `${p.property}/${p.conjunct}`)].join(', '));
    case 'holds': return refused(world, site) ?? plain('survived', sameCounts(result, world.original) ? 'same counts' : '');
  }
}

function refused(world: World, site: Site): Outcome | null {
  const error = world.contracts ? contractError(site.build()) : null;
  return error === null ? null : plain('refused', error.rule);
}

function sameCounts(a: CheckResult, b: CheckResult): boolean {
  return a.states === b.states && a.transitions === b.transitions && a.depth === b.depth;
}

/** What nothing kills is compared with the original, state by state, up to the first world in which it differs unless all are asked. */
async function withProofs(key: string, outcomes: readonly WorldOutcome[], all: boolean, bench: Bench): Promise<readonly WorldOutcome[] | null> {
  if (!all && outcomes.some((o) => o.fate !== 'survived' && o.fate !== 'equivalent')) return cleared(outcomes);
  const proved: WorldOutcome[] = [];
  let differs = false;
  for (const o of outcomes) {
    const world = await bench.world(o.world);
    if (world === null || bench.signal.aborted) return null;
    const by: string | null = o.fate !== 'survived' || (differs && !all) ? null : sameness(o, world, (await graphOf(siteOf(world, key), bench.host)) as Graph);
    differs ||= o.fate === 'survived' && by === null;
    proved.push(by === null ? o : { ...o, fate: 'equivalent', by });
  }
  return cleared(proved);
}

function sameness(o: WorldOutcome, world: World, mutant: Graph): string | null {
  // Both compare states, of which progress is no matter.
  if (world.original.states > SMALL || (world.graph.progress ?? []).length > 0) return null;
  if (o.by === 'same counts' && isomorphic(world.graph, mutant)) return 'same states';
  return seenAlike(world.observed(), observations(mutant)) ? 'seen alike' : null;
}

const cleared = (outcomes: readonly WorldOutcome[]): readonly WorldOutcome[] => outcomes.map((o) => (o.fate === 'survived' ? { ...o, by: '' } : o));
