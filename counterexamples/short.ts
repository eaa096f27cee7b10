/**
 * A schedule as one pasteable word: `pterace:1:<scenario>:<first 8 of the model's hash>:<schedule>.<checksum>`.
 *
 * The schedule is run-length encoded: a letter for the thread (a…z, A…Z, then `_52_`), the number of steps in a
 * row if not 1, and `-choice` if not 0: `a3b-1c12` is three steps of thread 0, one of thread 1 picking
 * alternative 1, twelve of thread 2. What follows a `~` repeats for ever.
 */
import type { ScheduleStep } from '../schedules/result.ts';
import { TraceRefused } from './refused.ts';

const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';
const PREFIX = 'pterace:1:';
const FOR_EVER = '~';
/** More steps than any search keeps: a typing error must not ask for gigabytes. */
const MAX_STEPS = 1_000_000;

export interface ShortTrace {
  readonly scenario: string;
  /** First 8 digits of the model's hash. */
  readonly model: string;
  readonly schedule: readonly ScheduleStep[];
  /** Index of the first step that repeats for ever, its length where the run rests; null for a run that ends in a failure. */
  readonly loop: number | null;
}

export function isShortTrace(text: string): boolean {
  return text.trimStart().startsWith('pterace:');
}

/** `loop` as in ShortTrace. */
export function encodeShort(scenario: string, hash: string, schedule: readonly ScheduleStep[], loop: number | null = null): string {
  const encoded = (part: readonly ScheduleStep[]): string => runs(part).map(encodeRun).join('');
  const steps = loop === null ? encoded(schedule) : `${encoded(schedule.slice(0, loop))}${FOR_EVER}${encoded(schedule.slice(loop))}`;
  const body = `${PREFIX}${scenario}:${hash.slice(0, 8)}:${steps}`;
  return `${body}.${checksum(body)}`;
}

/** White space is ignored: mail folds long lines. @throws TraceRefused (malformed) */
export function decodeShort(text: string): ShortTrace {
  const word = text.replace(/\s+/g, '');
  if (!word.startsWith(PREFIX)) malformed(`this version reads strings that start with '${PREFIX}'`);
  const parts = /^(pterace:1:([^:]+):([0-9a-f]{8}):([a-zA-Z0-9_-]*(?:~[a-zA-Z0-9_-]*)?))\.([0-9a-z]{4})$/.exec(word);
  if (parts === null) malformed('it is cut off or has characters that do not belong');
  const [, body, scenario, model, encoded, sum] = parts as unknown as [string, string, string, string, string, string];
  if (checksum(body) !== sum) malformed(`its checksum is ${checksum(body)}, not ${sum}: it was changed on the way`);
  const [stem = '', cycle] = encoded.split(FOR_EVER);
  const first = decodeRuns(stem);
  return cycle === undefined ? { scenario, model, schedule: first, loop: null } : { scenario, model, schedule: [...first, ...decodeRuns(cycle)], loop: first.length };
}

function malformed(why: string): never {
  throw new TraceRefused('malformed', `this is not a replay string: ${why}`);
}

interface Run extends ScheduleStep {
  readonly count: number;
}

function runs(schedule: readonly ScheduleStep[]): Run[] {
  const result: Run[] = [];
  for (const { thread, choice } of schedule) {
    const last = result.at(-1);
    if (last?.thread === thread && last.choice === choice) result[result.length - 1] = { ...last, count: last.count + 1 };
    else result.push({ thread, choice, count: 1 });
  }
  return result;
}

function encodeRun({ thread, choice, count }: Run): string {
  return (LETTERS[thread] ?? `_${thread}_`) + (count === 1 ? '' : String(count)) + (choice === 0 ? '' : `-${choice}`);
}

function decodeRuns(encoded: string): ScheduleStep[] {
  const schedule: ScheduleStep[] = [];
  const pattern = /([a-zA-Z]|_\d+_)(\d*)(?:-(\d+))?/y;
  while (pattern.lastIndex < encoded.length) {
    const at = pattern.lastIndex;
    const run = pattern.exec(encoded);
    if (run === null) malformed(`'${encoded.slice(at, at + 8)}' in its schedule means nothing`);
    const [, name = '', count = '', choice = '0'] = run as unknown as string[];
    const steps = count === '' ? 1 : Number(count);
    if (schedule.length + steps > MAX_STEPS) malformed(`it has more than ${MAX_STEPS} steps`);
    const thread = name.startsWith('_') ? Number(name.slice(1, -1)) : LETTERS.indexOf(name);
    for (let i = 0; i < steps; i++) schedule.push({ thread, choice: Number(choice) });
  }
  return schedule;
}

/** Four base-36 digits of a 32-bit FNV-1a hash. */
function checksum(text: string): string {
  let hash = 0x811c9dc5;
  for (const char of text) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193);
  return ((hash >>> 0) % 36 ** 4).toString(36).padStart(4, '0');
}
