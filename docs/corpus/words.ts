/** What the Markdown pages and the HTML index say alike. */
import type { Subsystem } from '../../model/races/race.ts';
import type { RaceFacts } from './facts.ts';

/** Headings of the groups, in their order. */
export const GROUPS: Readonly<Record<Subsystem, string>> = {
  'writeback': 'Dirty tracking and write-back',
  'truncate': 'Faults against truncation and file systems',
  'tlb': 'TLB flushes, batched or left out',
  'thp': 'Huge pages: the PMD level',
  'page-tables': 'The lifetime of page tables',
  'cow': 'Copy on write, pins, fork',
  'swap': 'Swap, migration, notifiers',
};

type Case = Pick<RaceFacts['broken'][number], 'verdict' | 'property'>;

/** `violated I3`, `deadlock`, `holds`. */
export function verdictText({ verdict, property }: Case): string {
  return property === null || property === verdict ? verdict : `${verdict} ${property}`;
}

/** `1,203`; what is not recorded is said so. */
export function statesText(states: number | null): string {
  return states === null ? 'not recorded' : states.toLocaleString('en-US');
}

/** `since 2.6.19, until 3.15-rc3`. */
export function affectedText({ affected }: Pick<RaceFacts, 'affected'>): string {
  if (affected === null) return 'no release is known to have it';
  return affected.fixed === null ? `since ${affected.since}, not known to be repaired` : `since ${affected.since}, repaired in ${affected.fixed}`;
}
