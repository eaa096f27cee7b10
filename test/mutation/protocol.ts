/** A small protocol for mutants: two CPUs add to a counter under a lock, if that is allowed. */
import {
  add, and, bool, eq, If, index, int, load, not, or, peek, primitive, proc, program, property, quiescent, Return, rmw, shared, store, thisCpu, thread, TRUE, FALSE, waitUntil, record, type Value,
} from '../../model/language/index.ts';
import type { Program } from '../../model/language/ir.ts';
import type { Scenario } from '../../model/scenario.ts';

const cpu_t = index('cpu_t');
const count_t = int('count_t', 3);
const owner_t = record('owner_t', { held: bool, cpu: cpu_t });
const count = shared('count', count_t, []);
const open = shared('open', bool, []);
const noted = shared('noted', bool, []);
const lock_at = shared('lock', owner_t, []);

const take = primitive('spin_lock', () => {
  rmw('owner', lock_at.at(), () => owner_t.of({ held: TRUE, cpu: thisCpu(cpu_t) }), {
    ignore: true, when: (o) => not(owner_t.get(o, 'held')), lock: { op: 'acquire', spinning: true, lock: lock_at.at().ref, mode: 'exclusive' },
  });
});
const release = primitive('spin_unlock', () => {
  rmw('owner', lock_at.at(), () => owner_t.of({}), { ignore: true, lock: { op: 'release', spinning: true, lock: lock_at.at().ref, mode: 'exclusive' } });
});
const read = primitive('read_count', (): Value<'count_t'> => load('n', count.at()));
const write = primitive('write_count', (to: Value<'count_t'>) => { store(count.at(), to); });
const note = primitive('note', () => { store(noted.at(), TRUE); });

const add_one = proc('add_one', { params: {}, models: { fn: 'add_one', file: 'add.c', version: '1' } }, () => {
  take();
  const allowed = load('allowed', open.at());
  If(and(allowed, not(eq(count_t.lit(1), count_t.lit(2)))), () => {
    const n = read();
    write(add(n, count_t.lit(1)));
    note();
  });
  release();
});

const stop = proc('stop', { params: {}, returns: bool, models: { fn: 'stop', file: 'add.c', version: '1' } }, () => {
  const allowed = load('allowed', open.at());
  If(not(allowed), () => { note(); Return(FALSE); });
  Return(TRUE);
});

export function counted(): Program {
  return program({
    name: 'small/counted', sizes: { cpu_t: 2 },
    init: (set) => { set(open.at(), TRUE); },
    threads: () => [thread('a', 0, () => { add_one({}); }), thread('b', 1, () => { stop({}, 'on'); add_one({}); waitUntil(open.at(), (o) => o); })],
    properties: [property('counted', 'both are counted', () => ({
      end: { when: quiescent(), holds: eq(peek(count.at()), count_t.lit(2)) },
      // Looks at the note and asks nothing of it: who forgets it survives.
      loose: or(peek(noted.at()), not(peek(noted.at()))),
    }))],
    reaches: () => ({ 'one is counted': eq(peek(count.at()), count_t.lit(1)) }),
  });
}

const base = { about: 'Two CPUs count under a lock.', kernel: '1', cpus: 2, mms: 0, pages: 0, machine: [] };

/** One that holds, and one that is declared to fail. */
export const smallScenarios: readonly Scenario[] = [
  { ...base, id: 'small/counted', title: 'Counted', expect: { verdict: 'holds' }, mutants: [], build: counted },
  { ...base, id: 'small/broken', title: 'Broken', expect: { verdict: 'violated', property: 'counted' }, mutants: [], build: counted },
];
