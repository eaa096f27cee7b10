/** The reductions that can be switched on. */
export const IDEAS = ['movers', 'persistent', 'symmetry'] as const;
export type Idea = (typeof IDEAS)[number];

/** What a reduced search tells of itself. */
export interface Reduced {
  readonly ideas: readonly Idea[];
  /** Permutations under which the world looks the same, the identity not counted. */
  readonly symmetries: readonly string[];
  /** Whether the schedule is proved to be of the least length, by an unreduced search up to it; null without a schedule. */
  readonly shortest: boolean | null;
}
