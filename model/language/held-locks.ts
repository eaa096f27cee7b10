import type { Block } from './blocks.ts';
import { gotos } from './gotos.ts';
import type { GNode } from './graph.ts';

type Target = Extract<Block, { b: 'step' | 'end' }>;

/** Locks held on every way to each node, by forward dataflow (intersection at joins). */
export function heldLocks(nodes: readonly GNode[], start: number, targets: readonly Target[], first: number): string[][] {
  const at: (Map<string, string> | null)[] = nodes.map(() => null);
  at[start - first] = new Map();
  const work = [start - first];
  while (work.length > 0) {
    const i = work.pop() as number;
    const node = nodes[i] as GNode;
    const out = afterLock(at[i] as Map<string, string>, targets[i] as Target);
    for (const target of gotos(node.code)) {
      const j = target - first;
      const have = at[j];
      const next = have ? new Map([...have].filter(([k]) => out.has(k))) : new Map(out);
      if (!have || next.size !== have.size) {
        at[j] = next;
        work.push(j);
      }
    }
  }
  return at.map((m) => [...(m?.values() ?? [])]);
}

function afterLock(held: ReadonlyMap<string, string>, t: Target): Map<string, string> {
  const out = new Map(held);
  const lock = t.b === 'step' ? t.meta.lock : null;
  if (!lock) return out;
  const key = `${lock.placeId}:${JSON.stringify(lock.index)}`;
  if (lock.op === 'acquire') out.set(key, lock.mode === 'shared' ? `${lock.shown} (shared)` : lock.shown);
  if (lock.op === 'downgrade') out.set(key, `${lock.shown} (shared)`);
  if (lock.op === 'release') out.delete(key);
  return out;
}
