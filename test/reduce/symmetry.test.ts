/** Which worlds look the same to several CPUs, and which only nearly. */
import { describe, expect, it } from 'vitest';
import { bool, eq, exists, forall, index, int, load, ne, not, peek, program, property, record, rmw, shared, store, thisCpu, thread, TRUE, type Property } from '../../model/language/index.ts';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import { symmetriesOf } from '../../schedules/reduce/symmetry.ts';
import { check } from '../../schedules/check.ts';
import { selectConjuncts } from '../../schedules/select.ts';

const cpu_t = index('cpu_t');
const num_t = int('num_t', 3);
const owner_t = record('owner_t', { held: bool, cpu: cpu_t });
const row = shared('row', num_t, [cpu_t]);
const turn = shared('turn', cpu_t, []);
const owner = shared('owner', owner_t, []);
const flag = shared('flag', bool, []);

interface World {
  readonly cpus: number;
  /** What a CPU does once it has the lock. */
  readonly body: (cpu: number) => void;
  readonly property?: Property;
}

const everyRow = property('rows', 'every row is small', () => ({ rows: forall(cpu_t, 'c', (c) => ne(peek(row.at(c)), num_t.lit(3))) }));

function world({ cpus, body, property: claimed = everyRow }: World): Program {
  return program({
    name: 'like CPUs', sizes: { cpu_t: cpus },
    threads: () => Array.from({ length: cpus }, (_, cpu) => thread(`t${cpu}`, cpu, () => {
      rmw('owner', owner.at(), () => owner_t.of({ held: TRUE, cpu: thisCpu(cpu_t) }), { when: (o) => not(owner_t.get(o, 'held')), ignore: true });
      body(cpu);
      store(owner.at(), owner_t.of({}));
    })),
    properties: [claimed],
  });
}

function found(w: World): string[] {
  const graph = lower(world(w));
  return symmetriesOf(graph, selectConjuncts(graph, undefined)).map((s) => s.shown).sort();
}

const own = (): void => { store(row.at(thisCpu(cpu_t)), num_t.lit(1)); };

describe('like CPUs', () => {
  it('two are exchanged', () => { expect(found({ cpus: 2, body: own })).toEqual(['cpu_t: 1 0']); });
  it('three are permuted in all ways', () => { expect(found({ cpus: 3, body: own })).toEqual(['cpu_t: 0 2 1', 'cpu_t: 1 0 2', 'cpu_t: 1 2 0', 'cpu_t: 2 0 1', 'cpu_t: 2 1 0']); });
  it('numbers of CPUs in places and in registers are exchanged, too', () => {
    const body = (): void => {
      store(turn.at(), thisCpu(cpu_t));
      const other = load('other', turn.at());
      store(row.at(other), num_t.lit(2));
    };
    expect(found({ cpus: 2, body })).toEqual(['cpu_t: 1 0']);
  });
  it('what is claimed of some CPU is claimed of any', () => {
    const some = property('some', 'a row is empty', () => ({ some: exists(cpu_t, 'c', (c) => eq(peek(row.at(c)), num_t.lit(0))) }));
    expect(found({ cpus: 2, body: own, property: some })).toEqual(['cpu_t: 1 0']);
  });
  it('two of three', () => {
    const body = (cpu: number): void => { store(row.at(thisCpu(cpu_t)), num_t.lit(cpu === 0 ? 2 : 1)); };
    expect(found({ cpus: 3, body })).toEqual(['cpu_t: 0 2 1']);
  });
});

describe('CPUs that differ', () => {
  it('in a constant', () => { expect(found({ cpus: 2, body: (cpu) => { store(row.at(thisCpu(cpu_t)), num_t.lit(cpu)); } })).toEqual([]); });
  it('in an order', () => {
    const body = (cpu: number): void => {
      if (cpu === 0) own();
      store(flag.at(), TRUE);
      if (cpu !== 0) own();
    };
    expect(found({ cpus: 2, body })).toEqual([]);
  });
  it('in what both do to one of them', () => { expect(found({ cpus: 2, body: () => { store(row.at(cpu_t.lit(0)), num_t.lit(1)); } })).toEqual([]); });
  it('in what is claimed of one of them', () => {
    const first = property('first', 'the first row is small', () => ({ first: ne(peek(row.at(cpu_t.lit(0))), num_t.lit(3)) }));
    expect(found({ cpus: 2, body: own, property: first })).toEqual([]);
  });
  it('in whether one is compared with a number', () => {
    const body = (): void => {
      own();
      store(flag.at(), eq(load('t', turn.at()), cpu_t.lit(0)));
    };
    expect(found({ cpus: 2, body })).toEqual([]);
  });
});

it('a search keeps one of several states that are alike', async () => {
  const graph = lower(world({ cpus: 3, body: own }));
  const [plain, reduced] = [await check(graph), await check(graph, { reduce: ['symmetry'] })];
  expect(reduced.verdict).toBe('holds');
  expect(plain.states / reduced.states).toBeGreaterThan(3);
});
