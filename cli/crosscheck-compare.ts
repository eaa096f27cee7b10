/** One world, asked of ourselves and of other checkers. */
import type { Graph } from '../model/language/graph.ts';
import type { CheckResult } from '../schedules/result.ts';
import { TOOLS, type Answer, type Question, type ToolName } from './crosscheck-tools.ts';
import { formatCount } from './numbers.ts';
import { propertyName } from './verdict.ts';

export interface Compared {
  readonly id: string;
  readonly ours: Answer;
  readonly theirs: readonly Told[];
}

export interface Told {
  readonly tool: ToolName;
  /** Null when the tool could not answer; why is a difference. */
  readonly answer: Answer | null;
  readonly differences: readonly string[];
}

export async function compare(id: string, graph: Graph, result: CheckResult, tools: readonly ToolName[], signal: AbortSignal): Promise<Compared> {
  const ours = ourAnswer(result);
  const question: Question = { id, graph, states: result.states, failing: ours.fails !== null, selection: {} };
  const theirs: Told[] = [];
  for (const tool of tools) theirs.push(await tell(tool, question, ours, signal));
  return { id, ours, theirs };
}

function ourAnswer(result: CheckResult): Answer {
  const fails = result.verdict === 'violated' || result.verdict === 'deadlock' ? propertyName(result) : null;
  return { fails, states: result.states, transitions: result.transitions, steps: result.schedule?.length ?? null };
}

async function tell(name: ToolName, q: Question, ours: Answer, signal: AbortSignal): Promise<Told> {
  try {
    const answer = await askClaim(name, q, ours, signal);
    return { tool: name, answer, differences: differences(ours, answer) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { tool: name, answer: null, differences: [(error as Error).message] };
  }
}

/**
 * Of several claims that fail after equally many steps each search meets another first: then the tool is asked about
 * ours alone, which must fail after as many steps.
 */
async function askClaim(name: ToolName, q: Question, ours: Answer, signal: AbortSignal): Promise<Answer> {
  const first = await TOOLS[name].ask(q, signal);
  if (ours.fails === null || first.fails === ours.fails || first.steps !== ours.steps) return first;
  return TOOLS[name].ask({ ...q, selection: { claim: ours.fails } }, signal);
}

/** Where nothing fails all is counted; where something does, each search stops where it likes and only the way counts. */
function differences(ours: Answer, theirs: Answer): string[] {
  const verdict = (a: Answer): string => (a.fails === null ? 'holds' : `violated ${a.fails}`);
  if (ours.fails !== theirs.fails) return [`${verdict(theirs)}, not ${verdict(ours)}`];
  const compared = ours.fails === null ? (['states', 'transitions'] as const) : (['steps'] as const);
  return compared.filter((key) => ours[key] !== theirs[key]).map((key) => `${key}: ${formatCount(theirs[key] ?? 0)}, not ${formatCount(ours[key] ?? 0)}`);
}
