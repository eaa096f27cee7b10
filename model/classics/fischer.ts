/** Fischer's lock, whose correctness is a matter of time: without a clock, and with one in discrete ticks. */
import { Forever, If, load, not, peek, program, shared, store, waitUntil } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, isMe, isSomebody, lastInside, leave, maybe_t, mutex, nobody, processes, somebody, type Pid } from './classic.ts';
import { allOff, clock, event, expired, OFF, ticks } from './timed.ts';

const id = shared('id', maybe_t, []);

/** Enters if it still is the last that wrote its name. */
function enter_if_mine(me: Pid): void {
  If(isMe(load('last', id.at()), me), () => {
    enter(me);
    store(id.at(), nobody());
    leave(me);
  });
}

function untimedProcess(me: Pid): void {
  Forever(() => {
    waitUntil(id.at(), (v) => not(isSomebody(v)));
    store(id.at(), somebody(me));
    enter_if_mine(me);
  });
}

export function fischerUntimed(n: number): Program {
  return program({ name: `classic/fischer-untimed-${n}`, sizes: { pid_t: n }, threads: () => processes(n, untimedProcess), properties: [mutex] });
}

/** Writes within k1 ticks of seeing id free, and looks again k2 ticks after writing: k1 < k2 is what excludes. */
const timedProcess = (k1: number, k2: number) => (me: Pid): void => {
  Forever(() => {
    event(me, ticks(k1), () => undefined, not(isSomebody(peek(id.at()))));
    event(me, ticks(k2), () => { store(id.at(), somebody(me)); });
    expired(me, OFF);
    enter_if_mine(me);
  });
};

/** The model of the same name in BEEM: fischer.1 is (3, 2, 3). */
export function fischer(n: number, k1: number, k2: number): Program {
  return program({
    name: `classic/fischer-${n}`, sizes: { pid_t: n }, threads: () => [...processes(n, timedProcess(k1, k2)), clock(n)], properties: [mutex], reaches: lastInside(n),
    init: (set) => { allOff(n, set); },
  });
}

const about = 'M. J. Fischer, in a note to L. Lamport of 25 June 1985; published in Lamport\'s "A fast mutual exclusion algorithm", ACM TOCS 5(1), 1987. Timed as in BEEM (R. Pelánek, SPIN 2007).';
export const fischers = [
  classic({ name: 'fischer-untimed', title: "Fischer's lock without its delay", about, processes: 2, expect: { verdict: 'violated', property: 'mutex', steps: 6 }, build: () => fischerUntimed(2) }),
  classic({
    name: 'fischer-3', title: "Fischer's lock, 3 processes: writes within 2 ticks, waits 3", about, processes: 3, expect: { verdict: 'holds' }, build: () => fischer(3, 2, 3),
    mutants: [{ name: 'too-slow', what: 'a write may take as long as the wait', expect: breaksMutex, build: () => fischer(3, 3, 3) }],
  }),
];
