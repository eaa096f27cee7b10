/** Peterson's lock for n processes (the filter lock). */
import { Break, ForEach, Forever, If, index, int, load, lt, moveAfter, ne, primitive, proc, program, shared, store, type Mutation, type Progress, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { breaksMutex, classic, enter, lastInside, leave, mutex, pid_t, processes, type Pid } from './classic.ts';

/** 0: not interested; 1 … n-1: at that stage. */
const level_t = int('level_t', 3);
const stage_t = index('stage_t');
const level = shared('level', level_t, [pid_t]);
const last = shared('last', pid_t, [stage_t]);

const raise = primitive('raise', (me: Pid, to: Value<'level_t'>) => { store(level.at(me), to); });
const come_last = primitive('come_last', (stage: Value<'stage_t'>, me: Pid) => { store(last.at(stage), me); });

const await_behind = proc('await_behind', { params: { me: pid_t, k: pid_t, mine: level_t, stage: stage_t }, doc: 'Until k is behind this stage, or somebody came later.' }, ({ me, k, mine, stage }) => {
  Forever(() => {
    If(lt(load('theirs', level.at(k)), mine), () => { Break(); });
    If(ne(load('latest', last.at(stage)), me), () => { Break(); });
  });
});

/** Stages are unrolled. For two processes level is the flag, and last the turn. */
const peterson_lock = (n: number) => proc('peterson_lock', { params: { me: pid_t } }, ({ me }) => {
  for (let s = 0; s < n - 1; s++) {
    const [mine, stage] = [level_t.lit(s + 1), stage_t.lit(s)];
    raise(me, mine);
    come_last(stage, me);
    ForEach(pid_t, 'k', (k) => { If(ne(k, me), () => { await_behind({ me, k, mine, stage }); }); });
  }
});

function process(n: number): (me: Pid) => void {
  const lock = peterson_lock(n);
  return (me) => {
    Forever(() => {
      lock({ me });
      enter(me);
      store(level.at(me), level_t.lit(0));
      leave(me);
    });
  };
}

export function peterson(n: number, mutations: readonly Mutation[] = [], progress: readonly Progress[] = []): Program {
  return program({
    name: `classic/peterson-${n}`, sizes: { pid_t: n, stage_t: n - 1 }, threads: () => processes(n, process(n)), properties: [mutex], reaches: lastInside(n), mutations, progress,
  });
}

const about = 'G. L. Peterson, "Myths about the mutual exclusion problem", Information Processing Letters 12(3), 1981. Each look at another process is a step of its own, one process after the other.';
const scenario = (n: number) => classic({
  name: `peterson-${n}`, title: `Peterson's lock, ${n} processes`, about, processes: n, expect: { verdict: 'holds' }, build: () => peterson(n),
  mutants: [{ name: 'turn-first', what: 'last is written before level', expect: breaksMutex, build: () => peterson(n, [moveAfter('peterson_lock', 'raise', 'come_last')]) }],
});

export const petersons = [scenario(2), scenario(3)];
