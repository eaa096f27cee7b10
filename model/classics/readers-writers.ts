/** Readers and writers with two semaphores: readers go first. */
import { add, and, bool, count, drop, eq, FALSE, Forever, ghost, If, int, le, load, not, or, peek, primitive, proc, program, property, rmw, shared, store, sub, track, TRUE, type Mutation } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, pid_t, processes } from './classic.ts';

const readers_t = int('readers_t', 7);
const readcount = shared('readcount', readers_t, []);
/** Semaphores, taken or free: mutex is for readcount, w for writing. */
const mutex = shared('mutex', bool, []);
const w = shared('w', bool, []);
const reading = ghost('reading', bool, [pid_t], { display: 'reading[%0]' });
const writing = ghost('writing', bool, [pid_t], { display: 'writing[%0]' });

const down = (name: string, semaphore: typeof mutex) => primitive(name, () => { rmw('before', semaphore.at(), () => TRUE, { when: not, ignore: true }); });
const P_mutex = down('P_mutex', mutex);
const V_mutex = primitive('V_mutex', () => { store(mutex.at(), FALSE); });
const P_w = down('P_w', w);
const V_w = primitive('V_w', () => { store(w.at(), FALSE); });

const start_read = proc('start_read', { params: { me: pid_t } }, ({ me }) => {
  P_mutex();
  const before = load('before', readcount.at());
  store(readcount.at(), add(before, readers_t.lit(1)));
  If(eq(before, readers_t.lit(0)), () => { P_w(); });
  V_mutex();
  track(reading.at(me), TRUE);
});

const end_read = proc('end_read', { params: { me: pid_t } }, ({ me }) => {
  P_mutex();
  track(reading.at(me), FALSE);
  const before = load('before', readcount.at());
  store(readcount.at(), sub(before, readers_t.lit(1)));
  If(eq(before, readers_t.lit(1)), () => { V_w(); });
  V_mutex();
});

const write = proc('write', { params: { me: pid_t } }, ({ me }) => {
  P_w();
  track(writing.at(me), TRUE);
  V_w();
  track(writing.at(me), FALSE);
});

const many = (n: 0 | 1 | 2) => readers_t.lit(n);
const exclusion = property('exclusion', 'A writer is alone; readers may be many.', () => {
  const readers = count(readers_t, pid_t, 'p', (p) => peek(reading.at(p)));
  const writers = count(readers_t, pid_t, 'p', (p) => peek(writing.at(p)));
  return { 'one writer': le(writers, many(1)), 'no reader with a writer': or(eq(readers, many(0)), eq(writers, many(0))) };
});

export function readersWriters(readers: number, writers: number, mutations: readonly Mutation[] = []): Program {
  return program({
    name: `classic/readers-writers-${readers}-${writers}`, sizes: { pid_t: readers + writers }, properties: [exclusion], mutations,
    threads: () => processes(readers + writers, (me, i) => {
      Forever(() => {
        if (i >= readers) write({ me });
        else {
          start_read({ me });
          end_read({ me });
        }
      });
    }),
    reaches: () => ({
      'two readers at once': and(...[0, 1].map((i) => peek(reading.at(pid_t.lit(i))))),
      'a writer': peek(writing.at(pid_t.lit(readers))),
    }),
  });
}

export const readersWritersTables = [classic({
  name: 'readers-writers', title: 'Three readers and two writers, readers first', processes: 5, expect: { verdict: 'holds' }, build: () => readersWriters(3, 2),
  about: 'P. J. Courtois, F. Heymans, D. L. Parnas, "Concurrent control with readers and writers", CACM 14(10), 1971, problem 1.',
  mutants: [{ name: 'uncounted', what: 'the first reader does not take the writers\' semaphore', expect: { verdict: 'violated', property: 'exclusion' }, build: () => readersWriters(3, 2, [drop('start_read', 'P_w')]) }],
})];
