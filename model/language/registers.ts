/** Register allocation: variables that never live together share a slot. */
import type { Variable } from './blocks.ts';
import { backward, type Live, type Liveness } from './liveness.ts';

export interface Allocation {
  /** By variable that is ever set to something wanted. */
  readonly slotOf: ReadonlyMap<number, number>;
  readonly slots: readonly Slot[];
}

export interface Slot {
  readonly size: number;
  /** Holds its value across steps. */
  readonly stored: boolean;
}

/** Slots for one thread's variables. */
export function allocate(variables: readonly Variable[], liveness: Liveness): Allocation {
  const conflicts = new Map<number, Set<number>>();
  const used = new Set<number>();
  const conflict = (a: number, b: number): void => {
    if (a === b) return;
    (conflicts.get(a) ?? conflicts.set(a, new Set()).get(a))?.add(b);
    (conflicts.get(b) ?? conflicts.set(b, new Set()).get(b))?.add(a);
  };
  const onDef = (v: number, live: Live): void => {
    used.add(v);
    for (const w of live) conflict(v, w);
  };
  const stored = new Set<number>();
  for (const b of liveness.order) {
    if (b.b === 'set' && liveness.in(b.next).has(b.variable)) onDef(b.variable, liveness.in(b.next));
    if (b.b !== 'step') continue;
    for (const v of liveness.in(b)) stored.add(v);
    backward(b.effects, liveness.in(b.next), onDef);
  }
  // Values that only live inside one step never share with those a state must hold, so they cost no bits.
  const order = [...used].sort((a, b) => Number(stored.has(b)) - Number(stored.has(a)) || sizeOf(variables, b) - sizeOf(variables, a) || a - b);
  return colour(order, conflicts, stored, variables);
}

function sizeOf(variables: readonly Variable[], v: number): number {
  return (variables[v] as Variable).size;
}

function colour(order: readonly number[], conflicts: ReadonlyMap<number, ReadonlySet<number>>, stored: Live, variables: readonly Variable[]): Allocation {
  const slotOf = new Map<number, number>();
  const slots: Slot[] = [];
  for (const v of order) {
    const taken = new Set([...(conflicts.get(v) ?? [])].map((w) => slotOf.get(w)));
    let slot = 0;
    while (slot < slots.length && (taken.has(slot) || slots[slot]?.stored !== stored.has(v))) slot++;
    slotOf.set(v, slot);
    slots[slot] = { size: Math.max(slots[slot]?.size ?? 0, sizeOf(variables, v)), stored: stored.has(v) };
  }
  return { slotOf, slots };
}
