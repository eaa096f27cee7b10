/** The questions that a served page asks, each with the whole walk in it. */
import { z } from 'zod';
import { decodeShort } from '../counterexamples/short.ts';
import { refuseStale } from '../counterexamples/recheck.ts';
import { TraceRefused } from '../counterexamples/refused.ts';
import type { Graph } from '../model/language/graph.ts';
import { ModelError, ReplayError, UsageError } from '../schedules/errors.ts';
import type { CheckOptions, ScheduleStep } from '../schedules/result.ts';
import { story } from '../viewer/story.ts';
import { changeOf, options, runOn, runUntil, somethingBreaks, type Goal } from '../viewer/walk.ts';
import { cells } from '../viewer/world.ts';
import type { Host } from './host.ts';
import { compilePredicate } from './predicate/compile.ts';
import { parse } from './predicate/parse.ts';
import { watched } from './predicate/watch.ts';
import type { Shown } from './view-page.ts';

export interface Reply {
  readonly status: number;
  readonly value: object;
}

/** Nobody waits longer in front of a page. */
const LIMITS: CheckOptions = { maxStates: 5_000_000, maxSeconds: 20, maxMemory: 2 ** 30 };
/** Longer walks cannot be looked at. */
const MOST_STEPS = 5000;
/** Characters of a predicate. */
const MOST_TEXT = 2000;

const index = z.int().nonnegative();
const schedule = z.array(z.tuple([index, index])).max(MOST_STEPS).transform((steps) => steps.map(([thread, choice]): ScheduleStep => ({ thread, choice })));
const questions = {
  /** The run along a schedule. */
  story: z.strictObject({ schedule }),
  /** The run along a replay string, failing or not. */
  replay: z.strictObject({ replay: z.string() }),
  /** The steps that can follow. */
  next: z.strictObject({ schedule }),
  /** The schedule with more steps, to where something happens. */
  run: z.strictObject({
    schedule,
    until: z.discriminatedUnion('kind', [z.strictObject({ kind: z.literal('switch') }), z.strictObject({ kind: z.literal('broken') }), z.strictObject({ kind: z.literal('change'), cell: index }), z.strictObject({ kind: z.literal('predicate'), text: z.string().max(MOST_TEXT) })]),
  }),
} as const;

type Aim = Exclude<z.infer<typeof questions.run>['until'], { readonly kind: 'switch' }>;

/** @throws UsageError */
function goalOf(until: Aim, graph: Graph): Goal {
  if (until.kind === 'broken') return somethingBreaks;
  if (until.kind === 'predicate') {
    const compiled = compilePredicate(until.text, parse(until.text), graph);
    return (world) => watched(world, compiled);
  }
  if (until.cell >= cells(graph).length) throw new UsageError(`there is no place number ${until.cell}`);
  return changeOf(until.cell);
}

/** Answers a question; what is wrong with it is an answer too: `{ error }`. */
export async function ask(question: string, text: string, shown: Shown, host: Host, signal: AbortSignal): Promise<Reply> {
  try {
    return { status: 200, value: await reply(question, JSON.parse(text), shown, host, signal) };
  } catch (error) {
    if (error instanceof SyntaxError) return { status: 400, value: { error: 'the question is not JSON' } };
    if (error instanceof z.ZodError) return { status: 400, value: { error: z.prettifyError(error) } };
    if (error instanceof UsageError || error instanceof TraceRefused || error instanceof ReplayError || error instanceof ModelError) return { status: 400, value: { error: error.message } };
    return { status: 500, value: { error: `internal error, please report it: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` } };
  }
}

async function reply(question: string, value: unknown, { case: { id }, graph }: Shown, host: Host, signal: AbortSignal): Promise<object> {
  switch (question) {
    case 'story':
      return story(id, graph, questions.story.parse(value).schedule);
    case 'replay':
      return story(id, graph, replayed(questions.replay.parse(value).replay));
    case 'next':
      return options(graph, questions.next.parse(value).schedule);
    case 'run': {
      const { schedule: from, until } = questions.run.parse(value);
      if (until.kind === 'switch') return runOn(graph, from);
      return runUntil(graph, from, goalOf(until, graph), (world, limits) => host.check(world, limits), { ...LIMITS, signal });
    }
    default:
      throw new UsageError(`there is no question '${question}'; there are ${Object.keys(questions).join(', ')}`);
  }

  /** @throws TraceRefused */
  function replayed(text: string): readonly ScheduleStep[] {
    const trace = decodeShort(text);
    if (trace.scenario !== id) throw new UsageError(`this string is of ${trace.scenario}; here is ${id}`);
    refuseStale(graph, id, trace.model);
    if (trace.schedule.length > MOST_STEPS) throw new UsageError(`a walk has at most ${MOST_STEPS} steps, this one ${trace.schedule.length}`);
    return trace.schedule;
  }
}
