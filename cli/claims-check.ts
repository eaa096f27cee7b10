/** Searches what claims stand on and says whether they stand. */
import { availableParallelism } from 'node:os';
import type { Claim } from '../model/claims/claim.ts';
import { casesOf, objections } from '../model/claims/rules.ts';
import type { Scenario } from '../model/scenario.ts';
import { findCase, type Case } from './cases.ts';
import type { Limits } from './crew.ts';
import { foundEvidence, type Evidence } from './evidence.ts';
import { hire } from './hire.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { isComplete, type Run, type Verified } from './verified.ts';
import { verifyAll } from './verify-all.ts';

/** What the searches say of one claim. */
export interface Judgement {
  /** Null: a search was cut short, and nothing that came to its end speaks against it. */
  readonly stands: boolean | null;
  readonly differences: readonly string[];
}

export interface Checked {
  readonly judgements: ReadonlyMap<Claim, Judgement>;
  /** By id of the case; without those that did not run. */
  readonly found: ReadonlyMap<string, Evidence>;
  readonly complete: boolean;
  readonly seconds: number;
}

export async function checkClaims(claims: readonly Claim[], scenarios: readonly Scenario[], options: { readonly jobs?: number; readonly limits: Limits }, host: Host, io: Io): Promise<Checked> {
  const run = await searchAll(caseList(claims, scenarios), options, host, io);
  const verified = new Map(run.verified.map((v) => [v.case.id, v]));
  return {
    judgements: new Map(claims.map((claim) => [claim, judge(claim, verified)])),
    found: new Map(run.verified.flatMap((v) => (v.searched === null ? [] : [[v.case.id, foundEvidence(v.case, v.searched.result)]]))),
    complete: isComplete(run),
    seconds: run.seconds,
  };
}

function caseList(claims: readonly Claim[], scenarios: readonly Scenario[]): Case[] {
  return [...new Set(claims.flatMap(casesOf))].map((id) => findCase(scenarios, id));
}

/** Counts are not compared: they are no part of a claim. */
async function searchAll(cases: readonly Case[], { jobs = availableParallelism(), limits }: { readonly jobs?: number; readonly limits: Limits }, host: Host, io: Io): Promise<Run> {
  const hired = await hire(Math.min(jobs, cases.length), host, io);
  try {
    return await verifyAll({ cases, recorded: await host.expected(), recording: true, limits, jobs: hired.jobs }, hired.crew, io);
  } finally {
    await hired.crew.end();
  }
}

function judge(claim: Claim, verified: ReadonlyMap<string, Verified>): Judgement {
  const cases = casesOf(claim).map((id) => verified.get(id));
  const ended = cases.flatMap((v) => (v === undefined || v.searched?.result.verdict === 'incomplete' ? [] : [v]));
  const answers = new Map(ended.map((v) => [v.case.id, v.searched?.result.verdict ?? 'broken model']));
  const differences = [
    ...ended.flatMap((v) => v.differences.map((d) => `${v.case.id}: ${d}`)),
    ...objections(claim, (id) => answers.get(id) ?? null),
  ];
  return { stands: differences.length > 0 ? false : ended.length < cases.length ? null : true, differences };
}
