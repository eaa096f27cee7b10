/** Which lock may be taken while which is held, and where that goes round in a circle. */
import type { Graph } from '../../model/language/graph.ts';
import type { Facts } from './paths.ts';

/** By place: the number of its strongly connected component in the lock order; two of a number may deadlock. */
export function lockOrder(graph: Graph, facts: Facts): Int32Array {
  const size = graph.places.length;
  const after = new Uint8Array(size * size);
  for (const n of graph.nodes) {
    if (n.lock?.op !== 'acquire') continue;
    for (const h of facts.mayHold[n.id]!) after[h.place * size + n.lock.place] = 1;
  }
  for (let k = 0; k < size; k++) {
    for (let i = 0; i < size; i++) {
      if (after[i * size + k] === 0) continue;
      for (let j = 0; j < size; j++) if (after[k * size + j] !== 0) after[i * size + j] = 1;
    }
  }
  return Int32Array.from({ length: size }, (_, a) => {
    for (let b = 0; b < a; b++) if (after[a * size + b] !== 0 && after[b * size + a] !== 0) return b;
    return a;
  });
}
