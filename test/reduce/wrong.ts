/** Reductions that are wrong on purpose: each leaves out one thing that they rest on. `vi.restoreAllMocks` puts them right again. */
import { vi } from 'vitest';
import { Dependence } from '../../schedules/reduce/dependence.ts';
import { ReducedSteps } from '../../schedules/reduce/explorer.ts';
import { Isomorphism } from '../../schedules/reduce/isomorphism.ts';
import { PersistentSets } from '../../schedules/reduce/persistent.ts';
import { Plan } from '../../schedules/reduce/plan.ts';
import { Sleepers } from '../../schedules/reduce/sleepers.ts';
import type { Tables } from '../../schedules/reduce/tables.ts';

export const WRONG = {
  /** No step of another thread matters to what claims say. */
  visibility: () => { vi.spyOn(Dependence.prototype, 'predicateMeets').mockReturnValue(false); },
  /** Where it is known what a step does, it hides nothing. */
  'visibility in a state': () => { vi.spyOn(Dependence.prototype, 'exposedBy').mockReturnValue([]); },
  /** All accesses commute. */
  dependence: () => { vi.spyOn(Dependence.prototype, 'accessMeets').mockReturnValue(false); },
  /** A thread's end concerns nobody. */
  ends: () => { vi.spyOn(Dependence.prototype, 'endMeets').mockReturnValue(false); },
  /** A lock that is held keeps others from everything. */
  locks: () => { vi.spyOn(Dependence.prototype, 'excluded').mockImplementation(function excluded(this: Dependence, n) { return this.facts.held[n.id]!.length > 0; }); },
  /** Taking a lock may always be put off. */
  delay: () => { vi.spyOn(Dependence.prototype, 'delayConflict').mockReturnValue(false); },
  /** No circle of locks is one. */
  'lock order': () => { tables((t) => ({ ...t, order: t.order.map((_, place) => place) })); },
  /** Nobody is woken but by who holds a lock. */
  wakers: () => { vi.spyOn(Dependence.prototype, 'mayEnable').mockReturnValue(false); },
  /** Nobody is woken by who holds a lock. */
  holders: () => { vi.spyOn(Dependence.prototype, 'mayHold').mockReturnValue(false); },
  /** Who sleeps goes on sleeping, whatever others do. */
  sleep: () => { vi.spyOn(PersistentSets.prototype, 'unhindered').mockImplementation((set) => set); },
  /** Who sleeps on one way to a state sleeps there on all. */
  waking: () => {
    const meet = right(Sleepers.prototype, 'meet');
    vi.spyOn(Sleepers.prototype, 'meet').mockImplementation(function quietly(this: Sleepers, ...args) {
      meet.apply(this, args);
      this.woken.length = 0;
    });
  },
  /** A thread may go round for ever while others are ignored. */
  cycles: () => { tables((t) => ({ ...t, cut: new Uint8Array(t.cut.length) })); },
  /** What was taken to be unreachable is, though a thread stands there. */
  surprise: () => {
    const expand = right(ReducedSteps.prototype, 'expand');
    vi.spyOn(ReducedSteps.prototype, 'expand').mockImplementation(function unmoved(this: ReducedSteps, ...args) {
      const n = expand.apply(this, args);
      this.surprise = -1;
      return n;
    });
  },
  /** Claims may tell apart what a permutation maps onto each other. */
  symmetry: () => {
    const automorphism = right(Isomorphism.prototype, 'automorphism');
    vi.spyOn(Isomorphism.prototype, 'automorphism').mockImplementation(function careless(this: Isomorphism) { return automorphism.call(this, []); });
  },
} as const;

export type Wrong = keyof typeof WRONG;

function tables(change: (made: Tables) => Tables): void {
  const made = right(Plan.prototype, 'tables');
  vi.spyOn(Plan.prototype, 'tables').mockImplementation(function wrong(this: Plan) {
    const plan = made.call(this);
    return plan.situations === null ? plan : { ...plan, tables: change(plan.tables) };
  });
}

/** A method before it is replaced. */
function right<T extends object, K extends keyof T>(of: T, name: K): T[K] {
  return of[name];
}
