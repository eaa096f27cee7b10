/** What the index of the races shows. Types only. */

export interface CorpusData {
  /** In the order of the catalogue. */
  readonly races: readonly RaceData[];
  readonly leftOut: readonly { readonly entry: string; readonly title: string; readonly reason: string }[];
  /** Headings by the name of the group, in their order. */
  readonly groups: Readonly<Record<string, string>>;
}

export interface RaceData {
  readonly id: string;
  readonly entry: string;
  readonly title: string;
  readonly subsystem: string;
  readonly commits: readonly { readonly hash: string; readonly subject: string; readonly release: string; readonly author: string }[];
  readonly affected: { readonly since: string; readonly fixed: string | null } | null;
  readonly cve: string | null;
  readonly procedures: readonly string[];
  readonly ingredients: readonly string[];
  readonly broken: readonly ScenarioRow[];
  readonly repaired: readonly ScenarioRow[];
  readonly controls: readonly (CaseRow & { readonly what: string })[];
  readonly notes: string | null;
  readonly about: string;
  /** Null where there is nothing to say that `about` does not. */
  readonly repair: string | null;
  /** The failing run, in columns. */
  readonly trace: string;
  /** What the property says that it breaks; null for a deadlock. */
  readonly rule: string | null;
  /** The repair, a procedure each. */
  readonly patches: readonly string[];
  readonly differs: string;
}

export interface CaseRow {
  readonly case: string;
  readonly verdict: string;
  readonly property: string | null;
  readonly steps: number | null;
  readonly states: number | null;
}

export interface ScenarioRow extends CaseRow {
  readonly kernel: string;
  readonly catalogueSteps: number | null;
  readonly lengthNote: string | null;
}
