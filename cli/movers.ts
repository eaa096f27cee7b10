/** `pterace show <scenario> --movers`: which steps commute with those of other threads, and with which they do not. */
import { shortLoc } from '../counterexamples/cell.ts';
import { style } from '../counterexamples/style.ts';
import type { GNode, Graph } from '../model/language/graph.ts';
import { UsageError } from '../schedules/errors.ts';
import { findCase } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { MoversJson } from './json.ts';
import { renderTable } from './table.ts';

type Step = MoversJson['steps'][number];

export async function movers(name: string, flags: { readonly json?: boolean; readonly scenario?: string }, host: Host, io: Io): Promise<ExitCode> {
  if (flags.scenario !== undefined) throw new UsageError('--movers is about a whole scenario, not about a procedure of one');
  const found = findCase(await host.scenarios(name), name);
  const graph = await host.lower(found.build());
  const { moversOf } = await import('../schedules/reduce/movers.ts');
  const steps = unique(moversOf(graph).map(({ node, moves, against }): Step => ({
    ...whereOf(node), thread: graph.threads[node.thread]!.name, moves, against: against === null ? null : { ...whereOf(against), thread: threadName(graph, against) },
  })));
  if (flags.json) printJson(io, { scenario: found.id, steps } satisfies MoversJson);
  else io.out(`${render(steps, io)}\n`);
  return EXIT.ok;
}

function whereOf(n: GNode): Pick<Step, 'proc' | 'loc' | 'text'> {
  const { proc, loc } = n.stack[0]!;
  return { proc, loc: { file: loc.file, line: loc.line }, text: n.text };
}

const threadName = (graph: Graph, n: GNode): string => graph.threads[n.thread]!.name;

/** A statement that was lowered to several nodes is shown once for each answer. */
function unique(steps: readonly Step[]): Step[] {
  return [...new Map(steps.map((s) => [JSON.stringify([s.thread, s.loc, s.text, s.moves]), s])).values()];
}

function render(steps: readonly Step[], io: Io): string {
  const { colors } = style({ color: io.color });
  const paint = { both: colors.green, left: colors.green, right: colors.yellow, none: colors.red };
  const head = ['step', 'moves', 'against', 'what'].map((name) => colors.dim(name));
  const threads = [...new Set(steps.map((s) => s.thread))];
  const blocks = threads.map((thread) => {
    const rows = steps.filter((s) => s.thread === thread).map((s) => [
      `  ${shortLoc(s.loc)}`, paint[s.moves](s.moves), s.against === null ? '' : `${s.against.thread} ${shortLoc(s.against.loc)}`, `${s.proc}: ${s.text}`,
    ]);
    return `${colors.bold(thread)}\n${renderTable(head, rows, io.width)}`;
  });
  const count = (moves: Step['moves']): number => steps.filter((s) => s.moves === moves).length;
  const note = `${count('both') + count('left')} steps commute to before what others may do meanwhile, ${count('right')} take a lock and may be delayed, ${count('none')} do neither`;
  return [...blocks, note].join('\n\n');
}
