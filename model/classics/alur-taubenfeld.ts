/** The timing-based lock of Alur and Taubenfeld: constant time when nobody contends. */
import { bool, eq, FALSE, Forever, If, load, not, peek, proc, program, Return, shared, store, TRUE, waitUntil } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, isMe, isSomebody, lastInside, leave, maybe_t, mutex, nobody, pid_t, processes, somebody, type Pid } from './classic.ts';
import { allOff, clock, event, expired, OFF, test, ticks } from './timed.ts';

const x = shared('x', pid_t, []);
const y = shared('y', maybe_t, []);
const z = shared('z', bool, []);

const yIsMine = (me: Pid) => (): ReturnType<typeof isMe> => isMe(load('holder', y.at()), me);

/** `step`: a process moves within so many ticks. `delay` must be more than two of these. */
const try_lock = (step: number, delay: number) => proc('try_lock', { params: { me: pid_t }, returns: bool, doc: 'False: start again.' }, ({ me }) => {
  event(me, OFF, () => { store(x.at(), me); });
  event(me, ticks(step), () => undefined, not(isSomebody(peek(y.at()))));
  event(me, ticks(step), () => { store(y.at(), somebody(me)); });
  If(test(me, 'alone', () => eq(load('latest', x.at()), me), ticks(step), ticks(delay)), () => {
    event(me, OFF, () => { store(z.at(), TRUE); });
    Return(TRUE);
  });
  expired(me, ticks(step));
  If(not(test(me, 'mine', yIsMine(me), OFF, ticks(step))), () => { Return(FALSE); });
  waitUntil(z.at(), not);
  Return(TRUE);
});

const unlock = (step: number) => proc('unlock', { params: { me: pid_t } }, ({ me }) => {
  event(me, ticks(step), () => { store(z.at(), FALSE); });
  leave(me);
  If(test(me, 'mine', yIsMine(me), ticks(step), OFF), () => { event(me, OFF, () => { store(y.at(), nobody()); }); });
});

function process(step: number, delay: number): (me: Pid) => void {
  const [lock, release] = [try_lock(step, delay), unlock(step)];
  return (me) => {
    Forever(() => {
      If(lock({ me }, 'locked'), () => {
        enter(me);
        release({ me });
      });
    });
  };
}

/** The model called at in BEEM: at.1 is (3, 2, 5), at.2 is (3, 2, 3). */
export function alurTaubenfeld(n: number, step: number, delay: number): Program {
  return program({
    name: `classic/alur-taubenfeld-${n}`, sizes: { pid_t: n }, threads: () => [...processes(n, process(step, delay)), clock(n)], properties: [mutex], reaches: lastInside(n),
    init: (set) => { allOff(n, set); },
  });
}

const about = 'R. Alur, G. Taubenfeld, "Results about fast mutual exclusion", RTSS 1992. Timed as in BEEM (R. Pelánek, SPIN 2007), where it is called at.';
export const alurTaubenfelds = [
  classic({
    name: 'alur-taubenfeld-3', title: 'Timing-based lock: steps within 2 ticks, delay 5', about, processes: 3, expect: { verdict: 'holds' }, build: () => alurTaubenfeld(3, 2, 5),
    mutants: [{ name: 'delay-too-short', what: 'the delay is shorter than two steps', expect: breaksMutex, build: () => alurTaubenfeld(3, 2, 3) }],
  }),
  classic({ name: 'alur-taubenfeld-untimed', title: 'Timing-based lock where the delay passes at once', about, processes: 2, expect: { verdict: 'violated', property: 'mutex', steps: 12 }, build: () => alurTaubenfeld(2, 2, 0) }),
];
