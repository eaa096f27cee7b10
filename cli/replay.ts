/** `pterace replay <file|string>`: shows a trace again, if the model of today still takes it. */
import { readFile } from 'node:fs/promises';
import type { Claim } from '../counterexamples/breakage.ts';
import { recheck, refuseStale } from '../counterexamples/recheck.ts';
import { TraceRefused } from '../counterexamples/refused.ts';
import { decodeShort, encodeShort, isShortTrace, type ShortTrace } from '../counterexamples/short.ts';
import { buildTrace } from '../counterexamples/trace.ts';
import { UsageError } from '../schedules/errors.ts';
import { switchesIn } from '../schedules/outcome.ts';
import { findCase, type Case } from './cases.ts';
import { renderTrace } from './check.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ReplayJson } from './json.ts';

/** What both forms of a trace say; only the file says what it breaks. */
interface Recorded extends ShortTrace {
  readonly claim: Claim;
}

export async function replay(source: string, flags: { readonly json?: boolean; readonly ascii?: boolean }, host: Host, io: Io): Promise<ExitCode> {
  const recorded = await read(source, io);
  const found = await caseOf(recorded, host);
  const graph = await host.lower(found.build());
  refuseStale(graph, found.id, recorded.model);
  const trace = recheck(graph, recorded.schedule, recorded.claim);
  const short = encodeShort(found.id, graph.hash, trace.schedule);
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

async function read(source: string, io: Io): Promise<Recorded> {
  const text = isShortTrace(source) ? source : await readText(source, io);
  if (isShortTrace(text)) return { ...decodeShort(text), claim: {} };
  const { parseTrace } = await import('../counterexamples/parse.ts');
  const trace = parseTrace(text, source === '-' ? 'standard input' : source);
  const schedule = trace.schedule.map(([thread, choice]) => ({ thread, choice }));
  return { scenario: trace.scenario, model: trace.model, schedule, claim: { property: trace.property, conjunct: trace.conjunct } };
}

async function readText(file: string, io: Io): Promise<string> {
  if (file === '-') return io.input();
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UsageError(missing ? `no trace file '${file}' (and a replay string starts with 'pterace:1:')` : `cannot read ${file}: ${(error as NodeJS.ErrnoException).code === 'EISDIR' ? 'it is a folder' : (error as Error).message}`);
  }
}

async function caseOf(recorded: Recorded, host: Host): Promise<Case> {
  try {
    return findCase(await host.scenarios(), recorded.scenario);
  } catch (error) {
    if (error instanceof UsageError) throw new TraceRefused('unknown', `the trace is of an ${error.message}`);
    throw error;
  }
}
