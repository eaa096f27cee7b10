/** Arithmetic that leaves its declared type is an error of the model, wherever its value goes, for every engine. */
import { expect, test } from 'vitest';
import { lower } from '../../model/language/lower.ts';
import {
  add, and, atomic, bool, count, eq, FALSE, forall, ghost, If, index, int, Let, load, macro, or, peek, proc, program, property, record, Return, rmw,
  select, shared, skip, store, sub, thread, track, TRUE, Var,
} from '../../model/language/index.ts';
import { check } from '../../schedules/check.ts';
import { ModelError, RangeFault } from '../../schedules/errors.ts';
import { explore } from '../../schedules/reference.ts';

const n3 = int('n3', 3);
const n7 = int('n7', 7);
const row = index('row');
const pair = record('pair', { n: n3, flag: bool });
const odd = record('odd', { n: int('n4', 4), flag: bool });
const x = shared('x', n3, []);
const wide = shared('wide', n7, []);
const grid = shared('grid', n3, [row, row]);
const word = shared('word', pair, []);
const oddWord = shared('oddWord', odd, []);
const seen = ghost('seen', n3, []);
const one = n3.lit(1);
const incremented = macro('incremented', (v: ReturnType<typeof n3.lit>) => add(v, one));

const last = (): ReturnType<typeof n3.lit> => load('v', x.at());
const setN = (): void => { rmw('old', word.at(), (w) => pair.with(w, 'n', add(pair.get(w, 'n'), n3.lit(3))), { ignore: true }); };

/** x starts at 3, word at { n: 3 }. What is wrong, the text of the step that it happens in, and the model. */
const overflows: readonly (readonly [what: string, text: string, body: () => void])[] = [
  ['a store', 'x = v + 1', () => { store(x.at(), add(last(), one)); }],
  ['a store that goes below 0', 'x = v - 1', () => {
    store(x.at(), n3.lit(0));
    store(x.at(), sub(last(), one));
  }],
  ['a read-modify-write', 'xchg(x, old + 1)', () => { rmw('old', x.at(), (v) => add(v, one), { ignore: true }); }],
  ['a field of a read-modify-write', 'xchg(word, old with n=(old.n + 3))', setN],
  ['a field of a type that does not fill its bits', 'xchg(oddWord, old with n=(old.n + 1))', () => {
    rmw('old', oddWord.at(), (w) => odd.with(w, 'n', add(odd.get(w, 'n'), int('n4', 4).lit(1))), { ignore: true });
  }],
  ['a field that goes below 0', 'xchg(word, old with n=(0 - old.n))', () => {
    rmw('old', word.at(), (w) => pair.with(w, 'n', sub(n3.lit(0), pair.get(w, 'n'))), { ignore: true });
  }],
  ['a field of a new record', 'word = {n=(v + 1), flag=true}', () => { store(word.at(), pair.of({ n: add(last(), one), flag: TRUE })); }],
  ['a field under another change', 'word = (w with n=(w.n + 1)) with flag=true', () => {
    const w = load('w', word.at());
    store(word.at(), pair.with(pair.with(w, 'n', add(pair.get(w, 'n'), one)), 'flag', TRUE));
  }],
  ['a field in a branch', 'word = (v == 3) ? (w with n=(w.n + 1)) : w', () => {
    const w = load('w', word.at());
    const v = last();
    store(word.at(), select(eq(v, n3.lit(3)), pair.with(w, 'n', add(pair.get(w, 'n'), one)), w));
  }],
  ['a branch in a field', 'word = {n=((v == 3) ? (v + 1) : v)}', () => {
    const v = last();
    store(word.at(), pair.of({ n: select(eq(v, n3.lit(3)), add(v, one), v) }));
  }],
  ['a field by a macro', 'word = {n=incremented(v)}', () => { store(word.at(), pair.of({ n: incremented(last()) })); }],
  ['a field taken from a word that overflowed', 'x = (w with n=(w.n + 1)).n', () => {
    const w = load('w', word.at());
    store(x.at(), pair.get(pair.with(w, 'n', add(pair.get(w, 'n'), one)), 'n'));
  }],
  ['a Let', 'v = x', () => {
    const v = Let('next', add(last(), one));
    store(word.at(), pair.of({ n: v }));
  }],
  ['a Let whose register holds a larger type before', 'v = x', () => {
    const w = load('w', wide.at());
    store(wide.at(), w);
    const v = Let('next', add(last(), one));
    skip();
    store(word.at(), pair.of({ n: v }));
  }],
  ['a parameter', 'v = x', () => {
    const f = proc('f', { params: { n: n3 } }, ({ n }) => { store(word.at(), pair.of({ n })); });
    f({ n: add(last(), one) });
  }],
  ['a returned value', 'v = x', () => {
    const f = proc('f', { params: {}, returns: n3 }, () => { Return(add(last(), one)); });
    store(x.at(), f({}));
  }],
  ['a variable', 'v = x', () => {
    const n = Var('n', n3, n3.lit(0));
    n.set(add(last(), one));
    store(x.at(), n.get());
  }],
  ['a ghost write', 'skip', () => {
    skip();
    track(seen.at(), add(peek(x.at()), one));
  }],
  ['a count as a ghost', 'skip', () => {
    skip();
    track(seen.at(), add(count(n3, row, 'r', () => TRUE), n3.lit(2)));
  }],
  ['a store in an atomic section', 'atomic', () => { atomic('one step', () => { store(x.at(), add(load('v', x.at()), one)); }); }],
  ['a field in an atomic section', 'atomic', () => { atomic('one step', () => { store(word.at(), pair.of({ n: add(load('v', x.at()), one) })); }); }],
  ['a variable in an atomic section', 'atomic', () => {
    const n = Var('n', n3, n3.lit(0));
    atomic('one step', () => { n.set(add(load('v', x.at()), one)); });
    store(x.at(), n.get());
  }],
  ['a ghost write in an atomic section', 'atomic', () => {
    atomic('one step', () => {
      store(wide.at(), n7.lit(1));
      track(seen.at(), add(peek(x.at()), one));
    });
  }],
  ['an index', 'grid[row0][r + row1] = 1', () => {
    const r = load('r', at.at());
    store(grid.at(row.lit(0), add(r, row.lit(1))), one);
  }],
  ['an index of a load', 'v = grid[r + row1][row0]', () => {
    const r = load('r', at.at());
    store(x.at(), load('v', grid.at(add(r, row.lit(1)), row.lit(0))));
  }],
];
const at = shared('at', row, []);

/** Writes what is there: loads of what nobody writes would be constants. */
function writer(): void {
  store(x.at(), n3.lit(3));
  store(at.at(), row.lit(1));
  store(word.at(), pair.of({ n: n3.lit(3) }));
  store(oddWord.at(), odd.of({ n: int('n4', 4).lit(4) }));
  store(wide.at(), n7.lit(0));
}

function world(body: () => void): ReturnType<typeof lower> {
  const looks = property('p', 'the ghost is needed', () => ({ it: or(eq(peek(seen.at()), n3.lit(0)), TRUE), rows: forall(row, 'r', (r) => or(eq(r, r), FALSE)) }));
  return lower(program({
    name: 'overflow', sizes: { row: 2 }, properties: [looks], threads: () => [thread('first', 0, body), thread('writer', 1, writer)],
    init: (set) => {
      set(x.at(), n3.lit(3));
      set(at.at(), row.lit(1));
      set(word.at(), pair.of({ n: n3.lit(3) }));
      set(oddWord.at(), odd.of({ n: int('n4', 4).lit(4) }));
    },
  }));
}

test.each(overflows)('%s: found at "%s"', async (_, text, body) => {
  const graph = world(body);
  expect(() => explore(graph)).toThrow(RangeFault);
  const error: unknown = await check(graph).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(ModelError);
  expect((error as ModelError).conjunct).toBe(text);
  const { thread: first, choice } = (error as ModelError).schedule.at(-1)!;
  expect([first, choice]).toEqual([0, 0]);
});

const harmless: readonly (readonly [what: string, body: () => void])[] = [
  ['a branch that is not taken', () => {
    rmw('old', word.at(), (w) => select(eq(pair.get(w, 'n'), n3.lit(3)), w, pair.with(w, 'n', add(pair.get(w, 'n'), one))), { ignore: true });
  }],
  ['a sum that is only compared', () => { If(eq(add(last(), one), n3.lit(0)), () => { skip(); }); }],
  ['a sum that comes back into range', () => { store(x.at(), sub(add(last(), one), one)); }],
  ['a field that is overwritten before it is stored, by a value in range', () => {
    const w = load('w', word.at());
    store(word.at(), pair.with(w, 'n', sub(pair.get(w, 'n'), one)));
  }],
  ['a count of more than its type holds', () => {
    const bit = int('bit', 1);
    store(shared('bit', bit, []).at(), bit.lit(1));
    If(eq(count(bit, row, 'r', () => and(TRUE)), bit.lit(1)), () => { skip(); }, () => { store(x.at(), add(last(), one)); });
  }],
];

test.each(harmless)('%s is no overflow', async (_, body) => {
  const graph = world(body);
  expect(explore(graph).verdict).toBe('holds');
  expect((await check(graph)).verdict).toBe('holds');
});
