import type { Action } from './graph.ts';

/** Nodes that actions may go to, in order; a node may come several times. */
export function gotos(code: readonly Action[]): number[] {
  return code.flatMap((a) => (a.a === 'goto' ? [a.node] : a.a === 'if' ? [...gotos(a.then), ...gotos(a.else)] : []));
}
