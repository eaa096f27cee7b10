/** `pterace witness <scenario> '<predicate>'`: can this happen at all, and what is the shortest way there? */
import { witnessesOf, type Witness } from '../counterexamples/breakage.ts';
import { witnessLines } from '../counterexamples/closing.ts';
import { renderColumns } from '../counterexamples/columns.ts';
import { fold } from '../counterexamples/fold.ts';
import { reenact, type Moment } from '../counterexamples/reenact.ts';
import { style } from '../counterexamples/style.ts';
import { traceSteps } from '../counterexamples/trace.ts';
import { indexName, typeOf } from '../counterexamples/values.ts';
import type { Program } from '../model/language/ir.ts';
import type { Graph, GType } from '../model/language/graph.ts';
import { ModelError, UsageError } from '../schedules/errors.ts';
import { evaluate } from '../schedules/interpret.ts';
import { run } from '../schedules/replay.ts';
import type { CheckResult } from '../schedules/result.ts';
import { locate } from './broken-model.ts';
import { findCase, type Case } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Colors, type Io } from './io.ts';
import type { WitnessJson } from './json-witness.ts';
import { formatCount, formatRate, formatSeconds } from './numbers.ts';
import { compilePredicate, type Compiled } from './predicate/compile.ts';
import { namesOf } from './predicate/names.ts';
import { parse } from './predicate/parse.ts';
import { watched } from './predicate/watch.ts';
import { progressLine } from './progress.ts';
import { defined, limits, type LimitFlags } from './search-flags.ts';
import { renderTable } from './table.ts';
import { rate, whyCutShort } from './verdict.ts';

export interface WitnessFlags extends LimitFlags {
  readonly json?: boolean;
  readonly ascii?: boolean;
  readonly workers?: number;
}

interface Asked {
  readonly case: Case;
  /** As it was typed, on one line. */
  readonly predicate: string;
  readonly graph: Graph;
  readonly result: CheckResult;
  readonly way: Way | null;
}

/** A shortest way to a state where the predicate is true. */
interface Way {
  readonly moments: readonly Moment[];
  /** What makes it true there. */
  readonly values: readonly Witness[];
}

export async function witness(id: string, typed: string | undefined, flags: WitnessFlags, host: Host, io: Io): Promise<ExitCode> {
  const found = findCase(await host.scenarios(id), id);
  if (typed === undefined) return listPlaces(await host.lower(found.build()), flags, io);
  const predicate = typed.replace(/\s/g, ' ');
  const ast = parse(predicate);
  const program = found.build();
  const graph = await host.lower(program);
  const compiled = compilePredicate(predicate, ast, graph, (place) => missing(place, program, graph));
  const goal = watched(graph, compiled);
  const result = await search(graph, goal, flags, host, io);
  const asked: Asked = { case: found, predicate, graph, result, way: result.schedule === null ? null : wayOf(graph, goal, compiled, result.schedule) };
  if (flags.json) printJson(io, witnessJson(asked));
  else io.out(`${render(asked, flags, io)}\n`);
  return { reached: EXIT.ok, never: EXIT.failed, incomplete: EXIT.incomplete }[answerOf(result)];
}

/** What a predicate can be about: a line a cell, with its type and what the type is. */
function listPlaces(graph: Graph, flags: WitnessFlags, io: Io): ExitCode {
  if (flags.json) throw new UsageError('--json needs a predicate');
  const { dim } = style({ color: io.color }).colors;
  const rows = [...namesOf(graph).cells].map(([name, { place }]) => {
    const type = typeOf(graph, graph.places[place]!.type);
    return [name, type.kind === 'bool' ? 'flag' : type.name, dim(valuesOf(type))];
  });
  io.out(`${renderTable(['place', 'type', 'values'].map(dim), rows, io.width)}\n`);
  return EXIT.ok;
}

function valuesOf(type: GType): string {
  switch (type.kind) {
    case 'bool': return 'true, false';
    case 'int': return `0 … ${type.size - 1}`;
    case 'index': return `${indexName(type.name, 0)} … ${indexName(type.name, type.size - 1)}`;
    case 'enum': return type.values.join(', ');
    case 'record': return `none, or fields .${type.fields.map((field) => field.name).join(', .')}`;
  }
}

/** A ghost that no property looks at would only multiply states, and is left out. */
function missing(place: string, program: Program, graph: Graph): string | null {
  const known = program.places.some((p) => p.name === place) && !graph.places.some((p) => p.name === place);
  return known ? `no property of this scenario looks at ${place}, and so it is no part of its states` : null;
}

async function search(graph: Graph, goal: Graph, flags: WitnessFlags, host: Host, io: Io): Promise<CheckResult> {
  const line = progressLine(io);
  try {
    return await host.check(goal, { ...limits(flags), ...defined({ workers: flags.workers }), signal: io.signal, onProgress: (p) => { line.update(p); } });
  } catch (error) {
    throw error instanceof ModelError ? locate(graph, error) : error;
  } finally {
    line.clear();
  }
}

/** Followed again by the interpreter: that the predicate is true there is not believed because the search says so. */
function wayOf(graph: Graph, goal: Graph, { expr }: Compiled, schedule: NonNullable<CheckResult['schedule']>): Way {
  const { end } = run(goal, schedule);
  if (evaluate(goal, end, expr, -1, 0) === 0) throw new Error('the search ended in a state where the predicate is not true');
  const { moments } = reenact(graph, schedule);
  return { moments, values: witnessesOf(goal, end, moments, expr) };
}

function answerOf({ verdict, limit }: CheckResult): WitnessJson['answer'] {
  if (verdict === 'violated') return 'reached';
  return verdict === 'holds' && limit === null ? 'never' : 'incomplete';
}

function render({ case: found, predicate, graph, result, way }: Asked, flags: WitnessFlags, io: Io): string {
  const look = style({ color: io.color, ascii: flags.ascii === true });
  const { colors } = look;
  const summary = [...fold(`${colors.bold(found.id)}: ${predicate}`, io.width), ...fold(answerLine(result, colors), io.width, 2)];
  if (io.quiet) return summary.join('\n');
  const counts = `${formatCount(result.states)} states, ${formatCount(result.transitions)} transitions, depth ${result.depth}, ${formatSeconds(result.seconds)}, ${formatRate(rate(result))} states/s`;
  const head = [...summary, ...fold(colors.dim(counts), io.width, 2)];
  if (way === null) return head.join('\n');
  const table = way.moments.length === 0 ? [] : ['', renderColumns(graph, way.moments, io.width, look)];
  const values = witnessLines(way.values, io.width, look);
  return [...head, ...table, ...(values.length === 0 ? [] : ['', 'true there because', ...values])].join('\n');
}

function answerLine(result: CheckResult, colors: Colors): string {
  switch (answerOf(result)) {
    case 'reached': {
      const steps = result.schedule?.length ?? 0;
      if (steps === 0) return `${colors.green(colors.bold('reached'))} in the initial state`;
      return `${colors.green(colors.bold('reached'))} in ${steps} ${steps === 1 ? 'step' : 'steps'}, ${result.switches ?? 0} context ${result.switches === 1 ? 'switch' : 'switches'}: a shortest way`;
    }
    case 'never': return `${colors.red(colors.bold('never'))}: it is true in none of the reachable states, and all were looked at`;
    case 'incomplete': return `${colors.yellow(colors.bold('incomplete'))}: ${whyCutShort(result.limit)}; not reached so far, and nothing is known of the rest`;
  }
}

function witnessJson({ case: found, predicate, result, way }: Asked): WitnessJson {
  const { states, transitions, depth, seconds, switches, schedule, limit } = result;
  return {
    scenario: found.id, predicate, answer: answerOf(result), limit, states, transitions, depth, seconds,
    length: schedule?.length ?? null, switches,
    schedule: schedule?.map((s): [number, number] => [s.thread, s.choice]) ?? null,
    steps: way === null ? null : traceSteps(way.moments),
    values: way === null ? null : way.values.map(({ place, value }) => ({ place, value })),
  };
}
