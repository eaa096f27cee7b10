/** `pterace replay <file|string>`: shows a trace again, if the model of today still takes it. */
import { encodeShort } from '../counterexamples/short.ts';
import { buildTrace } from '../counterexamples/trace.ts';
import { switchesIn } from '../schedules/outcome.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadTrace } from './failing-run.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ReplayJson } from './json.ts';
import { renderTrace } from './render-trace.ts';

export async function replay(source: string, flags: { readonly json?: boolean; readonly ascii?: boolean }, host: Host, io: Io): Promise<ExitCode> {
  const { case: found, graph, trace } = await loadTrace(source, host, io);
  const short = encodeShort(found.id, graph.hash, trace.schedule, trace.breakage.lasso?.start);
  if (!flags.json) {
    io.out(`${renderTrace(graph, trace, short, flags, io)}\n`);
    return EXIT.ok;
  }
  const answer: ReplayJson = {
    scenario: found.id,
    property: trace.breakage.property,
    conjunct: trace.breakage.conjunct,
    steps: trace.schedule.length,
    switches: switchesIn(trace.schedule),
    trace: buildTrace(found.id, graph, trace.schedule, trace.moments, trace.breakage),
    replay: short,
  };
  printJson(io, answer);
  return EXIT.ok;
}
