/** Footprints: exactly the shared accesses of a step, ghosts left out. */
import { expect, test } from 'vitest';
import { lower } from '../../model/language/lower.ts';
import {
  add, atomic, bool, choose, eq, exchange, ForEach, ghost, If, index, int, load, ne, peek, program, property, record, rmw, shared, skip, store, thisCpu, thread, track,
  TRUE, waitUntil, type Value,
} from '../../model/language/index.ts';

const n_t = int('n_t', 3);
const cpu_t = index('cpu_t');
const pair_t = record('pair_t', { n: n_t, flag: bool });
const x = shared('x', n_t, []);
const row = shared('row', n_t, [cpu_t]);
const grid = shared('grid', pair_t, [cpu_t, cpu_t]);
const at = shared('at', cpu_t, []);
const seen = ghost('seen', n_t, []);
const c = (i: number): Value<'cpu_t'> => cpu_t.lit(i);

function writer(): void {
  store(x.at(), n_t.lit(1));
  store(at.at(), c(1));
  ForEach(cpu_t, 'i', (i) => {
    store(row.at(i), n_t.lit(1));
    ForEach(cpu_t, 'j', (j) => { store(grid.at(i, j), pair_t.of({})); });
  });
}

/**
 * Footprints of the steps of a thread on CPU 1, in order: `place[cell] mode`, `?` for a cell known at run time only.
 * Another thread writes everything: what nobody writes is a constant.
 */
function footprints(body: () => void): string[][] {
  const looks = property('p', 'the ghost is needed', () => ({ it: eq(peek(seen.at()), n_t.lit(0)) }));
  const graph = lower(program({ name: 'steps', sizes: { cpu_t: 2 }, threads: () => [thread('t', 1, body), thread('writer', 0, writer)], properties: [looks] }));
  return graph.nodes.filter((n) => n.kind === 'step' && n.thread === 0).map((n) => n.footprint.map((a) => `${graph.places[a.place]!.name}[${a.cell ?? '?'}] ${a.mode}`).sort());
}

test('a load reads one cell, a store writes one', () => {
  expect(footprints(() => { store(row.at(c(1)), load('v', row.at(c(0)))); })).toEqual([['row[0] read'], ['row[1] write']]);
});

test('cells are flat, row by row, and this CPU is a constant', () => {
  expect(footprints(() => { store(grid.at(thisCpu(cpu_t), c(0)), load('p', grid.at(c(0), c(1)))); })).toEqual([['grid[1] read'], ['grid[2] write']]);
});

test('an index that was loaded is known at run time only', () => {
  expect(footprints(() => { store(row.at(load('i', at.at())), n_t.lit(1)); })).toEqual([['at[0] read'], ['row[?] write']]);
});

test('a read-modify-write is both at once, whether its old value is used or not', () => {
  expect(footprints(() => { rmw('old', x.at(), (v) => v, { ignore: true }); })).toEqual([['x[0] rmw']]);
  expect(footprints(() => { If(eq(exchange('old', x.at(), n_t.lit(1)), n_t.lit(1)), () => { skip(); }); })).toEqual([['x[0] rmw'], []]);
  expect(footprints(() => { rmw('old', x.at(), () => n_t.lit(1), { when: (v) => ne(v, n_t.lit(1)), ignore: true }); })).toEqual([['x[0] rmw']]);
});

test('a wait reads, a choice and a skip touch nothing', () => {
  expect(footprints(() => {
    waitUntil(x.at(), (v) => eq(v, n_t.lit(1)));
    If(choose('b', bool, 2), () => { skip(); });
  })).toEqual([['x[0] read'], [], []]);
});

test('an atomic section lists all that it may touch, its guard included', () => {
  expect(footprints(() => {
    atomic('one step', () => {
      const v = load('v', x.at());
      If(eq(v, n_t.lit(1)), () => { store(row.at(c(0)), add(peek(row.at(c(0))), v)); }, () => { store(row.at(c(1)), n_t.lit(0)); });
    }, { when: eq(peek(at.at()), c(1)) });
  })).toEqual([['at[0] read', 'row[0] rmw', 'row[1] write', 'x[0] read']]);
});

test('ghosts are left out, in sections and riding', () => {
  expect(footprints(() => {
    store(x.at(), n_t.lit(1));
    track(seen.at(), n_t.lit(1));
    atomic('one step', () => {
      store(grid.at(c(0), c(0)), pair_t.of({ flag: TRUE }));
      track(seen.at(), n_t.lit(2));
    });
  })).toEqual([['x[0] write'], ['grid[0] write']]);
});
