/**
 * Random programs in the recorded language, for fast-check: threads that call procedures which load, store, lock, wait,
 * choose, branch and loop over shared places (arrays indexed at run time included), with ghosts, asserts and properties.
 * Decoded from a list of numbers in which 0 always means the simplest alternative, so that shrinking simplifies.
 * They obey every rule of the language, and no arithmetic leaves its range.
 */
import fc from 'fast-check';
import {
  add, and, assert, atomic, bool, Break, choose, count, eq, enumeration, exists, FALSE, forall, ForEach, Forever, ghost, If, index, int, Let, load, lt, macro, ne,
  not, or, peek, proc, program, property, quiescent, record, Return, rmw, select, shared, skip, store, sub, thisCpu, thread, track, TRUE, Var, waitUntil, While,
  type Place, type Proc, type Property, type Thread, type Value, type Variable,
} from '../../model/language/index.ts';
import type { Daemon, Program } from '../../model/language/ir.ts';

/** Programs of a few states up to some ten thousand. */
export const programs: fc.Arbitrary<Program> = fc
  .noBias(fc.array(fc.nat({ max: 2 ** 20 }), { minLength: 600, maxLength: 600 }))
  .map((numbers) => new Decoder(numbers).program());

const cpu_t = index('cpu_t');
const num_t = int('num_t', 2);
const mode_t = enumeration('mode_t', ['OFF', 'ON', 'STUCK']);
const pair_t = record('pair_t', { flag: bool, n: num_t, cpu: cpu_t });

const counter = shared('counter', num_t, []);
const flag = shared('flag', bool, []);
const mode = shared('mode', mode_t, []);
const row = shared('row', num_t, [cpu_t]);
const grid = shared('grid', bool, [cpu_t, cpu_t]);
const pair = shared('pair', pair_t, [cpu_t]);
const lock = shared('lock', bool, []);
/** Nothing writes it. */
const fixed = shared('fixed', num_t, [cpu_t]);
const seen = ghost('seen', num_t, [cpu_t]);
const latch = ghost('latch', bool, []);
const unwatched = ghost('unwatched', num_t, []);

type Num = Value<'num_t'>;
type Cpu = Value<'cpu_t'>;
type Bool = Value<'bool'>;

const capped = macro('capped', (n: Num) => select(lt(n, num_t.lit(2)), add(n, num_t.lit(1)), num_t.lit(0)));
const lowered = macro('lowered', (n: Num) => select(eq(n, num_t.lit(0)), num_t.lit(2), sub(n, num_t.lit(1))));

/** Names in scope, by type. */
interface Scope {
  readonly nums: readonly Num[];
  readonly bools: readonly Bool[];
  readonly cpus: readonly Cpu[];
  readonly vars: readonly Variable<'num_t'>[];
  /** Break is possible. */
  readonly loop: boolean;
  readonly returns: boolean;
  /** In an atomic section: no blocking, calling or leaving. */
  readonly atomic: boolean;
}

const EMPTY: Scope = { nums: [], bools: [], cpus: [], vars: [], loop: false, returns: false, atomic: false };

type Helper = Proc<{ readonly n: typeof num_t; readonly c: typeof cpu_t }, typeof num_t>;
type Quiet = Proc<{ readonly n: typeof num_t }, null>;
type Body = (scope: Scope) => void;

class Decoder {
  private at = 0;
  private readonly numbers: readonly number[];
  private helpers: readonly Helper[] = [];
  private quiet: readonly Quiet[] = [];

  constructor(numbers: readonly number[]) {
    this.numbers = numbers;
  }

  program(): Program {
    const cpus = 2 + this.pick(2);
    const threads = 2 + this.pick(2);
    return program({
      name: 'random', sizes: { cpu_t: cpus },
      threads: () => {
        this.helpers = this.list(1 + this.pick(2), (i) => this.helper(i));
        this.quiet = [this.quietHelper()];
        return this.list(threads, (t) => this.thread(t, cpus));
      },
      init: (set) => {
        set(counter.at(), num_t.lit(this.pick(3)));
        set(fixed.at(cpu_t.lit(1)), num_t.lit(this.pick(3)));
        set(mode.at(), [mode_t.is.OFF, mode_t.is.ON, mode_t.is.STUCK][this.pick(3)]!);
        set(pair.at(cpu_t.lit(1)), pair_t.of({ flag: [FALSE, TRUE][this.pick(2)]!, n: num_t.lit(this.pick(3)) }));
      },
      properties: this.list(1 + this.pick(4), (i) => this.property(i)),
    });
  }

  private pick(n: number): number {
    return (this.numbers[this.at++] ?? 0) % n;
  }

  private list<T>(n: number, make: (i: number) => T): T[] {
    return Array.from({ length: n }, (_, i) => make(i));
  }

  /** One of the alternatives. */
  private one<T>(...alternatives: readonly (() => T)[]): T {
    return alternatives[this.pick(alternatives.length)]!();
  }

  private helper(i: number): Helper {
    return proc(`helper${i}`, { params: { n: num_t, c: cpu_t }, returns: num_t }, ({ n, c }) => {
      const before = this.helpers;
      this.helpers = [];
      this.block({ ...EMPTY, nums: [n], cpus: [c], returns: true }, 2 + this.pick(2), 1);
      this.helpers = before;
      Return(load('last', this.numPlace({ ...EMPTY, cpus: [c] }), { discard: true }));
    });
  }

  /** Returns nothing, and mostly by reaching its end. */
  private quietHelper(): Quiet {
    return proc('quiet', { params: { n: num_t } }, ({ n }) => {
      const before = this.helpers;
      [this.helpers, this.quiet] = [[], []];
      If(this.bool({ ...EMPTY, nums: [n] }, 1), () => {
        this.store({ ...EMPTY, nums: [n] });
        if (this.pick(2) === 1) Return();
      });
      this.block({ ...EMPTY, nums: [n] }, 1 + this.pick(2), 1);
      this.helpers = before;
    });
  }

  private thread(t: number, cpus: number): Thread {
    const daemon = (['no', 'no', 'no', 'no', 'service', 'optional'] as const)[this.pick(6)] as Daemon;
    const body = (): void => {
      const n = Var('n', num_t, num_t.lit(0));
      const scope = { ...EMPTY, vars: [n], nums: [n.get()] };
      if (daemon === 'no') this.block(scope, 3 + this.pick(3), 2);
      else Forever(() => { skip(); this.block({ ...scope, loop: true }, 1 + this.pick(2), 1); });
    };
    return thread(`t${t}`, t % cpus, body, daemon);
  }

  /** Some statements, each seeing the names of those before. */
  private block(scope: Scope, length: number, depth: number): void {
    let inner = scope;
    for (let i = 0; i < length; i++) inner = this.statement(inner, depth);
  }

  private statement(s: Scope, depth: number): Scope {
    const simple = [() => this.store(s), () => this.load(s), () => this.load(s), () => this.rmw(s)];
    const steps = s.atomic ? [] : [() => this.wait(s), () => this.choice(s), () => this.call(s), () => this.locked(s, depth)];
    const free = [() => this.let(s), () => this.assign(s), () => this.track(s), () => this.assertion(s)];
    const nested = depth === 0 ? [] : [() => this.branch(s, depth), () => this.forEach(s, depth), ...(s.atomic ? [] : [() => this.loop(s, depth), () => this.forEach(s, depth), () => this.section(s, depth)])];
    // A statement that rides needs a step before it.
    return this.one(...simple, ...simple, ...steps, ...nested, () => { skipUnless(s.atomic); return this.one(...free); });
  }

  private store(s: Scope): Scope {
    this.one(
      () => { store(counter.at(), this.num(s, 2)); },
      () => { store(row.at(this.cpu(s)), this.num(s, 2)); },
      () => { store(grid.at(this.cpu(s), this.cpu(s)), this.bool(s, 1)); },
      () => { store(pair.at(this.cpu(s)), pair_t.of({ n: this.num(s, 1), cpu: this.cpu(s) })); },
      () => { store(flag.at(), this.bool(s, 2)); },
      () => { store(mode.at(), select(this.bool(s, 1), mode_t.is.ON, mode_t.is.STUCK)); },
    );
    return s;
  }

  private load(s: Scope): Scope {
    return this.one<Scope>(
      () => ({ ...s, nums: [...s.nums, load('l', this.readable(s), { discard: true })] }),
      () => ({ ...s, bools: [...s.bools, load('b', grid.at(this.cpu(s), this.cpu(s)), { discard: true })] }),
      () => ({ ...s, bools: [...s.bools, eq(load('m', mode.at(), { discard: true }), mode_t.is.ON)] }),
      () => {
        const p = load('p', pair.at(this.cpu(s)), { discard: true });
        return { ...s, nums: [...s.nums, pair_t.get(p, 'n')], bools: [...s.bools, pair_t.get(p, 'flag'), eq(p, pair_t.of({}))], cpus: [...s.cpus, pair_t.get(p, 'cpu')] };
      },
    );
  }

  private numPlace(s: Scope): Place<'num_t'> {
    return this.one(() => counter.at(), () => row.at(this.cpu(s)));
  }

  /** Some number to read only. */
  private readable(s: Scope): Place<'num_t'> {
    return this.one(() => this.numPlace(s), () => this.numPlace(s), () => fixed.at(this.cpu(s)));
  }

  private rmw(s: Scope): Scope {
    const when = !s.atomic && this.pick(3) === 2 ? { when: (old: Num) => ne(old, num_t.lit(this.pick(3))) } : {};
    return this.one(
      () => {
        const old = rmw('old', this.numPlace(s), this.pick(2) === 1 ? lowered : capped, { ignore: true, ...when });
        return { ...s, nums: [...s.nums, old] };
      },
      () => {
        const old = rmw('word', pair.at(this.cpu(s)), (p) => pair_t.with(pair_t.with(p, 'n', capped(pair_t.get(p, 'n'))), 'flag', this.bool(s, 1)), { ignore: true });
        return { ...s, cpus: [...s.cpus, pair_t.get(old, 'cpu')], nums: [...s.nums, pair_t.get(old, 'n')] };
      },
    );
  }

  private wait(s: Scope): Scope {
    if (this.pick(2) === 1) waitUntil(this.numPlace(s), (n) => or(lt(n, num_t.lit(2)), this.bool(s, 1)));
    else waitUntil(flag.at(), (f) => or(not(f), this.bool(s, 0)));
    return s;
  }

  private choice(s: Scope): Scope {
    const c = choose('c', bool, 2);
    const n = choose('k', num_t, 2);
    store(counter.at(), select(c, n, this.num(s, 0)));
    return { ...s, bools: [...s.bools, c] };
  }

  private call(s: Scope): Scope {
    const [f, quiet] = [this.helpers[this.pick(Math.max(1, this.helpers.length))], this.quiet[0]];
    if (!f || (quiet && this.pick(3) === 2)) {
      if (quiet) quiet({ n: this.num(s, 1) });
      else skip();
      return s;
    }
    const r = f({ n: this.num(s, 1), c: this.cpu(s) }, 'r');
    return { ...s, nums: [...s.nums, r] };
  }

  /** A section under a test-and-set lock; it is not left by Break or Return. */
  private locked(s: Scope, depth: number): Scope {
    rmw('taken', lock.at(), () => TRUE, { when: not, ignore: true });
    this.block({ ...s, loop: false, returns: false }, 1 + this.pick(2), Math.max(0, depth - 1));
    store(lock.at(), FALSE);
    return s;
  }

  private let(s: Scope): Scope {
    return { ...s, nums: [...s.nums, Let('x', this.num(s, 2))] };
  }

  private assign(s: Scope): Scope {
    const v = s.vars[this.pick(Math.max(1, s.vars.length))];
    if (!v) return s;
    const before = this.pick(2) === 1 ? [Let('before', this.pick(2) === 1 ? capped(v.get()) : v.get())] : [];
    v.set(this.num(s, 2));
    return { ...s, nums: [...s.nums, v.get(), ...before] };
  }

  private track(s: Scope): Scope {
    this.one(
      () => { track(seen.at(this.cpu(s)), capped(peek(counter.at()))); },
      () => { track(latch.at(), or(peek(latch.at()), and(this.bool(s, 1), eq(peek(seen.at(this.cpu(s))), num_t.lit(1))))); },
      () => { track(unwatched.at(), this.num(s, 1)); },
    );
    return s;
  }

  private assertion(s: Scope): Scope {
    if (this.pick(3) === 2) assert(`a${this.pick(2)}`, or(ne(peek(counter.at()), this.num(s, 1)), not(peek(lock.at())), this.bool(s, 0)));
    return s;
  }

  private branch(s: Scope, depth: number): Scope {
    const side: Body = (x) => { this.block(x, 1 + this.pick(2), depth - 1); this.leave(x); };
    if (this.pick(2) === 1) If(this.bool(s, 2), () => { side(s); });
    else If(this.bool(s, 2), () => { side(s); }, () => { this.block(s, 1, depth - 1); });
    return s;
  }

  /** Sometimes out of the loop, or the procedure. */
  private leave(s: Scope): void {
    if (s.atomic) return;
    if (s.returns && this.pick(4) === 3) Return(this.num(s, 1));
    else if (s.loop && this.pick(2) === 1) Break();
  }

  private forEach(s: Scope, depth: number): Scope {
    ForEach(cpu_t, 'i', (i) => {
      const inner = { ...s, cpus: [...s.cpus, i], loop: !s.atomic };
      this.block(inner, 1, depth - 1);
      if (this.pick(3) === 2) If(this.bool(inner, 1), () => { this.block(inner, 1, 0); this.leave(inner); });
    });
    return s;
  }

  private loop(s: Scope, depth: number): Scope {
    const body: Body = (x) => { skip(); this.block(x, 1, depth - 1); };
    this.one(
      () => {
        const i = Var('i', num_t, num_t.lit(0));
        While(lt(i.get(), num_t.lit(2)), () => { body({ ...s, loop: true, nums: [...s.nums, i.get()] }); i.set(capped(i.get())); });
      },
      () => {
        Forever(() => {
          const v = load('v', this.numPlace(s));
          this.block({ ...s, loop: true, nums: [...s.nums, v] }, 1, depth - 1);
          If(ne(v, num_t.lit(this.pick(3))), () => { Break(); });
        });
      },
    );
    return s;
  }

  private section(s: Scope, depth: number): Scope {
    const when = this.pick(3) === 2 ? { when: or(not(peek(flag.at())), ne(peek(counter.at()), num_t.lit(1))) } : {};
    let after = s;
    atomic('one instruction', () => {
      after = this.load({ ...s, atomic: true });
      const n = Var('inner', num_t, this.num(after, 0));
      this.block({ ...after, vars: [...s.vars, n], nums: [...after.nums, n.get()] }, 2, depth - 1);
      after = { ...after, nums: [...after.nums, n.get()], vars: [...after.vars, n] };
    }, when);
    return { ...after, atomic: false };
  }

  private num(s: Scope, depth: number): Num {
    const leaves = [() => num_t.lit(this.pick(3)), ...s.nums.slice(-3).map((n) => () => n)];
    if (depth === 0) return this.one(...leaves);
    return this.one(...leaves, () => capped(this.num(s, depth - 1)), () => lowered(this.num(s, depth - 1)), () => select(this.bool(s, depth - 1), this.num(s, 0), this.num(s, 0)));
  }

  private bool(s: Scope, depth: number): Bool {
    const leaves = [...s.bools.slice(-3).map((b) => () => b), () => eq(this.num(s, 0), this.num(s, 0)), () => lt(this.num(s, 0), num_t.lit(1 + this.pick(2)))];
    if (depth === 0) return this.one(...leaves);
    return this.one(...leaves, () => not(this.bool(s, depth - 1)), () => and(this.bool(s, 0), this.bool(s, depth - 1)), () => or(this.bool(s, 0), this.bool(s, depth - 1)), () => eq(this.cpu(s), this.cpu(s)));
  }

  private cpu(s: Scope): Cpu {
    return this.one(() => cpu_t.lit(this.pick(2)), () => thisCpu(cpu_t), ...s.cpus.slice(-2).map((c) => () => c));
  }

  private property(i: number): Property {
    return property(`p${i}`, 'random', () => this.one<Record<string, Bool | { when: Bool; holds: Bool }>>(
      () => ({ small: { when: quiescent(), holds: not(eq(peek(counter.at()), num_t.lit(this.pick(3)))) } }),
      () => ({ ghost: not(and(peek(latch.at()), peek(flag.at()))) }),
      () => ({ all: forall(cpu_t, 'c', (c) => or(ne(peek(row.at(c)), num_t.lit(2)), not(peek(grid.at(c, c))))), some: exists(cpu_t, 'c', (c) => ne(peek(row.at(c)), num_t.lit(1 + this.pick(2)))) }),
      () => ({ sum: ne(count(num_t, cpu_t, 'c', (c) => pair_t.get(peek(pair.at(c)), 'flag')), num_t.lit(2)), seen: { when: peek(flag.at()), holds: ne(peek(seen.at(cpu_t.lit(0))), num_t.lit(2)) } }),
    ));
  }
}

/** What rides must not come before the first step of a thread. */
function skipUnless(inSection: boolean): void {
  if (!inSection) skip();
}
