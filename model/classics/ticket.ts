/** The ticket lock: first come, first served. */
import { add, eq, Forever, index, load, primitive, proc, program, rmw, select, shared, store, waitUntil, type Progress, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

/** Tickets are counted modulo the number of processes: no more are out at a time. */
const ticket_t = index('ticket_t');
type Ticket = Value<'ticket_t'>;
const next_ticket = shared('next_ticket', ticket_t, []);
const now_serving = shared('now_serving', ticket_t, []);

const after = (t: Ticket): Ticket => select(eq(t, ticket_t.lit(ticket_t.size() - 1)), ticket_t.lit(0), add(t, ticket_t.lit(1)));

const fetch_and_increment = primitive('fetch_and_increment', () => rmw('ticket', next_ticket.at(), after));

function load_then_store(): Ticket {
  const ticket = load('ticket', next_ticket.at());
  store(next_ticket.at(), after(ticket));
  return ticket;
}

const ticket_lock = (take: () => Ticket) => proc('ticket_lock', { params: { me: pid_t } }, ({ me }) => {
  Forever(() => {
    const mine = take();
    waitUntil(now_serving.at(), (serving) => eq(serving, mine));
    enter(me);
    store(now_serving.at(), after(mine));
    leave(me);
  });
});

/** `take` draws a ticket. */
export function ticketLock(n: number, take: () => Ticket = fetch_and_increment, progress: readonly Progress[] = []): Program {
  const lock = ticket_lock(take);
  return program({
    name: `classic/ticket-${n}`, sizes: { pid_t: n, ticket_t: n }, threads: () => processes(n, (me: Pid) => { lock({ me }); }), properties: [mutex], reaches: lastInside(n), progress,
  });
}

const scenario = (n: number) => classic({
  name: `ticket-${n}`, title: `The ticket lock, ${n} processes`, processes: n, expect: { verdict: 'holds' }, build: () => ticketLock(n),
  about: 'D. P. Reed, R. K. Kanodia, "Synchronization with eventcounts and sequencers", CACM 22(2), 1979; the lock as in Mellor-Crummey and Scott, ACM TOCS 9(1), 1991.',
  mutants: [{ name: 'not-atomic', what: 'a ticket is drawn by a load and a store', expect: breaksMutex, build: () => ticketLock(n, load_then_store) }],
});

export const ticketLocks = [scenario(3), scenario(5)];
