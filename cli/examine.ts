/** Searches one case and re-checks what the search claims. Shared by check and verify. */
import type { Graph } from '../model/language/graph.ts';
import { ModelError, UsageError } from '../schedules/errors.ts';
import type { CheckOptions, CheckResult } from '../schedules/result.ts';
import type { Rechecked } from '../counterexamples/recheck.ts';
import { locate } from './broken-model.ts';
import type { Case } from './cases.ts';
import type { Host } from './host.ts';
import { suggest } from './near.ts';

export interface Examined {
  readonly graph: Graph;
  readonly result: CheckResult;
  /** The failing schedule, replayed; null when nothing failed. */
  readonly trace: Rechecked | null;
  /** Pasteable string of it. */
  readonly replay: string | null;
}

export async function examine(c: Case, host: Host, options: CheckOptions): Promise<Examined> {
  return examineGraph(c.id, await host.lower(c.build()), host, options);
}

/** `graph`: of the case of this id. */
export async function examineGraph(id: string, graph: Graph, host: Host, options: CheckOptions): Promise<Examined> {
  refuseUnknown(id, graph, options.properties ?? []);
  const result = honest(await search(graph, host, options));
  if (result.schedule === null) return { graph, result, trace: null, replay: null };
  const trace = await confirm(graph, result, result.schedule);
  const { encodeShort } = await import('../counterexamples/short.ts');
  return { graph, result, trace, replay: encodeShort(id, graph.hash, trace.schedule, trace.breakage.lasso?.start) };
}

/** Asked of the graph and not of the program: the assertions of the model are a property too. */
function refuseUnknown(id: string, graph: Graph, asked: readonly string[]): void {
  const known = [...graph.properties, ...(graph.progress ?? [])].map((p) => p.name).filter((name) => !name.startsWith('$'));
  const unknown = asked.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const whole = known.find((name) => unknown.startsWith(`${name}/`));
  const near = whole === undefined ? suggest(unknown, known) : `; its conjuncts are checked together: --property ${whole}`;
  throw new UsageError(`${id} has no property '${unknown}'${near} (it has ${known.join(', ') || 'none'})`);
}

async function search(graph: Graph, host: Host, options: CheckOptions): Promise<CheckResult> {
  try {
    return await host.check(graph, options);
  } catch (error) {
    throw error instanceof ModelError ? locate(graph, error) : error;
  }
}

/** A search that was cut short has proved nothing, whatever it says. */
function honest(result: CheckResult): CheckResult {
  const proved = result.verdict === 'holds' || result.verdict === 'vacuous';
  return proved && result.limit !== null ? { ...result, verdict: 'incomplete' } : result;
}

/** What replays is loaded where something fails. */
async function confirm(graph: Graph, result: CheckResult, schedule: NonNullable<CheckResult['schedule']>): Promise<Rechecked> {
  const [{ recheck }, { TraceRefused }] = await Promise.all([import('../counterexamples/recheck.ts'), import('../counterexamples/refused.ts')]);
  try {
    return recheck(graph, schedule, { property: result.property, conjunct: result.conjunct }, result.loop?.start);
  } catch (error) {
    // Not the user's trace: search and replay disagree, and that is a fault of this program.
    if (error instanceof TraceRefused) throw new Error(`the search found a trace that its replay refuses: ${error.message}`, { cause: error });
    throw error;
  }
}
