/** `pterace shrink <trace|scenario>`: which part of a world, and of a run of it, a failure needs. */
import { shrink, type Shrunk, type WorldRun } from '../counterexamples/shrink/shrink.ts';
import { recheck, type Rechecked } from '../counterexamples/recheck.ts';
import { encodeShort } from '../counterexamples/short.ts';
import { buildTrace } from '../counterexamples/trace.ts';
import type { Program } from '../model/language/ir.ts';
import { switchesIn } from '../schedules/outcome.ts';
import type { Progress } from '../schedules/result.ts';
import { smallerId, splitId } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { loadRun } from './failing-run.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ShrinkJson } from './json-shrink.ts';
import { formatRate } from './numbers.ts';
import { renderTrace } from './render-trace.ts';
import { refuseUnwritable, saveTrace } from './save-trace.ts';
import { renderShrunk } from './shrink-report.ts';

export interface ShrinkFlags {
  readonly json?: boolean;
  readonly ascii?: boolean;
  /** File that the trace is written to. */
  readonly output?: string;
  readonly maxStates?: number;
  readonly smallestWorld?: boolean;
}

/** Milliseconds before the user is told what is tried, and between two looks of that line. */
const QUIET = 2000;
const REFRESH = 100;

export async function shrinkRun(source: string, flags: ShrinkFlags, host: Host, io: Io): Promise<ExitCode> {
  if (flags.output !== undefined) await refuseUnwritable(flags.output, '--output');
  const { case: found, trace } = await loadRun(source, host, io);
  const { property, conjunct } = trace.breakage;
  const started = performance.now();
  const line = waitingLine(io);
  const options = { lower: (program: Program) => host.lower(program), signal: io.signal, onProgress: line.update, smallestWorld: flags.smallestWorld === true, ...(flags.maxStates === undefined ? {} : { maxStates: flags.maxStates }) };
  const shrunk = await shrink(found.whole, { cuts: found.cuts, schedule: trace.schedule }, { property, conjunct }, options).finally(line.clear);
  const answer = answerOf(found.id, shrunk, (performance.now() - started) / 1000, operationsOf(found.whole.parts ?? []));
  const checked = recheck(shrunk.minimal.graph, shrunk.minimal.schedule, { property, conjunct });
  if (flags.json) printJson(io, answer);
  else io.out(`${render(answer, shrunk, checked, flags, io)}\n`);
  if (flags.output !== undefined) await saveTrace(flags.output, answer.trace, io);
  return shrunk.interrupted ? EXIT.incomplete : EXIT.ok;
}

function render(answer: ShrinkJson, { minimal }: Shrunk, checked: Rechecked, flags: ShrinkFlags, io: Io): string {
  return `${renderShrunk(answer, flags, io)}\n\n${renderTrace(minimal.graph, checked, answer.replay, flags, io)}`;
}

function answerOf(id: string, { given, minimal, target, removed, undecided, proved, interrupted }: Shrunk, seconds: number, operations: (run: WorldRun) => number): ShrinkJson {
  const { graph, schedule, cuts } = minimal;
  const world = smallerId(splitId(id).whole, cuts);
  const { moments, breakage } = recheck(graph, schedule, target);
  return {
    scenario: id, world, property: target.property, conjunct: target.conjunct,
    before: sizesOf(given, operations(given)), after: sizesOf(minimal, operations(minimal)),
    removed: removed.map(({ name, kind }) => ({ name, kind })), undecided: [...undecided],
    length: proved ? 'proved shortest' : 'locally minimal', interrupted, seconds,
    trace: buildTrace(world, graph, schedule, moments, breakage), replay: encodeShort(world, graph.hash, schedule),
  };
}

function sizesOf({ program, schedule }: WorldRun, operations: number): ShrinkJson['before'] {
  const sizeOf = (name: string): number => {
    const type = program.types.find((t) => t.name === name);
    return type?.kind === 'index' ? type.size : 0;
  };
  return {
    cpus: new Set(program.threads.map((t) => t.cpu)).size, threads: program.threads.length, operations,
    mms: sizeOf('mm_t'), pages: sizeOf('pfn_t'), steps: schedule.length, switches: switchesIn(schedule),
  };
}

/** Counts what the threads that must end do: the parts that are operations, and one where a thread has no such parts. */
function operationsOf(parts: readonly string[]): (run: WorldRun) => number {
  return ({ program, cuts }) => program.threads.filter((t) => t.daemon === 'no').reduce((sum, { name }) => {
    const own = parts.filter((part) => part.startsWith(`${name}@`));
    return sum + (own.length === 0 ? 1 : own.filter((part) => !cuts.includes(part)).length);
  }, 0);
}

/** On a terminal only: what is tried, and how far its search is. */
function waitingLine(io: Io): { readonly update: (doing: string, progress: Progress | null) => void; readonly clear: () => void } {
  const started = performance.now();
  let shown = 0;
  return {
    update: (doing, progress) => {
      const now = performance.now();
      if (!io.live || now - started < QUIET || now - shown < REFRESH) return;
      shown = now;
      io.err(`\r\x1b[K${`shrinking: ${doing}${progress === null ? '' : `  ${formatRate(progress.states)} states`}`.slice(0, io.width - 1)}`);
    },
    clear: () => { if (shown > 0) io.err('\r\x1b[K'); },
  };
}
