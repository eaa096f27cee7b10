/** `pterace show <scenario|procedure>`: what exactly is explored, as kernel-style C. */
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import type { ProcDecl, Program } from '../model/language/ir.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import { allCases, caseNamed, findCase, type Case } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ShowJson } from './json.ts';
import { many } from './numbers.ts';
import { suggest } from './near.ts';
import { summarize } from './summary.ts';
import { catalogueFact, expectationText } from './verdict.ts';

interface Subject {
  readonly case: Case;
  readonly program: Program;
  /** The one procedure asked for, or null for the whole scenario. */
  readonly proc: ProcDecl | null;
}

export async function show(name: string, flags: { readonly json?: boolean; readonly scenario?: string }, host: Host, io: Io): Promise<ExitCode> {
  const subject = findSubject(name, flags.scenario, await host.scenarios(flags.scenario ?? name));
  const procs = subject.proc === null ? subject.program.procs : [subject.proc];
  const listings = await Promise.all(procs.map((proc) => host.listing(proc, subject.program)));
  if (flags.json) printJson(io, showJson(subject, procs, listings));
  else io.out(`${[...(subject.proc === null ? world(subject, io) : []), ...listings.map((text) => text.trimEnd())].join('\n\n')}\n`);
  return EXIT.ok;
}

function findSubject(name: string, within: string | undefined, scenarios: readonly Scenario[]): Subject {
  const whole = caseNamed(scenarios, name);
  if (whole !== null) {
    if (within !== undefined) throw new UsageError(`${name} is a scenario; --scenario says where to look for a procedure`);
    return { case: whole, program: whole.build(), proc: null };
  }
  const places = within === undefined ? allCases(scenarios).filter((c) => c.mutation === null) : [findCase(scenarios, within)];
  const seen = new Set<string>();
  for (const place of places) {
    const program = place.build();
    const proc = program.procs.find((p) => p.name === name);
    if (proc !== undefined) return { case: place, program, proc };
    for (const p of program.procs) seen.add(p.name);
  }
  const names = [...(within === undefined ? scenarios.map((s) => s.id) : []), ...seen];
  throw new UsageError(`no scenario or procedure '${name}'${within === undefined ? '' : ` in ${within}`}${suggest(name, names)} (pterace list shows the scenarios)`);
}

/** Everything about a scenario that is not a procedure. */
function world({ case: c, program }: Subject, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const s = c.scenario;
  const head = (text: string): string => colors.bold(text);
  const facts = [`kernel ${s.kernel}`, ...(s.entry === undefined ? [] : [`entry ${s.entry}`]), many(s.cpus, 'CPU'), many(s.mms, 'mm'), many(s.pages, 'page'), ...s.machine];
  const threads = program.threads.map((t) => `  CPU${t.cpu}  ${t.name}: ${t.proc}(${t.args.join(', ')})${t.daemon === 'no' ? '' : colors.dim(`  [${t.daemon} daemon]`)}`);
  const places = program.places.map((p) => `  ${p.type} ${p.name}${p.dims.map((d) => `[${d}]`).join('')}${p.ghost ? colors.dim('  (ghost)') : ''}`);
  const properties = program.properties.flatMap((p) => [`  ${head(p.name)}  ${colors.dim(p.conjuncts.map((x) => x.name).join(', '))}`.trimEnd(), ...fold(p.prose, io.width, 4, 0)]);
  const progress = (program.progress ?? []).flatMap((p) => [`  ${head(p.name)}  ${colors.dim([p.strong ? 'progress under strong fairness' : 'progress', ...p.unfair.map((name) => `unfair: ${name}`)].join(', '))}`, ...fold(p.prose, io.width, 4, 0)]);
  return [
    [`${head(c.id)}  ${s.title}`, ...(c.mutation === null ? [] : [colors.yellow(`mutant: ${c.mutation}`)]), ...fold(s.about, io.width, 0, 0), colors.dim(facts.join(', ')), `declared: ${expectationText(c.expect)}`, ...(s.aliases ?? []).map((claim) => `claim: ${claim}`), ...catalogueFact(c).flatMap(([name, text]) => fold(`${name}: ${text}`, io.width))].join('\n'),
    [head('threads'), ...threads].join('\n'),
    [head('state'), ...places].join('\n'),
    [head('properties'), ...properties, ...progress].join('\n'),
    ...(c.mutation === null && s.mutants.length > 0 ? [[head('mutants'), ...s.mutants.flatMap((m) => fold(`#${m.name}  ${m.what}: ${colors.dim(expectationText(m.expect))}`, io.width, 2, 4))].join('\n')] : []),
  ];
}

function showJson({ case: c, program, proc }: Subject, procs: readonly ProcDecl[], listings: readonly string[]): ShowJson {
  const whole = proc === null;
  return {
    scenario: summarize(c.scenario),
    threads: whole ? program.threads.map((t) => ({ name: t.name, cpu: t.cpu, daemon: t.daemon, proc: t.proc })) : [],
    places: whole ? program.places.map((p) => ({ name: p.name, type: p.type, dims: [...p.dims], ghost: p.ghost })) : [],
    properties: whole ? [
      ...program.properties.map((p) => ({ name: p.name, prose: p.prose, conjuncts: p.conjuncts.map((x) => x.name) })),
      ...(program.progress ?? []).map((p) => ({ name: p.name, prose: p.prose, conjuncts: [] })),
    ] : [],
    procedures: procs.map((p, i) => ({ name: p.name, doc: p.doc, loc: { file: p.loc.file, line: p.loc.line }, models: p.models === null ? null : { fn: p.models.fn, file: p.models.file, version: p.models.version }, listing: listings[i]! })),
  };
}
