/** Which steps of different threads may not be swapped. */
import { gotos } from '../../model/language/gotos.ts';
import type { GNode, Graph } from '../../model/language/graph.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { cellsIn, endsIn, endsReadIn, isWrite, mayComeFirst, modesCommute } from './accesses.ts';
import type { Deed } from './enact.ts';
import { fold } from './fold.ts';
import { pureLatches } from './latches.ts';
import { soundLocks, type SoundLock } from './locks.ts';
import { directionIn, type Direction } from './monotone.ts';
import type { Access } from './path-step.ts';
import { factsOf, type Facts } from './paths.ts';
import { predicatesOf, type Predicate } from './predicates.ts';

interface Cell {
  readonly place: number;
  /** Null: any cell of the place. */
  readonly cell: number | null;
}

export class Dependence {
  readonly graph: Graph;
  /** Cells by which steps only report: see `pureLatches`. */
  readonly latches: ReadonlySet<string>;
  readonly facts: Facts;
  readonly locks: ReadonlyMap<number, SoundLock>;
  /** By node: a number; nodes with equal numbers answer every question here alike. */
  readonly kinds: readonly number[];
  private readonly predicates: readonly Predicate[];
  /** By node: the predicates whose value the step may change. */
  private readonly touched: readonly (readonly number[])[];
  /** By node: those of them that are false whenever a thread stands there. */
  private readonly falseAt: readonly ReadonlySet<number>[];
  /** By node that takes a lock: those that are false as long as its thread stays where the step leads. */
  private readonly falseAfter: readonly ReadonlySet<number>[];
  /** By node: the threads of which the step looks whether they have ended. */
  private readonly endsRead: readonly (readonly number[])[];
  private readonly directions = new Map<number, Direction>();

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[]) {
    this.graph = graph;
    this.latches = pureLatches(graph, conjuncts);
    this.facts = factsOf(graph, this.latches);
    this.locks = soundLocks(graph, this.facts);
    this.predicates = predicatesOf(graph, this.facts, conjuncts);
    this.touched = graph.nodes.map((n) => this.predicates.flatMap((p, i) => (this.touches(n, p) ? [i] : [])));
    this.falseAt = graph.nodes.map((n) => new Set(this.touched[n.id]!.filter((p) => this.isFalse(n, this.predicates[p]!))));
    this.falseAfter = graph.nodes.map((n) => new Set(this.isTaking(n) ? this.touched[n.id]!.filter((p) => this.staysFalse(n, p)) : []));
    this.endsRead = graph.nodes.map((n) => [...(n.guard === null ? [] : endsIn(n.guard)), ...endsReadIn(n.code)]);
    this.kinds = this.kindsOf();
  }

  /** True when the step may change what a property, a premise or a reach says. */
  isVisible(n: GNode): boolean {
    return this.touched[n.id]!.length > 0;
  }

  /** True when `m` can never run while the thread of `n` waits before `n`: a lock that it holds forbids it. */
  excluded(n: GNode, m: GNode): boolean {
    return this.facts.held[n.id]!.some((h) => this.locks.has(h.place) && (this.blocks(h, m)
      || this.facts.held[m.id]!.some((o) => o.place === h.place && o.cell === h.cell && (h.mode === 'exclusive' || o.mode === 'exclusive'))));
  }

  /** True unless running `n` before `m`, of another thread, instead of after it makes no difference to anybody. */
  conflict(n: GNode, m: GNode): boolean {
    return this.facts.accesses[n.id]!.some((a) => this.accessMeets(a, m)) || this.endMeets(n, m) || this.exposed(n).some((p) => this.predicateMeets(p, m));
  }

  /** True unless it makes no difference whether the access of a step comes before `m`, of another thread, or after it. */
  accessMeets(a: Access, m: GNode): boolean {
    return this.facts.accesses[m.id]!.some((b) => alias(a, b) && !mayComeFirst(this.effective(a), this.effective(b)) && !this.guarded(a, b, m));
  }

  /** True when one of the steps looks whether the thread of the other has ended, which it may do in that step. */
  endMeets(n: GNode, m: GNode): boolean {
    return (this.mayEnd(m) && this.endsRead[n.id]!.includes(m.thread)) || (this.mayEnd(n) && this.endsRead[m.id]!.includes(n.thread));
  }

  /** Predicates, by number, of which the step must not take away that they were true before it. */
  exposed(n: GNode): readonly number[] {
    return this.touched[n.id]!.filter((p) => !this.falseAt[n.id]!.has(p) && !this.goes(n, p, 1));
  }

  /** The same where what the step does is known. */
  exposedBy(n: GNode, deed: Deed): readonly number[] {
    return this.exposed(n).filter((p) => this.mayHide(n, p, deed));
  }

  /** True when `m` may make a predicate true. */
  predicateMeets(p: number, m: GNode): boolean {
    return this.touched[m.id]!.includes(p) && !this.goes(m, p, -1);
  }

  /** True when `n` takes a lock that excludes: a step that may as well be delayed until its thread goes on. */
  isTaking(n: GNode): boolean {
    return this.lockTaken(n) !== null;
  }

  /** The lock that excludes that `n` takes, or null. */
  lockTaken(n: GNode): Cell | null {
    if (n.lock?.op !== 'acquire' || !this.locks.has(n.lock.place)) return null;
    const [cell, ...others] = new Set(this.facts.accesses[n.id]!.filter((a) => a.place === n.lock!.place).map((a) => a.cell));
    return { place: n.lock.place, cell: others.length === 0 ? cell ?? null : null };
  }

  /** True unless running `m`, of another thread, before `n`, which takes a lock, instead of right after it makes no difference. */
  delayConflict(n: GNode, m: GNode): boolean {
    return this.delayAccessConflict(n, m) || this.endMeets(n, m) || this.touched[n.id]!.some((p) =>
      this.touched[m.id]!.includes(p) && !this.falseAfter[n.id]!.has(p) && !this.goes(n, p, -1) && !this.goes(m, p, -1));
  }

  /** True when `m` may make the guard of `n` true. */
  mayEnable(n: GNode, m: GNode): boolean {
    if (n.guard === null) return false;
    const reads: Cell[] = [];
    cellsIn(n.guard, ({ place, index }) => reads.push({ place, cell: index.g === 'const' ? index.value : null }));
    return (endsIn(n.guard).includes(m.thread) && this.mayEnd(m))
      || this.facts.accesses[m.id]!.some((b) => isWrite(b.mode) && reads.some((r) => alias(r, b)));
  }

  /** True when a thread at `m` may hold a lock. */
  mayHold(m: GNode, lock: Cell): boolean {
    return this.facts.mayHold[m.id]!.some((h) => alias(h, lock));
  }

  private delayAccessConflict(n: GNode, m: GNode): boolean {
    const lock = n.lock!;
    return this.facts.accesses[n.id]!.some((a) => this.facts.accesses[m.id]!.some((b) => {
      if (!alias(a, b) || modesCommute(this.effective(a).mode, this.effective(b).mode) || this.guarded(a, b, m)) return false;
      // Once n holds the lock, nobody else can take that cell of it, or give it back.
      return !(a.locks && b.locks && (lock.mode === 'exclusive' || m.lock!.mode === 'exclusive'));
    }));
  }

  /** Read-locking in common commutes only where the place is proved to count its readers. */
  private effective(a: Access): Access {
    return a.mode === 'shared' && !this.locks.has(a.place) ? { ...a, mode: 'write' } : a;
  }

  /** The same cell would need the same lock: held by both, or held by one and about to be taken by the other. */
  private guarded(a: Access, b: Access, m: GNode): boolean {
    return a.guards.some((g) => this.locks.has(g.place) && (
      b.guards.some((o) => o.place === g.place && (g.mode === 'exclusive' || o.mode === 'exclusive'))
      || (b.place === g.place && b.locks && m.lock?.op === 'acquire' && (g.mode === 'exclusive' || m.lock.mode === 'exclusive'))));
  }

  private blocks(h: Facts['held'][number][number], m: GNode): boolean {
    if (m.lock?.op !== 'acquire' || m.lock.place !== h.place || (h.mode === 'shared' && m.lock.mode === 'shared')) return false;
    return this.facts.accesses[m.id]!.filter((a) => a.place === h.place).every((a) => a.cell === h.cell);
  }

  private mayEnd(n: GNode): boolean {
    return gotos(n.code).some((t) => this.graph.nodes[t]!.kind === 'end');
  }

  private touches(n: GNode, p: Predicate): boolean {
    return this.facts.accesses[n.id]!.some((a) => isWrite(a.mode) && p.reads.some((r) => alias(a, r))) || (p.ends.includes(n.thread) && this.mayEnd(n));
  }

  /** By what is known when a thread stands at `n`: that it has not ended, and which locks it holds. */
  private isFalse(n: GNode, p: Predicate): boolean {
    const ended = (t: number): number | null => (t === n.thread ? 0 : null);
    if (fold(p.expr, { ended }) === 0) return true;
    return this.facts.held[n.id]!.some(({ place, cell: at, mode }) => mode === 'exclusive'
      && (this.locks.get(place)?.taken.every((v) => fold(p.expr, { ended, cell: (q, c) => (q === place && c === at ? v : null) }) === 0) ?? false));
  }

  private staysFalse(n: GNode, p: number): boolean {
    return gotos(n.code).every((t) => this.graph.nodes[t]!.kind !== 'end' && this.isFalse(this.graph.nodes[t]!, this.predicates[p]!));
  }

  /** True when the step can only make a predicate more true (1), or less (-1). */
  private goes(n: GNode, p: number, way: 1 | -1): boolean {
    const { reads, ends } = this.predicates[p]!;
    if (ends.includes(n.thread) && this.mayEnd(n)) return false;
    return this.facts.accesses[n.id]!.every((a) => !isWrite(a.mode) || !reads.some((r) => alias(a, r)) || this.leads(p, a, way));
  }

  private mayHide(n: GNode, p: number, { accesses, before, after }: Deed): boolean {
    const { expr, reads, ends } = this.predicates[p]!;
    const ending = ends.includes(n.thread) && this.mayEnd(n);
    const writes = accesses.filter((a) => isWrite(a.mode) && reads.some((r) => alias(a, r)));
    if (writes.length === 0 && !ending) return false;
    const ended = (t: number): number | null => (t === n.thread ? 0 : null);
    if (fold(expr, { ended, cell: (q, c) => before.get(`${q}:${c}`) ?? null }) === 0) return false;
    if (ending) return true;
    if (fold(expr, { ended, cell: (q, c) => after.get(`${q}:${c}`) ?? null }) === 1) return false;
    return !writes.every((a) => this.leads(p, a, 1));
  }

  /** True when a write can only make a predicate more true (1), or less (-1). */
  private leads(p: number, a: Access, way: 1 | -1): boolean {
    const direction = this.directionOf(p, a.place);
    return direction === 0 || (direction !== null && a.toward !== 0 && direction * a.toward === way);
  }

  private directionOf(p: number, place: number): Direction {
    const key = p * this.graph.places.length + place;
    const known = this.directions.get(key);
    if (known !== undefined) return known;
    const found = directionIn(this.graph, this.predicates[p]!.expr, place);
    this.directions.set(key, found);
    return found;
  }

  private kindsOf(): number[] {
    const seen = new Map<string, number>();
    return this.graph.nodes.map((n) => {
      const { lock } = n;
      const touched = this.touched[n.id]!;
      const key = JSON.stringify([
        this.facts.accesses[n.id], this.facts.held[n.id], touched, [...this.falseAt[n.id]!], [...this.falseAfter[n.id]!],
        lock === undefined ? null : [lock.op, lock.place, lock.mode], this.mayEnd(n) ? n.thread : -1, this.endsRead[n.id],
      ]);
      const kind = seen.get(key) ?? seen.size;
      seen.set(key, kind);
      return kind;
    });
  }
}

function alias(a: Cell, b: Cell): boolean {
  return a.place === b.place && (a.cell === null || b.cell === null || a.cell === b.cell);
}
