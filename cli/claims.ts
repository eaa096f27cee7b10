/** `pterace claims [thread|claim]`: what was claimed in the threads, and what became of it. */
import type { Claim } from '../model/claims/claim.ts';
import { casesOf } from '../model/claims/rules.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { findCase } from './cases.ts';
import { askedClaims } from './claims-asked.ts';
import { checkClaims, type Checked } from './claims-check.ts';
import { renderClaim, renderClaims, verdictCounts, type Report } from './claims-report.ts';
import { declaredEvidence, type Evidence } from './evidence.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Expected, Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ClaimsJson } from './json-claims.ts';
import { limits, type LimitFlags } from './search-flags.ts';

export interface ClaimsFlags extends LimitFlags {
  readonly json?: boolean;
  readonly check?: boolean;
  readonly jobs?: number;
}

export async function claims(asked: string | undefined, flags: ClaimsFlags, host: Host, io: Io): Promise<ExitCode> {
  const bounds = limits(flags);
  if (!flags.check) refuseWithoutCheck({ ...bounds, ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }) });
  const found = askedClaims(await host.claims(), asked);
  const scenarios = await host.scenarios();
  const checked = flags.check ? await checkClaims(found.claims, scenarios, { limits: bounds, ...(flags.jobs === undefined ? {} : { jobs: flags.jobs }) }, host, io) : null;
  const report: Report = { claims: found.claims, evidence: checked?.found ?? declared(found.claims, scenarios, await host.expected()), checked };
  if (flags.json) printJson(io, claimsJson(report));
  else io.out(`${found.one ? renderClaim(found.claims[0]!, report, isExplained(found.claims[0]!, scenarios), io) : renderClaims(report, asked, io)}\n`);
  return checked === null ? EXIT.ok : exitCode(checked);
}

function refuseWithoutCheck(flags: Readonly<Record<string, unknown>>): void {
  const [given] = Object.keys(flags);
  if (given !== undefined) throw new UsageError(`--${given.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} only means something with --check: without it nothing is searched`);
}

/** A run that goes on for ever has no last state to be explained. */
function isExplained({ verdict, scenarios: [first = ''] }: Claim, scenarios: readonly Scenario[]): boolean {
  if (verdict !== 'false') return false;
  const found = findCase(scenarios, first);
  return found.build().progress?.some((p) => p.name === found.expect.property) !== true;
}

/** As declared and recorded, by id of the case. */
function declared(all: readonly Claim[], scenarios: readonly Scenario[], recorded: Expected): Map<string, Evidence> {
  return new Map([...new Set(all.flatMap(casesOf))].map((id) => [id, declaredEvidence(findCase(scenarios, id), recorded[id])]));
}

function exitCode({ judgements }: Checked): ExitCode {
  const stands = [...judgements.values()].map((j) => j.stands);
  if (stands.includes(false)) return EXIT.failed;
  return stands.includes(null) ? EXIT.incomplete : EXIT.ok;
}

function claimsJson({ claims: shown, evidence, checked }: Report): ClaimsJson {
  return {
    claims: shown.map((claim) => claimJson(claim, evidence, checked)),
    verdicts: verdictCounts(shown),
    check: checked === null ? null : { ok: exitCode(checked) === EXIT.ok, complete: checked.complete, seconds: checked.seconds },
  };
}

/** A case that was not begun because of Ctrl-C has found nothing. */
function notRun(id: string): Evidence {
  return { id, verdict: 'incomplete', property: null, steps: null, states: null };
}

function claimJson(claim: Claim, evidence: Report['evidence'], checked: Checked | null): ClaimsJson['claims'][number] {
  const shown = (id: string): Evidence => evidence.get(id) ?? notRun(id);
  const { id, thread, entry, by, date, verdict, why } = claim;
  const judgement = checked?.judgements.get(claim);
  return {
    id, thread, entry, by, date, claim: claim.claim, verdict, why, new: claim.new === undefined ? null : { sure: claim.new.sure },
    scenarios: claim.scenarios.map(shown),
    assumptions: (claim.assumptions ?? []).map(({ what, without }) => ({ what, without: shown(without) })),
    stands: judgement?.stands ?? null,
    differences: [...(judgement?.differences ?? [])],
  };
}
