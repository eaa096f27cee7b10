/** `pterace list`: the scenarios there are. */
import { style } from '../counterexamples/style.ts';
import type { Scenario } from '../model/scenario.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { matchCases } from './cases.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { summarize } from './summary.ts';
import type { ListJson } from './json.ts';
import { alignRows } from './table.ts';
import { propertyName } from './verdict.ts';
import { many } from './numbers.ts';

export async function list(pattern: string | undefined, flags: { readonly json?: boolean }, host: Host, io: Io): Promise<ExitCode> {
  const all = await host.scenarios();
  const scenarios = pattern === undefined ? all : [...new Set(matchCases(all, pattern).map((c) => c.scenario))];
  if (flags.json) {
    const answer: ListJson = { scenarios: scenarios.map(summarize) };
    printJson(io, answer);
    return EXIT.ok;
  }
  const { colors } = style({ color: io.color });
  const head = ['scenario', 'kernel', 'entry', 'verdict', 'about'].map((name) => colors.dim(name));
  const [titles = '', ...rows] = alignRows([head, ...scenarios.map((s) => row(s, io))], io.width);
  io.out(`${[titles, ...grouped(scenarios, rows, io)].join('\n')}\n`);
  return EXIT.ok;
}

/** A heading and its rows for each folder of scenarios, in the order in which the folders first appear. */
function grouped(scenarios: readonly Scenario[], rows: readonly string[], io: Io): string[] {
  const { colors } = style({ color: io.color });
  return [...new Set(scenarios.map(folderOf))].flatMap((folder) => {
    const inside = scenarios.filter((s) => folderOf(s) === folder);
    const mutants = inside.reduce((sum, s) => sum + s.mutants.length, 0);
    const counts = colors.dim(`${many(inside.length, 'scenario')}, ${many(mutants, 'mutant')}`);
    return ['', `${colors.bold(folder || 'others')}  ${counts}`, ...rows.filter((_, i) => folderOf(scenarios[i]!) === folder)];
  });
}

/** `dirty/`; nothing for an id without a folder. */
function folderOf({ id }: Scenario): string {
  return id.slice(0, id.indexOf('/') + 1);
}

function row(s: Scenario, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const paint = s.expect.verdict === 'holds' ? colors.green : colors.red;
  const breaks = s.expect.property === undefined ? '' : colors.dim(` (breaks ${propertyName({ property: s.expect.property, conjunct: s.expect.conjunct ?? null })})`);
  return [`  ${s.id.slice(folderOf(s).length)}`, s.kernel, s.entry ?? '', paint(s.expect.verdict), s.title + breaks];
}
