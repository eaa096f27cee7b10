/** Which cuts can be made without making the failure a matter of what is missing. */
import type { Graph } from '../../model/language/graph.ts';
import { DEADLOCK } from '../breakage.ts';
import { conjunctOf, endsAsked, type Target } from './target.ts';
import type { Cut } from './world.ts';

/** Whoever waits for a thread that is not there waits for ever, so for a deadlock only hardware that need not run, mms and pages can go. */
export function allowed(target: Target, { kind, daemon }: Cut): boolean {
  return target.property !== DEADLOCK || daemon === 'optional' || kind === 'mm' || kind === 'page';
}

/**
 * Whether leaving this out may change what a property of the end says: it asks for what the threads did together, and
 * without one of them may be broken whatever the others do.
 */
export function changesTheEnd(graph: Graph, target: Target, { kind, daemon }: Cut): boolean {
  const conjunct = conjunctOf(graph, target);
  const asks = conjunct !== null && [conjunct.holds, ...(conjunct.premise === null ? [] : [conjunct.premise])].some((e) => endsAsked(e).length > 0);
  return asks && daemon === 'no' && (kind === 'cpu' || kind === 'thread' || kind === 'operation');
}
