/** A race that a Linux kernel had, and the scenarios that show it. Types only. */
import type { Ingredient } from './ingredients.ts';

/** The catalogue's groups, by what they are about. */
export const SUBSYSTEMS = ['writeback', 'truncate', 'tlb', 'thp', 'page-tables', 'cow', 'swap'] as const;
/**
 * writeback: dirty tracking. truncate: faults against truncation and file systems. tlb: flushes batched or left out.
 * thp: the PMD level. page-tables: their lifetime. cow: copy on write, pins, fork. swap: swap, migration, notifiers.
 */
export type Subsystem = (typeof SUBSYSTEMS)[number];

/** A commit that repairs the race, or a part of it. */
export interface Commit {
  /** 12 to 40 hex digits. */
  readonly hash: string;
  readonly subject: string;
  /** First tag that has it: `2.6.20-rc3`. */
  readonly release: string;
  readonly author: string;
}

/** A repair that does not suffice, or an agent without whom nothing happens. */
export interface Control {
  readonly what: string;
  /** `<scenario>` or `<scenario>#<mutant>`; its verdict is the one that its scenario declares. */
  readonly case: string;
}

export interface Race {
  /** `b03-clear-vs-fault`; `pterace diff` takes it, or its entry. */
  readonly id: string;
  /** Catalogue entry: `B03`. No two races share one. */
  readonly entry: string;
  /** One line. */
  readonly title: string;
  readonly subsystem: Subsystem;
  /** Oldest first. Empty: there is no commit. */
  readonly commits: readonly Commit[];
  /**
   * Releases that have it: from `since` on, up to but without `fixed` (null: not known to be repaired). Null: no release is known to,
   * because the repair came with what made it necessary, or before the history that was read.
   */
  readonly affected: { readonly since: string; readonly fixed: string | null } | null;
  /** `CVE-2018-18281`. */
  readonly cve?: string;
  /** Kernel functions involved, by the names that they had. */
  readonly procedures: readonly string[];
  /** Beside those that can be seen in its shortest run (model/races/ingredients.ts). */
  readonly ingredients?: readonly Ingredient[];
  /** Scenarios that fail; the first is the broken side of the diff. */
  readonly broken: readonly string[];
  /** Scenarios that hold; the first is the other side. */
  readonly repaired: readonly string[];
  readonly controls: readonly Control[];
  /**
   * Two cases, one that fails and one that holds, whose difference is the repair: for where the first broken and repaired worlds
   * differ in more, such as in what else changed between two releases. Absent: those two.
   */
  readonly closest?: { readonly broken: string; readonly repaired: string };
  /** What was found against the catalogue, with the source; where there is nothing to say, nothing. */
  readonly notes?: string;
}

/** A catalogue entry without scenarios. */
export interface LeftOut {
  /** `B53`. */
  readonly entry: string;
  readonly title: string;
  /** Why, in a sentence. */
  readonly reason: string;
}
