/** `pterace list`: the scenarios there are. */
import { style } from '../counterexamples/style.ts';
import type { Scenario } from '../model/scenario.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { matchCases } from './cases.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import { summarize } from './summary.ts';
import type { ListJson } from './json.ts';
import { renderTable } from './table.ts';
import { expectationText } from './verdict.ts';

export async function list(pattern: string | undefined, flags: { readonly json?: boolean }, host: Host, io: Io): Promise<ExitCode> {
  const all = await host.scenarios();
  const scenarios = pattern === undefined ? all : [...new Set(matchCases(all, pattern).map((c) => c.scenario))];
  if (flags.json) {
    const answer: ListJson = { scenarios: scenarios.map(summarize) };
    printJson(io, answer);
    return EXIT.ok;
  }
  const { colors } = style({ color: io.color });
  const head = ['scenario', 'kernel', 'entry', 'declared', 'mutants', 'title'].map((name) => colors.dim(name));
  io.out(`${renderTable(head, scenarios.map((s) => row(s, io)), io.width)}\n`);
  return EXIT.ok;
}

function row(s: Scenario, io: Io): string[] {
  const { colors } = style({ color: io.color });
  const paint = s.expect.verdict === 'holds' ? colors.green : colors.red;
  return [colors.bold(s.id), s.kernel, s.entry ?? '', paint(expectationText(s.expect)), String(s.mutants.length), s.title];
}
