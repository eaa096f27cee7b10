/** The generated parts of docs/threads: each claim with its verdict, its reasons and what it stands on. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { withAliases } from '../cli/aliases.ts';
import { findCase } from '../cli/cases.ts';
import { askedClaims } from '../cli/claims-asked.ts';
import { said, verdictCounts } from '../cli/claims-report.ts';
import { declaredEvidence, measure, type Evidence } from '../cli/evidence.ts';
import type { Expected } from '../cli/host.ts';
import { many } from '../cli/numbers.ts';
import { claims } from '../model/claims/index.ts';
import type { Claim, Thread } from '../model/claims/claim.ts';
import { threads } from '../model/claims/threads.ts';
import { scenarios } from '../model/scenarios/index.ts';

type Table = (head: readonly string[], rows: readonly (readonly string[])[]) => string;

/** Lines of a trace that a page shows without folding it away. */
const SHORT = 60;

const recorded = JSON.parse(readFileSync(new URL('../model/scenarios/expected.json', import.meta.url), 'utf8')) as Expected;
const named = withAliases(scenarios, claims);
const code = (text: string): string => `\`${text}\``;

/** Of a scenario or mutant, as declared and recorded. */
function evidence(id: string): Evidence {
  return declaredEvidence(findCase(named, id), recorded[id]);
}

let known: Readonly<Record<string, string>> | null = null;

/** The run that refutes the claim, as `pterace replay` prints it. */
function refutation({ scenarios: [first = ''] }: Claim): string {
  known ??= failures([...new Set(claims.filter((c) => c.verdict === 'false').map((c) => c.scenarios[0] ?? ''))]);
  const text = known[first];
  if (text === undefined) throw new Error(`${first} has no failing run`);
  return text;
}

function failures(ids: readonly string[]): Readonly<Record<string, string>> {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(import.meta.dirname, 'failures.mjs'), ...ids], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  if (status !== 0) throw new Error(`the failing runs cannot be shown: ${stderr}`);
  return JSON.parse(stdout) as Record<string, string>;
}

/** One row a thread. */
export function threadTable(table: Table): string {
  return table(['thread', 'when', 'people', 'claims', 'true', 'false', 'conditional', 'new'], threads.map(({ thread, subject, people, when }) => {
    const own = claims.filter((c) => c.thread === thread);
    const counts = verdictCounts(own);
    return [`[${subject}](${thread}.md)`, when, people, ...[own.length, counts.true, counts.false, counts.conditional, counts.new].map(String)];
  }));
}

/** A table of contents, then a section a claim. */
export function threadPage(thread: Thread, table: Table): string {
  const { claims: own } = askedClaims(claims, thread);
  const counts = verdictCounts(own);
  const contents = table(['entry', 'claim', 'said', 'verdict', 'shortest trace or states'], own.map((claim) => [
    claim.entry, `[${shortName(claim)}](#${anchor(claim)})`, said(claim), verdict(claim), measure(evidence(claim.scenarios[0] ?? '')),
  ]));
  return [`${many(own.length, 'claim')}: ${counts.true} true, ${counts.false} false, ${counts.conditional} conditional; ${counts.new} new.`, contents, ...own.map((claim) => section(claim, table))].join('\n\n');
}

const verdict = (claim: Claim): string => `**${claim.verdict}**${claim.new === undefined ? '' : ', new'}`;
const shortName = ({ id }: Claim): string => id.slice(id.indexOf('/') + 1);
const title = (claim: Claim): string => `${claim.entry}: ${shortName(claim)}`;
/** As GitHub makes them of headings. */
const anchor = (claim: Claim): string => title(claim).toLowerCase().replace(/[^\w -]/g, '').replaceAll(' ', '-');

function section(claim: Claim, table: Table): string {
  return [
    `### ${title(claim)}`,
    `${said(claim)}:`,
    `> ${claim.claim}`,
    `${verdict(claim)}. ${claim.why}`,
    ...(claim.new === undefined ? [] : [`Nobody in the thread said so. ${claim.new.sure}`]),
    table(['scenario', 'answer', 'shortest trace', 'states', ''], claim.scenarios.map((id, i) => scenarioRow(id, i === 0 ? 'settles it' : ''))),
    ...((claim.assumptions ?? []).length === 0 ? [] : [table(['true only as long as', 'fails without', 'breaks', 'shortest trace'], (claim.assumptions ?? []).map(assumptionRow))]),
    ...(claim.verdict === 'false' ? [trace(claim)] : []),
  ].join('\n\n');
}

const number = (n: number | null): string => (n === null ? '' : n.toLocaleString('en-US'));

function scenarioRow(id: string, role: string): string[] {
  const { verdict: answer, property, steps, states } = evidence(id);
  return [code(id), [answer, ...(property === null || property === answer ? [] : [property])].join(' '), number(steps), states === null ? 'not recorded' : number(states), role];
}

function assumptionRow({ what, without }: NonNullable<Claim['assumptions']>[number]): string[] {
  const { property, steps } = evidence(without);
  return [what, code(without), property ?? '', steps === null ? '' : many(steps, 'step')];
}

function trace(claim: Claim): string {
  const text = `\`\`\`text\n${refutation(claim)}\n\`\`\``;
  const id = claim.scenarios[0] ?? '';
  const { steps } = evidence(id);
  const name = `The run of ${code(id)} that refutes it${steps === null ? '' : `, ${many(steps, 'step')}`}`;
  return text.split('\n').length <= SHORT ? `${name}:\n\n${text}` : `<details>\n<summary>${name.replace(/`([^`]*)`/, '<code>$1</code>')}</summary>\n\n${text}\n\n</details>`;
}
