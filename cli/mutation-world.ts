/** A scenario whose procedures are to be mutated: what must be known of the original. */
import { checkContracts } from '../model/language/contracts.ts';
import { LanguageError } from '../model/language/errors.ts';
import type { Graph } from '../model/language/graph.ts';
import type { Program, Stmt } from '../model/language/ir.ts';
import { stepNumbers } from '../model/language/listing.ts';
import { mutants, type Site } from '../model/language/mutation/mutants.ts';
import { silentProcedures } from '../model/language/validate.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import type { CheckResult } from '../schedules/result.ts';
import { observations, type Observations } from '../schedules/observations.ts';
import { stoodAt } from '../schedules/stood.ts';
import type { Host } from './host.ts';
import type { Outcome } from './mutation.ts';

/** Worlds with more states are searched, and not looked into state by state. */
export const SMALL = 100_000;

export interface World {
  readonly id: string;
  readonly graph: Graph;
  readonly original: CheckResult;
  readonly sites: ReadonlyMap<string, Site>;
  /** By hash of the lowered mutant: two mistakes may come to the same. */
  readonly known: Map<string, Outcome>;
  /** What the properties see in the original; computed once. */
  readonly observed: () => Observations;
  /** False only when control never comes to where the mistake is. */
  readonly comesTo: (site: Site) => boolean;
  /** The lock contracts hold of the original: of a mutant they mean something. */
  readonly contracts: boolean;
}

/** @throws UsageError when the world does not hold: then nothing that breaks it says anything of a mutant. */
export async function prepare(scenario: Scenario, host: Host, budget: number, signal: AbortSignal): Promise<World | null> {
  const program = strict(scenario);
  const graph = await host.lower(program);
  const original = await host.check(graph, { maxStates: budget, signal });
  if (original.limit === 'interrupted') return null;
  if (original.verdict !== 'holds') throw new UsageError(`${scenario.id} is ${original.verdict} as it is${original.limit === null ? '' : ` with a budget of ${budget} states`}: a mutant of it says nothing`);
  const comesTo = original.states <= SMALL ? reachability(program, graph) : () => true;
  const sites = new Map(mutants(program).map((site) => [site.key, site]));
  let seen: Observations | null = null;
  return { id: scenario.id, graph, original, sites, observed: () => (seen ??= observations(graph)), known: new Map(), comesTo, contracts: contractError(program) === null };
}

/** What mutants are judged in: with more properties than the scenario claims, where there are more. */
export const strict = (s: Scenario): Program => s.strict?.() ?? s.build();

/** What the static lock check has against a program, or null. */
export function contractError(program: Program): LanguageError | null {
  try {
    checkContracts(program);
    return null;
  } catch (error) {
    if (error instanceof LanguageError) return error;
    throw error;
  }
}

/** By where the threads stand in the reachable states. */
function reachability(program: Program, graph: Graph): (site: Site) => boolean {
  const numbers = stepNumbers(program);
  const silent = silentProcedures(program);
  const frame = (proc: string, { file, line }: Stmt['loc']): string => `${proc} ${file}:${line}`;
  const nodes = graph.nodes.filter((n) => n.kind === 'step');
  const stood = stoodAt(graph);
  const here = nodes.filter((n) => stood.has(n.id));
  const origins = new Set(here.map((n) => n.origin));
  const frames = new Set(here.flatMap((n) => n.stack.map((f) => frame(f.proc, f.loc))));
  const procs = new Set(here.flatMap((n) => n.stack.map((f) => f.proc)));
  return ({ proc, ways }) => ways.some((s) => {
    if (s === null) return silent.has(proc) || procs.has(proc);
    if (s.s === 'call') return silent.has(s.proc) || frames.has(frame(proc, s.loc));
    return origins.has(`${proc}:${numbers.get(s)}`);
  });
}
