import type { Access, Action, GExpr } from './graph.ts';

/** Shared accesses of a step. Ghost writes, and what they read to know their value, are no accesses. */
export function footprint(guard: GExpr | null, effects: readonly Action[], isGhost: (place: number) => boolean): Access[] {
  const found = new Map<string, { place: number; cell: number | null; read: boolean; write: boolean }>();
  const note = (place: number, index: GExpr, mode: 'read' | 'write'): void => {
    const cell = index.g === 'const' ? index.value : null;
    const key = `${place}:${String(cell)}`;
    const entry = found.get(key) ?? { place, cell, read: false, write: false };
    entry[mode] = true;
    found.set(key, entry);
  };
  const reads = (e: GExpr): void => {
    if (e.g === 'cell') {
      note(e.place, e.index, 'read');
      reads(e.index);
    } else if (e.g === 'op') e.args.forEach(reads);
    else if (e.g === 'cond') [e.test, e.then, e.else].forEach(reads);
  };
  const visit = (list: readonly Action[]): void => {
    for (const a of list) {
      if (a.a === 'set') reads(a.value);
      if (a.a === 'write' && !isGhost(a.place)) {
        note(a.place, a.index, 'write');
        reads(a.index);
        reads(a.value);
      }
      if (a.a === 'if') {
        reads(a.test);
        visit(a.then);
        visit(a.else);
      }
    }
  };
  if (guard) reads(guard);
  visit(effects);
  return [...found.values()].map((f) => ({ place: f.place, cell: f.cell, mode: f.read && f.write ? 'rmw' : f.write ? 'write' : 'read' }));
}
