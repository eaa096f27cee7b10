/** Searches one case and re-checks what the search claims. Shared by check and verify. */
import type { Graph } from '../model/language/graph.ts';
import { ModelError } from '../schedules/errors.ts';
import type { CheckOptions, CheckResult } from '../schedules/result.ts';
import { recheck, type Rechecked } from '../counterexamples/recheck.ts';
import { encodeShort } from '../counterexamples/short.ts';
import { TraceRefused } from '../counterexamples/refused.ts';
import { locate } from './broken-model.ts';
import type { Case } from './cases.ts';
import type { Host } from './host.ts';

export interface Examined {
  readonly graph: Graph;
  readonly result: CheckResult;
  /** The failing schedule, replayed; null when nothing failed. */
  readonly trace: Rechecked | null;
  /** Pasteable string of it. */
  readonly replay: string | null;
}

export async function examine(c: Case, host: Host, options: CheckOptions): Promise<Examined> {
  const graph = await host.lower(c.build());
  const result = honest(await search(graph, host, options));
  const trace = result.schedule === null ? null : confirm(graph, result, result.schedule);
  return { graph, result, trace, replay: trace === null ? null : encodeShort(c.id, graph.hash, trace.schedule) };
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

function confirm(graph: Graph, result: CheckResult, schedule: NonNullable<CheckResult['schedule']>): Rechecked {
  try {
    return recheck(graph, schedule, { property: result.property, conjunct: result.conjunct });
  } catch (error) {
    // Not the user's trace: search and replay disagree, and that is a fault of this program.
    if (error instanceof TraceRefused) throw new Error(`the search found a trace that its replay refuses: ${error.message}`, { cause: error });
    throw error;
  }
}
