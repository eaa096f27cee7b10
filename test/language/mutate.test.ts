/** Edits of recorded procedures, seen in their listings. */
import { expect, test } from 'vitest';
import { LanguageError } from '../../model/language/errors.ts';
import { listing } from '../../model/language/listing.ts';
import { lower } from '../../model/language/lower.ts';
import {
  atomic, drop, eq, FALSE, ForEach, ghost, If, index, int, load, moveAfter, never, primitive, proc, program, Return, rmw, shared, store, thread, track,
  TRUE, bool, ne, type Mutation,
} from '../../model/language/index.ts';

const n_t = int('n_t', 3);
const cpu_t = index('cpu_t');
const x = shared('x', n_t, []);
const held = shared('held', bool, []);
const taken = ghost('taken', bool, []);

const set_x = primitive('set_x', (n: ReturnType<typeof n_t.lit>) => { store(x.at(), n); });
const get_x = primitive('get_x', () => load('v', x.at()));
const swap_x = primitive('swap_x', () => rmw('old', x.at(), () => n_t.lit(0)));
const acquire = primitive('acquire', () => {
  rmw('h', held.at(), () => TRUE, { when: (h) => eq(h, FALSE), ignore: true });
  track(taken.at(), TRUE);
});
const release = primitive('release', () => {
  store(held.at(), FALSE);
  track(taken.at(), FALSE);
});

const callee = proc('callee', { params: {}, returns: n_t }, () => { Return(get_x()); });

/** The listing of `first`, without header and gutter, of a program that runs it under the mutations. */
function recorded(body: () => void, ...mutations: readonly Mutation[]): string[] {
  const first = proc('first', { params: {} }, body);
  const p = program({ name: 'small', sizes: { cpu_t: 2 }, threads: () => [thread('t', 0, () => { first({}); }), thread('u', 0, () => { callee({}); })], mutations });
  lower(p);
  const decl = p.procs.find((d) => d.name === 'first')!;
  return listing(decl, p).split('\n').slice(2, -2).map((line) => line.slice(5).replace(/ *\/\*.*\*\//, '').replace(/^ {4}/, ''));
}

const set = (n: number): void => { set_x(n_t.lit(n)); };

test('drop takes out each statement of the name, at any depth, and nothing else', () => {
  const body = (): void => {
    set(1);
    If(eq(get_x(), n_t.lit(1)), () => { set(2); acquire(); }, () => { set(3); });
    ForEach(cpu_t, 'c', () => { set(0); });
    atomic('one', () => { set(1); store(held.at(), TRUE); });
  };
  expect(recorded(body, drop('first', 'set_x'))).toEqual([
    'n_t v = get_x();',
    'if (v == 1) {',
    '    acquire();',
    '}',
    'for each cpu_t c {',
    '}',
    'atomic {',
    '    held = true;',
    '}',
  ]);
});

test('what a dropped statement gives reads as 0', () => {
  const body = (): void => {
    set_x(get_x());
    set_x(swap_x());
    set_x(callee({}, 'r'));
  };
  expect(recorded(body, drop('first', 'get_x'), drop('first', 'swap_x'), drop('first', 'callee'))).toEqual([
    'n_t v = 0;', 'set_x(v);', 'n_t old = 0;', 'set_x(old);', 'n_t r = 0;', 'set_x(r);',
  ]);
});

test('a dropped primitive takes its ghost writes along', () => {
  const mutated = program({
    name: 'small', sizes: {}, threads: () => [thread('t', 0, () => { set(1); acquire(); release(); })], mutations: [drop('t', 'acquire')],
  });
  expect(mutated.procs[0]!.body.map((s) => s.s)).toEqual(['store', 'store', 'ghost']);
});

test('never takes out the branches with the name at their top, and keeps the other side', () => {
  const body = (): void => {
    const v = get_x();
    If(eq(v, n_t.lit(1)), () => { acquire(); set(1); }, () => { set(2); });
    If(eq(v, n_t.lit(2)), () => { set(3); });
  };
  expect(recorded(body, never('first', 'acquire'))).toEqual(['n_t v = get_x();', 'set_x(2);', 'if (v == 2) {', '    set_x(3);', '}']);
});

test('moveAfter moves within a block, past what follows, with the ghost writes of both', () => {
  const body = (): void => {
    set(1);
    acquire();
    set(2);
    release();
    set(3);
    If(ne(get_x(), n_t.lit(0)), () => { release(); acquire(); });
  };
  const order = recorded(body, moveAfter('first', 'acquire', 'release'));
  const rest = ['n_t v = get_x();', 'if (v != 0) {', '    release();', '    acquire();', '}'];
  expect(order).toEqual(['set_x(1);', 'set_x(2);', 'release();', 'acquire();', 'set_x(3);', ...rest]);
  const p = program({ name: 'small', sizes: {}, threads: () => [thread('t', 0, body)], mutations: [moveAfter('t', 'acquire', 'release')] });
  expect(p.procs[0]!.body.map((s) => s.s)).toEqual(['store', 'store', 'store', 'ghost', 'rmw', 'ghost', 'store', 'load', 'if']);
});

test('mutations are applied one after the other', () => {
  const body = (): void => { acquire(); set(1); release(); };
  expect(recorded(body, moveAfter('first', 'acquire', 'release'), drop('first', 'set_x'))).toEqual(['release();', 'acquire();']);
});

const body = (): void => {
  acquire();
  set(1);
  If(eq(get_x(), n_t.lit(1)), () => { set(2); });
};

test.each<readonly [string, Mutation]>([
  ['an unknown procedure', drop('second', 'set_x')],
  ['an unknown statement', drop('first', 'release')],
  ['a statement of another procedure', drop('callee', 'acquire')],
  ['no branch with the name', never('first', 'acquire')],
  ['nothing to move', moveAfter('first', 'release', 'set_x')],
  ['nowhere to move to', moveAfter('first', 'acquire', 'release')],
  ['already there', moveAfter('first', 'set_x', 'acquire')],
])('%s: PT017', (_, mutation) => {
  const error = ((): unknown => {
    try {
      return recorded(body, mutation);
    } catch (e) {
      return e;
    }
  })();
  expect(error).toBeInstanceOf(LanguageError);
  expect((error as LanguageError).rule).toBe('PT017');
  expect((error as LanguageError).message).toContain(mutation.what);
});

test('the original is left as it was', () => {
  const flat = (): void => { acquire(); set(1); release(); };
  const make = (mutations: readonly Mutation[]): string => JSON.stringify(program({ name: 'p', sizes: {}, threads: () => [thread('t', 0, flat)], mutations }));
  const before = make([]);
  make([drop('t', 'set_x')]);
  expect(make([])).toBe(before);
});
