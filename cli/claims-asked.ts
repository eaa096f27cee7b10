/** Which claims the user means: a thread, part of its subject, a catalogue entry, a person, a scenario, or one claim. */
import type { Claim, Thread } from '../model/claims/claim.ts';
import { casesOf } from '../model/claims/rules.ts';
import { threads } from '../model/claims/threads.ts';
import { UsageError } from '../schedules/errors.ts';
import { suggest } from './near.ts';

export interface Asked {
  /** In the order of their entries. */
  readonly claims: readonly Claim[];
  /** It was asked for by its own id. */
  readonly one: boolean;
}

/** @throws UsageError for what is none of these */
export function askedClaims(all: readonly Claim[], asked: string | undefined): Asked {
  const sorted = all.toSorted((a, b) => compare(entryKey(a), entryKey(b)));
  if (asked === undefined) return { claims: sorted, one: false };
  const one = claimNamed(sorted, asked);
  if (one !== null) return { claims: [one], one: true };
  const meant = threadsNamed(asked);
  if (meant.length > 0) return { claims: sorted.filter((c) => meant.includes(c.thread)), one: false };
  const found = sorted.filter((c) => isAbout(c, asked.toLowerCase()));
  if (found.length > 0) return { claims: found, one: false };
  const known = [...all.map((c) => c.id), ...threads.map((t) => `seed-${t.thread}`)];
  throw new UsageError(`unknown thread or claim '${asked}'${suggest(asked, known)} (threads are ${threads.map((t) => t.thread).join(', ')}; pterace claims shows all)`);
}

/** Without its folder an id will do as long as only one ends like it. */
function claimNamed(all: readonly Claim[], id: string): Claim | null {
  const ending = all.filter((c) => c.id.endsWith(`/${id}`));
  return all.find((c) => c.id === id) ?? (ending.length === 1 ? ending[0]! : null);
}

/** By number, `4` or `004` or `seed-004`, or by part of the subject. */
function threadsNamed(asked: string): Thread[] {
  const number = /^(?:seed-)?(\d{1,3})\/?$/.exec(asked)?.[1]?.padStart(3, '0');
  const wanted = asked.toLowerCase();
  return threads.filter((t) => (number === undefined ? wanted.length > 2 && t.subject.toLowerCase().includes(wanted) : t.thread === number)).map((t) => t.thread);
}

function isAbout(c: Claim, wanted: string): boolean {
  if (c.entry.toLowerCase() === wanted) return true;
  return wanted.length > 2 && (c.by.toLowerCase().includes(wanted) || casesOf(c).includes(wanted));
}

/** `A4.10` comes after `A4.9`. */
function entryKey({ entry }: Claim): number {
  const [thread = 0, number = 0] = (entry.match(/\d+/g) ?? []).map(Number);
  return thread * 1000 + number;
}

const compare = (a: number, b: number): number => a - b;
