/** Runs the cases of a verify run, several at once, and keeps their order. */
import type { Board } from './board.ts';
import type { Case } from './cases.ts';
import type { Crew, Limits } from './crew.ts';
import { countDifferences, verdictDifferences } from './declared.ts';
import type { Expected } from './host.ts';
import type { Io } from './io.ts';
import { sideBySide } from './side-by-side.ts';
import { notToItsEnd } from './verdict.ts';
import type { Run, Verified } from './verified.ts';

export interface Plan {
  readonly cases: readonly Case[];
  readonly recorded: Expected;
  /** The counts found are to be recorded, not compared. */
  readonly recording: boolean;
  readonly limits: Limits;
  readonly jobs: number;
}

export async function verifyAll(plan: Plan, crew: Crew, io: Io): Promise<Run> {
  const start = performance.now();
  const found = await sideBySide({ cases: longestFirst(plan), jobs: plan.jobs }, io, async (c, board) => {
    const one = await verifyOne(c, plan, crew, board);
    // What Ctrl-C cut short says nothing: it counts as not run.
    return one.searched?.result.limit === 'interrupted' ? null : one;
  });
  const verified = plan.cases.flatMap((c) => found.get(c) ?? []);
  return { verified, skipped: plan.cases.length - verified.length, seconds: (performance.now() - start) / 1000 };
}

/** The big ones early, so that no thread is left alone with one at the end; what is not known may be big. */
function longestFirst({ cases, recorded, jobs }: Plan): Case[] {
  if (jobs === 1) return [...cases];
  const size = (c: Case): number => recorded[c.id]?.states ?? Infinity;
  return [...cases].sort((a, b) => (size(a) === size(b) ? 0 : size(b) - size(a)));
}

async function verifyOne(c: Case, { recorded, recording, limits }: Plan, crew: Crew, board: Board): Promise<Verified> {
  const answer = await crew.search(c, limits, (p) => { board.update(c.id, p); });
  if ('broken' in answer) return { case: c, searched: null, differences: [answer.broken] };
  const { result } = answer;
  if (result.verdict === 'incomplete') return { case: c, searched: answer, differences: [notToItsEnd(result.limit)] };
  const counts = recording ? [] : countDifferences(result, recorded[c.id]);
  return { case: c, searched: answer, differences: [...verdictDifferences(c, result), ...counts] };
}
