/** What a check found, in words. */
import type { Colors, Io } from './io.ts';
import { style } from '../counterexamples/style.ts';
import { shortLoc } from '../counterexamples/cell.ts';
import { fold } from '../counterexamples/fold.ts';
import type { CheckResult, Limit, Verdict } from '../schedules/result.ts';
import type { Expectation } from '../model/scenario.ts';
import type { CaseFacts } from './cases.ts';
import { coverageText } from './coverage.ts';
import type { Examined } from './examine.ts';
import { formatBytes, formatCount, formatRate, formatSeconds } from './numbers.ts';

/** Why a search was cut short, in words. */
export const LIMITS: Readonly<Record<Limit, string>> = {
  states: 'the state limit was reached',
  depth: 'the depth limit was reached',
  memory: 'the memory limit was reached',
  seconds: 'the time limit was reached',
  interrupted: 'interrupted',
  sampled: 'random walks see only a sample',
  preemptions: 'schedules with more preemptions were not looked at',
};

/** Of an incomplete search. */
export const whyCutShort = (limit: Limit | null): string => (limit === null ? 'unknown why' : LIMITS[limit]);
export const notToItsEnd = (limit: Limit | null): string => `not searched to its end: ${whyCutShort(limit)}`;

export function verdictColor(verdict: Verdict, colors: Colors): string {
  const paint = { holds: colors.green, violated: colors.red, deadlock: colors.red, incomplete: colors.yellow, vacuous: colors.yellow }[verdict];
  return paint(colors.bold(verdict));
}

/** The verdict block, without a final newline. */
export function renderVerdict(c: CaseFacts, { result, graph }: Examined, io: Io): string {
  const { colors } = style({ color: io.color });
  const facts: [string, string][] = [
    ...(c.claim === undefined ? [] : [['claim', c.claim] as [string, string]]),
    ['verdict', verdictLine(result, colors)],
    ['property', result.property === null ? [...graph.properties, ...(graph.progress ?? [])].map((p) => p.name).join(', ') : propertyName(result)],
    ['states', `${formatCount(result.states)}, ${formatCount(result.transitions)} transitions, depth ${result.depth}`],
    ...coverageFact(result),
    ...reducedFact(result),
    ['time', `${formatSeconds(result.seconds)}, ${formatRate(rate(result))} states/s`],
    ['memory', `${formatBytes(result.engineBytes)}, ${bytesPerState(result)} bytes/state; whole process ${formatBytes(peakRss())} at its peak`],
    ['machine', c.scenario.machine.length === 0 ? 'nothing switched off' : c.scenario.machine.join(', ')],
    ...(c.cuts.length === 0 ? [['declared', declared(c.expect, result, colors)] as [string, string], ...catalogueFact(c)] : [['without', c.cuts.join(', ')] as [string, string]]),
  ];
  const lines = facts.flatMap(([name, text]) => labelled(name, text, io.width, colors));
  return [colors.bold(c.id) + (c.mutation === null ? '' : colors.dim(` (${c.mutation})`)), ...lines, ...vacuity(result, io.width, colors)].join('\n');
}

/** For scripts and --quiet: `dirty/b03-clear-vs-fault violated I3/writable and clean in 26 steps`. */
export function verdictInOneLine(c: CaseFacts, result: CheckResult): string {
  const what = result.property === null ? '' : ` ${propertyName(result)}`;
  const steps = result.schedule === null ? '' : ` in ${result.schedule.length} steps`;
  return `${c.id} ${result.verdict}${result.limit === null ? '' : ` (${LIMITS[result.limit]})`}${what}${steps}`;
}

/** What a search that is not exhaustive covered. */
function coverageFact({ coverage }: CheckResult): [string, string][] {
  return coverage === undefined ? [] : [['covered', coverageText(coverage)]];
}

/** By what the states became fewer, and what that means for the trace. */
function reducedFact({ reduced }: CheckResult): [string, string][] {
  if (reduced === undefined) return [];
  const { ideas, symmetries, shortest } = reduced;
  const names = ideas.map((idea) => (idea === 'symmetry' ? `symmetry (${symmetries.length === 0 ? 'there is none' : symmetries.join('; ')})` : idea)).join(', ');
  const trace = shortest === null ? '' : shortest ? '; the trace is a shortest one, by an unreduced search up to its length' : '; no unreduced search of moderate size reached the failure: the trace may not be a shortest one';
  return [['reduced', `${names}${trace}`]];
}

/** What the catalogue of races says of the shortest trace, and why ours differs. A mutant is not in it. */
export function catalogueFact({ scenario: s, mutation }: CaseFacts): [string, string][] {
  if (mutation !== null || (s.catalogueSteps === undefined && s.lengthNote === undefined)) return [];
  const steps = s.catalogueSteps === undefined ? null : `${s.catalogueSteps} steps`;
  return [['catalogue', [steps, s.lengthNote].filter((part) => part !== null && part !== undefined).join(': ')]];
}

export function rate(result: CheckResult): number {
  return result.seconds > 0 ? Math.round(result.states / result.seconds) : 0;
}

export function bytesPerState(result: CheckResult): number {
  return result.states > 0 ? Math.round((result.engineBytes / result.states) * 10) / 10 : 0;
}

export function propertyName({ property, conjunct }: { property: string | null; conjunct: string | null }): string {
  return [property, conjunct].filter((part) => part !== null).join('/');
}

/** Bytes of the process at its fullest: the engine, the interpreter and everything else. */
export function peakRss(): number {
  return process.resourceUsage().maxRSS * 1024;
}

/** Honest but unkind to small searches, which pay for the interpreter. */
export function peakRssPerState(result: CheckResult): number {
  return result.states > 0 ? Math.round((peakRss() / result.states) * 10) / 10 : 0;
}

/** `violated I1-strong/quiescent in 18 steps`. */
export function expectationText(expect: Expectation): string {
  const name = expect.property === undefined ? '' : ` ${propertyName({ property: expect.property, conjunct: expect.conjunct ?? null })}`;
  return `${expect.verdict}${name}${expect.steps === undefined ? '' : ` in ${expect.steps} steps`}`;
}

function verdictLine(result: CheckResult, colors: Colors): string {
  const trace = result.schedule === null ? '' : `, ${lengthText(result, result.schedule.length)}, ${result.switches ?? 0} context switches`;
  const limit = result.limit === null || result.verdict !== 'incomplete' ? '' : `: ${LIMITS[result.limit]}; what was covered does not break it, and proves nothing about the rest`;
  return `${verdictColor(result.verdict, colors)}${trace}${limit}`;
}

/** `14 steps`, `5 steps and 9 for ever`. */
function lengthText({ loop }: CheckResult, steps: number): string {
  if (loop === undefined) return `${steps} steps`;
  return `${loop.start} steps and then ${loop.start === steps ? 'nothing' : steps - loop.start} for ever${loop.shortest ? '' : ' (there may be a shorter way)'}`;
}

function declared(expect: Expectation, result: CheckResult, colors: Colors): string {
  const same = expect.verdict === result.verdict && (expect.property === undefined || expect.property === result.property);
  const note = same ? '' : colors.yellow(' (this is not what was found)');
  return expectationText(expect) + (result.verdict === 'incomplete' ? '' : note);
}

function labelled(name: string, text: string, width: number, colors: Colors): string[] {
  const [first = '', ...rest] = fold(text, width - 12, 0, 0);
  return [`  ${colors.dim(name.padEnd(10))}${first}`, ...rest.map((line) => ' '.repeat(12) + line)];
}

/** What never happened: reasons to distrust a "holds". */
function vacuity(result: CheckResult, width: number, colors: Colors): string[] {
  const findings = [
    ...result.unreached.map((name) => `never reached: ${name}`),
    ...result.neverTruePremises.map((c) => `says nothing here, its premise is never true: ${propertyName(c)}`),
    ...neverRan(result),
  ];
  return findings.flatMap((finding) => fold(colors.yellow(finding), width, 2));
}

/** A line a procedure: `never ran: do_cow_fault memory.ts:262 :263 :264`. The statements are in the JSON. */
function neverRan({ neverRan }: CheckResult): string[] {
  const byProc = new Map<string, string[]>();
  let file = '';
  for (const { proc, loc } of neverRan) {
    const lines = byProc.get(proc) ?? [];
    lines.push(lines.length > 0 && loc.file === file ? `:${loc.line}` : shortLoc(loc));
    file = loc.file;
    byProc.set(proc, lines);
  }
  return [...byProc].map(([proc, lines]) => `never ran: ${proc} ${lines.join(' ')}`);
}
