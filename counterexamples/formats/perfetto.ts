/**
 * Trace events as Perfetto and chrome://tracing read them: a process a CPU, a track a thread, a slice a step. Time is
 * counted in steps, one microsecond each: step 7 is the slice from 7 to 8 µs.
 */
import { shortLoc } from '../cell.ts';
import type { Moment } from '../reenact.ts';
import { relations, type Relation } from '../relations.ts';
import { cpusOf, effects, failureName, headline, statement, type Story } from './story.ts';

/** Of the Trace Event Format: https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU */
interface TraceEvent {
  readonly ph: 'M' | 'X' | 'b' | 'e' | 's' | 'f' | 'i';
  readonly name: string;
  readonly cat?: string;
  /** CPU and thread of the model, both from 1: a 0 means the idle process. */
  readonly pid: number;
  readonly tid: number;
  /** Microseconds. */
  readonly ts?: number;
  readonly dur?: number;
  readonly id?: string;
  /** Flow ends in the slice that encloses it. */
  readonly bp?: 'e';
  /** Instants: for everybody. */
  readonly s?: 'g';
  readonly args?: Readonly<Record<string, unknown>>;
}

export function perfetto(story: Story): string {
  const { graph, trace } = story;
  const traceEvents = [
    ...metadata(story),
    ...trace.moments.map(slice),
    ...lockSlices(trace.moments),
    ...relations(graph, trace).filter((r) => r.matters).flatMap((r, i) => flow(r, `flow${i}`, trace.moments)),
    ...failure(story),
  ];
  const otherData = { scenario: story.id, title: story.title, kernel: story.kernel, failure: headline(story), replay: story.replay, tool: `pterace ${story.version}`, clock: 'one microsecond is one step' };
  return `${JSON.stringify({ traceEvents, displayTimeUnit: 'ns', otherData }, null, 1)}\n`;
}

function metadata({ graph }: Story): TraceEvent[] {
  const processes = cpusOf(graph).flatMap((cpu): TraceEvent[] => [
    { ph: 'M', name: 'process_name', pid: cpu + 1, tid: 0, args: { name: `CPU${cpu}` } },
    { ph: 'M', name: 'process_sort_index', pid: cpu + 1, tid: 0, args: { sort_index: cpu } },
  ]);
  const threads = graph.threads.flatMap((thread, t): TraceEvent[] => [
    { ph: 'M', name: 'thread_name', pid: thread.cpu + 1, tid: t + 1, args: { name: thread.daemon === 'no' ? thread.name : `[${thread.name}]` } },
    { ph: 'M', name: 'thread_sort_index', pid: thread.cpu + 1, tid: t + 1, args: { sort_index: t } },
  ]);
  return [...processes, ...threads];
}

function slice(moment: Moment): TraceEvent {
  const changes = effects(moment);
  const args = {
    step: moment.number, statement: statement(moment), at: shortLoc(moment.loc),
    ...(changes.length === 0 ? {} : { changes }), ...(moment.locks.length === 0 ? {} : { locks: moment.locks }),
  };
  return { ph: 'X', name: `${moment.proc}: ${moment.said}`, cat: 'step', ...track(moment), ts: moment.number, dur: 1, args };
}

function track(moment: Moment): { readonly pid: number; readonly tid: number } {
  return { pid: moment.cpu + 1, tid: moment.thread + 1 };
}

/** From the step that took a lock to the end of the one that gave it back, or of the trace. */
function lockSlices(moments: readonly Moment[]): TraceEvent[] {
  const events: TraceEvent[] = [];
  const open = new Map<number, { readonly name: string; readonly begin: TraceEvent }[]>();
  const end = ({ name, begin }: { readonly name: string; readonly begin: TraceEvent }, ts: number): void => { events.push({ ...begin, ph: 'e', name, ts }); };
  for (const moment of moments) {
    const before = open.get(moment.thread) ?? [];
    const kept = before.filter(({ name }) => moment.locks.includes(name));
    for (const gone of before.filter((lock) => !kept.includes(lock))) end(gone, moment.number + 1);
    const taken = moment.locks.filter((name) => !kept.some((lock) => lock.name === name)).map((name) => {
      const begin: TraceEvent = { ph: 'b', name, cat: 'lock', ...track(moment), ts: moment.number, id: `lock${moment.number}.${name}` };
      events.push(begin);
      return { name, begin };
    });
    open.set(moment.thread, [...kept, ...taken]);
  }
  for (const locks of open.values()) for (const lock of locks) end(lock, moments.length + 1);
  return events;
}

/** An arrow from the middle of one slice to the middle of another. */
function flow({ kind, from, to, place }: Relation, id: string, moments: readonly Moment[]): TraceEvent[] {
  const common = { name: place, cat: kind, id };
  return [
    { ph: 's', ...common, ...track(moments[from - 1]!), ts: from + 0.5 },
    { ph: 'f', bp: 'e', ...common, ...track(moments[to - 1]!), ts: to + 0.5 },
  ];
}

function failure(story: Story): TraceEvent[] {
  const { moments, breakage } = story.trace;
  const last = moments.at(-1);
  if (last === undefined) return [];
  const args = { prose: breakage.prose, ...Object.fromEntries(breakage.witnesses.map((w) => [w.place, w.value])), ...Object.fromEntries(breakage.stuck.map((s) => [s.thread, `waits: ${s.text}`])) };
  return [{ ph: 'i', s: 'g', name: `${failureName(story)}${breakage.conjunct === null ? '' : ' broken'}`, cat: 'failure', ...track(last), ts: last.number + 1, args }];
}
