/** What the Trace Event Format asks of a file, and of events that belong together. */
import { z } from 'zod';

const base = { name: z.string(), pid: z.int().positive(), tid: z.int().nonnegative() };
const timed = { ...base, cat: z.string().min(1), ts: z.number().nonnegative() };
const args = z.record(z.string(), z.unknown());

const event = z.discriminatedUnion('ph', [
  z.strictObject({ ph: z.literal('M'), ...base, name: z.enum(['process_name', 'process_sort_index', 'thread_name', 'thread_sort_index']), args }),
  z.strictObject({ ph: z.literal('X'), ...timed, dur: z.number().positive(), args: args.optional() }),
  z.strictObject({ ph: z.literal('i'), ...timed, s: z.enum(['g', 'p', 't']), args: args.optional() }),
  z.strictObject({ ph: z.enum(['b', 'e', 's']), ...timed, id: z.string().min(1), args: args.optional() }),
  z.strictObject({ ph: z.literal('f'), ...timed, id: z.string().min(1), bp: z.literal('e') }),
]);

const file = z.strictObject({ traceEvents: z.array(event), displayTimeUnit: z.enum(['ms', 'ns']), otherData: z.record(z.string(), z.string()) });

export type TraceEvent = z.infer<typeof event>;
type Paired = Extract<TraceEvent, { id: string }>;

const isLock = (e: TraceEvent): e is Paired => e.ph === 'b' || e.ph === 'e';
const isFlow = (e: TraceEvent): e is Paired => e.ph === 's' || e.ph === 'f';

/** @throws Error for a file that breaks a rule */
export function readTraceEvents(text: string): TraceEvent[] {
  const { traceEvents } = file.parse(JSON.parse(text));
  const slices = traceEvents.filter((e) => e.ph === 'X');
  for (const { pid, tid, name } of traceEvents.filter((e) => e.ph !== 'M')) {
    const named = traceEvents.some((e) => e.ph === 'M' && e.name === 'thread_name' && e.pid === pid && e.tid === tid);
    if (!named) throw new Error(`${name} is on a track without a name`);
  }
  for (const [key, events] of grouped(traceEvents.filter(isLock), (e) => `${e.cat} ${e.id} ${e.name}`)) balanced(key, events, 'be');
  for (const [key, events] of grouped(traceEvents.filter(isFlow), (e) => `${e.cat} ${e.id}`)) {
    balanced(key, events, 'sf');
    for (const { pid, tid, ts } of events) {
      if (!slices.some((s) => s.pid === pid && s.tid === tid && s.ts <= ts && ts < s.ts + s.dur)) throw new Error(`the arrow ${key} ends in no slice`);
    }
  }
  return traceEvents;
}

function balanced(key: string, events: readonly Paired[], phases: string): void {
  const inOrder = [...events].sort((a, b) => a.ts - b.ts);
  if (inOrder.map((e) => e.ph).join('') !== phases) throw new Error(`${key}: ${inOrder.map((e) => e.ph).join('')} and not ${phases}`);
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
