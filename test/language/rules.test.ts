/** Each rule of the language, broken by a model of a few lines: number, place in this file, cause and cure. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LanguageError, RULES, type Rule } from '../../model/language/errors.ts';
import { lower } from '../../model/language/lower.ts';
import {
  add, assert, atomic, bool, Break, choose, drop, eq, FALSE, ForEach, Forever, ghost, held, If, index, int, Let, load, ne, peek,
  primitive, proc, program, property, record, Return, rmw, shared, skip, store, thread, track, TRUE, Var, waitUntil, While,
  type Property, type Value, type Variable, type WorldSpec,
} from '../../model/language/index.ts';

const FILE = 'test/language/rules.test.ts';
const source = readFileSync(FILE, 'utf8').split('\n');

const small = int('small', 3);
const cpu = index('cpu');
const x = shared('x', small, []);
const y = shared('y', small, []);
const seen = ghost('seen', small, []);
const lock = shared('lock', bool, []);
const mutex = shared('mutex', bool, []);
const one = small.lit(1);

const effect = (place: typeof lock, op: 'acquire' | 'release') => ({ ignore: true, lock: { op, spinning: place === lock, lock: place.at().ref, mode: 'exclusive' } }) as const;
const taking = (place: typeof lock): (() => unknown) =>
  primitive('take', () => rmw('l', place.at(), () => TRUE, { when: (l) => eq(l, FALSE), ...effect(place, 'acquire') }));
const dropping = (place: typeof lock): (() => unknown) => primitive('drop', () => rmw('l', place.at(), () => FALSE, effect(place, 'release')));
const [take, drops, takeMutex, dropMutex] = [taking(lock), dropping(lock), taking(mutex), dropping(mutex)];

function world(body: () => void, more: Partial<WorldSpec> = {}): void {
  lower(program({ name: 'broken', sizes: { cpu: 2 }, threads: () => [thread('first', 0, body)], ...more }));
}

function fault(build: () => void): LanguageError {
  try {
    build();
  } catch (e) {
    if (e instanceof LanguageError) return e;
    throw e;
  }
  throw new Error('nothing is wrong with the model');
}

/** The line that ends in the comment `// mark`. */
function lineOf(mark: string): number {
  const lines = source.flatMap((text, i) => (text.endsWith(`// ${mark}`) ? [i + 1] : []));
  expect(lines, `one line is marked ${mark}`).toHaveLength(1);
  return lines[0]!;
}

const looksAt = (p: () => Value<'bool'>): readonly Property[] => [
  property('p', 'looks', () => ({ it: p() })), // property
];

/** What is wrong, the rule, the mark of the line (null: no line is to blame), and words of cause and cure. */
type Case = readonly [what: string, rule: Rule, mark: string | null, message: RegExp, build: () => void];

const procedures: readonly Case[] = [
  ['a procedure that calls itself', 'PT001', 'recursion', /again → again is recursive; use a loop/, () => {
    const again = proc('again', { params: {} }, (): void => {
      again({}); // recursion
    });
    world(() => { again({}); });
  }],
  ['two procedures of one name', 'PT011', 'twice', /procedure twice is declared twice; rename/, () => {
    const first = proc('twice', { params: {} }, () => { skip(); });
    const second = proc('twice', { params: {} }, () => { skip(); }); // twice
    world(() => { first({}); second({}); });
  }],
  ['a thread of the same name as a procedure it calls', 'PT011', 'nested', /procedure first is declared twice; rename/, () => {
    const inner = proc('first', { params: {} }, () => { skip(); }); // nested
    world(() => { inner({}); });
  }],
  ['a Return of nothing where a value is due', 'PT016', 'bare return', /does not agree; make/, () => {
    const f = proc('f', { params: {}, returns: small }, () => {
      skip();
      Return(); // bare return
    });
    world(() => { store(x.at(), f({})); });
  }],
  ['a Return of another type', 'PT016', 'wrong return', /returns a small and this is a bool; return/, () => {
    const f = proc('f', { params: {}, returns: small }, () => {
      skip();
      Return(TRUE); // wrong return
    });
    world(() => { store(x.at(), f({})); });
  }],
  ['an end that is reached without Return', 'PT016', 'no return', /without returning a small; Return on every path/, () => {
    const f = proc('f', { params: {}, returns: small }, () => { // no return
      If(eq(load('v', x.at()), one), () => Return(one));
    });
    world(() => { store(x.at(), f({})); });
  }],
  ['a Break in no loop', 'PT016', 'stray break', /in no loop; put it into a While/, () => {
    world(() => {
      skip();
      Break(); // stray break
    });
  }],
  ['a value of another procedure', 'PT015', 'foreign value', /v is not in scope in first; pass it as a parameter/, () => {
    let leaked = one;
    const f = proc('f', { params: {} }, () => { leaked = load('v', x.at(), { discard: true }); });
    world(() => {
      f({});
      store(y.at(), leaked); // foreign value
    });
  }],
  ['a value of a branch after it', 'PT015', 'branch value', /v is not in scope/, () => {
    world(() => {
      let leaked = one;
      If(eq(load('u', x.at()), one), () => { leaked = load('v', y.at()); });
      store(x.at(), leaked); // branch value
    });
  }],
  ['an assignment to a variable of another procedure', 'PT015', 'foreign variable', /n is not in scope in first/, () => {
    let leaked: Variable<'small'> | undefined;
    const f = proc('f', { params: {} }, () => {
      leaked = Var('n', small, one);
      skip();
    });
    world(() => {
      f({});
      leaked?.set(one); // foreign variable
      skip();
    });
  }],
  ['a property that looks at a local', 'PT015', 'property', /v is a procedure's, and property p looks at it; track/, () => {
    let leaked = one;
    world(() => { leaked = load('v', x.at(), { discard: true }); }, { properties: looksAt(() => eq(leaked, one)) });
  }],
];

const flow: readonly Case[] = [
  ['a loop without a step', 'PT002', 'idle loop', /can go round without a step; put a load/, () => {
    world(() => {
      const n = Var('n', small, small.lit(0));
      While(ne(n.get(), one), () => { n.set(one); }); // idle loop
    });
  }],
  ['a loop with a step on one way round only', 'PT002', 'half a loop', /without a step/, () => {
    world(() => {
      const v = load('v', x.at());
      Forever(() => { If(eq(v, one), () => { skip(); }); }); // half a loop
    });
  }],
  ['a loop that an inner loop leaves at once', 'PT002', 'inner break', /without a step/, () => {
    world(() => {
      skip();
      Forever(() => { ForEach(cpu, 'c', () => { Break(); }); }); // inner break
    });
  }],
  ['a loop around a call that may return before its step', 'PT002', 'early return', /without a step/, () => {
    const f = proc('f', { params: { v: small } }, ({ v }) => {
      If(eq(v, one), () => Return());
      skip();
    });
    world(() => {
      const v = load('v', x.at());
      Forever(() => { f({ v }); }); // early return
    });
  }],
  ['a statement after Return', 'PT007', 'after return', /can never run; remove it/, () => {
    world(() => {
      Return();
      skip(); // after return
    });
  }],
  ['a statement after branches that both return', 'PT007', 'after both', /can never run/, () => {
    world(() => {
      If(eq(load('v', x.at()), one), () => Return(), () => Return());
      skip(); // after both
    });
  }],
  ['a statement after an endless loop', 'PT007', 'after forever', /can never run/, () => {
    world(() => {
      Forever(() => { skip(); });
      skip(); // after forever
    });
  }],
];

const values: readonly Case[] = [
  ['a loaded value that nothing uses', 'PT005', 'unused load', /v is loaded and never used; use it/, () => {
    world(() => {
      load('v', x.at()); // unused load
    });
  }],
  ['an old value that nothing but its update uses', 'PT005', 'unused old', /old value, is never used; use it/, () => {
    world(() => {
      rmw('v', x.at(), (v) => v); // unused old
    });
  }],
  ['a choice that nothing uses', 'PT005', 'unused choice', /chosen and never used; use it/, () => {
    world(() => {
      choose('c', bool, 2); // unused choice
    });
  }],
  ['a constant out of range', 'PT008', 'constant', /4 is not a small \(0 … 3\); use a value in range/, () => {
    small.lit(4); // constant
  }],
  ['an index out of range', 'PT008', 'index', /2 is not a cpu \(0 … 1\)/, () => {
    world(() => {
      cpu.lit(2); // index
    });
  }],
  ['a choice among more than there are', 'PT008', 'choice', /chosen among 3 and bool has 2 values; choose/, () => {
    world(() => {
      If(choose('c', bool, 3), () => { skip(); }); // choice
    });
  }],
  ['a variable that starts out of range', 'PT008', 'start', /n becomes 4, which is no small \(0 … 3\); keep it in range/, () => {
    world(() => {
      const n = Var('n', small, add(small.lit(3), one)); // start
      store(x.at(), n.get());
    });
  }],
];

const accesses: readonly Case[] = [
  ['a second access in a step', 'PT006', 'second access', /peek\(y\) is a second shared access in this step; load\(\) it/, () => {
    world(() => {
      store(x.at(), peek(y.at())); // second access
    });
  }],
  ['an access that no step makes', 'PT006', 'no step', /peek\(x\) is a shared access that no step makes/, () => {
    world(() => {
      If(eq(peek(x.at()), one), () => { skip(); }); // no step
    });
  }],
  ['a wait for two places', 'PT006', 'two places', /waitUntil reads 2 places; wait for one/, () => {
    world(() => {
      waitUntil(x.at(), (v) => eq(v, peek(y.at()))); // two places
    });
  }],
  ['a ghost write before the first step', 'PT006', 'early track', /comes before the first step of its thread and rides with none; put a step/, () => {
    world(() => {
      track(seen.at(), one); // early track
    }, { properties: looksAt(() => eq(peek(seen.at()), one)) });
  }],
  ['an assertion about shared state before the first step', 'PT006', 'early assert', /rides with none/, () => {
    world(() => {
      assert('early', eq(peek(x.at()), one)); // early assert
    });
  }],
  ['a branch on ghost state', 'PT012', 'ghost branch', /first reads ghost seen to decide what it does; ghost state is for/, () => {
    world(() => {
      skip();
      If(eq(peek(seen.at()), one), () => { skip(); }); // ghost branch
    });
  }],
  ['a load of ghost state', 'PT012', 'ghost load', /seen is ghost state and this is a step; use track/, () => {
    world(() => {
      load('v', seen.at()); // ghost load
    });
  }],
  ['a ghost write to real state', 'PT012', 'real track', /x is real state and track\(\) costs no step; use store/, () => {
    world(() => {
      track(x.at(), one); // real track
    });
  }],
  ['a loop in an atomic section', 'PT013', 'atomic loop', /'while' inside an atomic section of first; an atomic section is/, () => {
    world(() => {
      atomic('no reason', () => {
        While(TRUE, () => { store(x.at(), one); }); // atomic loop
      });
    });
  }],
  ['an atomic section in an atomic section', 'PT013', 'atomic twice', /inside an atomic section; make it one/, () => {
    world(() => {
      atomic('no reason', () => {
        atomic('none either', () => { store(x.at(), one); }); // atomic twice
      });
    });
  }],
  ['a call in an atomic section', 'PT013', 'atomic call', /f is called inside an atomic section; call it outside/, () => {
    const f = proc('f', { params: {} }, () => { skip(); });
    world(() => {
      atomic('no reason', () => {
        f({}); // atomic call
      });
    });
  }],
  ['a blocking step in an atomic section', 'PT013', 'atomic block', /a blocking step inside an atomic section; give the section/, () => {
    world(() => {
      atomic('no reason', () => {
        rmw('v', x.at(), () => one, { when: (v) => eq(v, one), ignore: true }); // atomic block
      });
    });
  }],
];

const locks: readonly Case[] = [
  ['an unlock of a lock that is not held', 'PT003', 'not held', /first releases lock\(\), which it does not hold on this path; take it first/, () => {
    world(() => {
      drops(); // not held
    });
  }],
  ['a lock taken twice', 'PT003', 'held twice', /takes lock\(\), which it holds already; release it first/, () => {
    world(() => {
      take();
      take(); // held twice
    });
  }],
  ['a downgrade of a lock that is not held for writing', 'PT003', 'downgraded', /first downgrades lock\(\), which it does not hold exclusively on this path; take it for writing first/, () => {
    world(() => {
      rmw('old', lock.at(), () => TRUE, { ignore: true, lock: { op: 'acquire', spinning: false, lock: lock.at().ref, mode: 'shared' } });
      rmw('old', lock.at(), () => TRUE, { ignore: true, lock: { op: 'downgrade', spinning: false, lock: lock.at().ref, mode: 'exclusive' } }); // downgraded
    });
  }],
  ['a lock held on exit', 'PT004', 'held on exit', /first leaves with lock\(\) held; release it, or say so/, () => {
    world(() => {
      take();
      Return(); // held on exit
    });
  }],
  ['a lock that the contract promises and one path drops', 'PT004', 'promise', /f leaves without lock\(\), which its contract says/, () => {
    const f = proc('f', { params: {}, locks: () => ({ entry: [held(lock.at())], exit: [held(lock.at())] }) }, () => {
      If(eq(load('v', x.at()), one), () => {
        drops();
        Return(); // promise
      });
    });
    world(() => {
      take();
      f({});
      drops();
    });
  }],
  ['a call without the lock that the contract asks for', 'PT004', 'call without', /calls f without lock\(\), held: \{\}; take it before/, () => {
    const f = proc('f', { params: {}, locks: () => ({ entry: [held(lock.at())], exit: [held(lock.at())] }) }, () => { skip(); });
    world(() => {
      f({}); // call without
    });
  }],
  ['a loop that takes a lock each time round', 'PT004', 'lock loop', /a way round this loop of first changes the locks held to \{lock\(\)\}; release/, () => {
    world(() => {
      Forever(() => { take(); }); // lock loop
    });
  }],
  ['a call that may sleep with a spinning lock held', 'PT009', 'sleep', /calls f, which may sleep, with lock\(\) held; release the spinning lock/, () => {
    const f = proc('f', { params: {}, sleeps: true }, () => { skip(); });
    world(() => {
      take();
      f({}); // sleep
      drops();
    });
  }],
  ['a sleeping lock under a spinning one', 'PT009', 'mutex', /takes mutex\(\), which may sleep, with lock\(\) held/, () => {
    world(() => {
      take();
      takeMutex(); // mutex
      dropMutex();
      drops();
    });
  }],
  ['a sleeping lock under a spinning one that the contract brings in, behind a call', 'PT009', 'behind', /f calls g, which may sleep, with lock\(\) held/, () => {
    const g = proc('g', { params: {} }, () => { takeMutex(); dropMutex(); });
    const f = proc('f', { params: {}, locks: () => ({ entry: [held(lock.at())], exit: [held(lock.at())] }) }, () => {
      g({}); // behind
    });
    world(() => {
      take();
      f({});
      drops();
    });
  }],
  ['a contract that depends on a returned value that is no constant', 'PT004', 'exit when', /exitWhen takes constants; use an enumeration constant/, () => {
    const f = proc('f', { params: { v: small }, returns: small, locks: ({ v }) => ({ exitWhen: [{ returns: v, locks: [] }] }) }, ({ v }) => {
      skip();
      Return(v);
    });
    world(() => {
      store(x.at(), f({ v: one })); // exit when
    });
  }],
];

const worlds: readonly Case[] = [
  ['a statement outside of a program', 'PT010', 'outside', /no program being recorded; call it inside/, () => {
    skip(); // outside
  }],
  ['a statement outside of a procedure', 'PT010', 'no procedure', /recorded outside a procedure; move it/, () => {
    world(skip, { properties: [property('p', 'bad', () => {
      skip(); // no procedure
      return { it: TRUE };
    })] });
  }],
  ['an initial value that is no constant', 'PT010', 'initial', /an initial value must be a constant; use literals/, () => {
    world(skip, { init: (set) => {
      set(x.at(), add(one, one)); // initial
    } });
  }],
  ['a program in a program', 'PT010', 'inner world', /while another is being recorded; build them one after the other/, () => {
    world(() => {
      program({ name: 'inner', sizes: {}, threads: () => [] }); // inner world
    });
  }],
  ['two types of one name', 'PT011', 'two types', /type small is declared twice, differently; rename/, () => {
    const other = int('small', 4);
    world(() => {
      store(x.at(), one);
      Var('n', other, one); // two types
    });
  }],
  ['two places of one name', 'PT011', 'two places of a name', /place x is declared twice, differently; rename/, () => {
    const other = shared('x', bool, []);
    world(() => {
      store(x.at(), one);
      store(other.at(), TRUE); // two places of a name
    });
  }],
  ['an index type without a size', 'PT014', 'no size', /the world gives no size for mm; add it/, () => {
    const mm = index('mm');
    world(() => {
      mm.all(); // no size
    });
  }],
  ['a mutant that changes nothing', 'PT017', null, /mutant "drop spin_lock from first" changes nothing in broken; name a procedure/, () => {
    world(skip, { mutations: [drop('first', 'spin_lock')] });
  }],
];

const cases = [procedures, flow, values, accesses, locks, worlds].flat();

test.each(cases)('%s: %s', (_, rule, mark, message, build) => {
  const error = fault(build);
  expect(error.rule, error.message).toBe(rule);
  expect(error.loc).toEqual(mark === null ? null : { file: FILE, line: lineOf(mark) });
  const place = mark === null ? '(no location)' : `${FILE}:${lineOf(mark)}`;
  expect(error.message.startsWith(`${rule} ${place}: `), error.message).toBe(true);
  expect(error.message).toMatch(message);
});

test('every rule can be broken', () => {
  expect([...new Set(cases.map(([, rule]) => rule))].sort()).toEqual(Object.keys(RULES).sort());
});

test('a world may waive a lock rule', () => {
  const broken = (): void => { take(); };
  expect(fault(() => { world(broken); }).rule).toBe('PT004');
  expect(() => { world(broken, { waive: ['PT004'] }); }).not.toThrow();
});

test('the check of a lock knows what an atomic section may have assigned', () => {
  world(() => {
    const locked = Var('locked', bool, FALSE);
    atomic('a lock word and its holder\'s note', () => {
      store(x.at(), one);
      locked.set(TRUE);
    });
    If(locked.get(), () => { take(); });
    If(locked.get(), () => { drops(); });
  });
});

test('nothing is wrong with a record, a Let and a return on every path', () => {
  const pair = record('pair', { a: bool, n: small });
  const place = shared('pair', pair, []);
  const f = proc('f', { params: { v: pair }, returns: small }, ({ v }) => {
    const n = Let('n', pair.get(v, 'n'));
    If(pair.get(v, 'a'), () => Return(n), () => Return(one));
  });
  world(() => { store(x.at(), f({ v: load('v', place.at()) })); });
});
