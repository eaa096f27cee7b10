/** What may not be: a lower score, a survivor without a reason, a reason without a survivor, a record of what is no more. */
import type { Fate, Judged } from './mutation.ts';
import { scoreOf, share, type Explanations, type MutationRecord } from './mutation-record.ts';

export interface Found {
  readonly judged: readonly Judged[];
  /** Names of all mutants of the scenarios asked for. */
  readonly names: readonly string[];
  /** Every scenario of the folder was asked for. */
  readonly whole: boolean;
  /** Only what was killed was judged. */
  readonly recheck: boolean;
  readonly explanations: Explanations;
  /** Null: nothing to compare with. */
  readonly record: MutationRecord | null;
}

export function complaints(found: Found): string[] {
  const fates = new Map<string, Fate>(found.judged.map((j) => [j.mistake.name, j.outcome.fate]));
  const again = found.recheck || found.whole ? noLonger(found) : [];
  if (!found.whole) return again;
  if (!found.recheck) return [...unexplained(fates, found.explanations), ...stale(fates, found.explanations), ...fallen(found), ...again];
  // What was not judged again is as recorded, if it was.
  const recorded = Object.entries(found.record?.mutants ?? {}).map(([name, m]) => [name, m.fate] as const);
  const assumed = new Map<string, Fate>([...recorded, ...fates]);
  return [...unexplained(assumed, found.explanations), ...stale(assumed, found.explanations), ...unlike(found), ...again];
}

const needsReason = (fate: Fate): boolean => fate === 'survived' || fate === 'undecided';

function unexplained(fates: ReadonlyMap<string, Fate>, explanations: Explanations): string[] {
  return [...fates].filter(([name, fate]) => needsReason(fate) && explanations[name] === undefined).map(([name, fate]) => `${fate} and not explained: ${name}`);
}

function stale(fates: ReadonlyMap<string, Fate>, explanations: Explanations): string[] {
  return Object.keys(explanations).flatMap((name) => {
    const fate = fates.get(name);
    if (fate === undefined) return [`explained, and there is no such mutant: ${name}`];
    return needsReason(fate) ? [] : [`explained, and now ${fate}: ${name}`];
  });
}

function fallen({ judged, record }: Found): string[] {
  if (record === null) return [];
  const [now, before] = [share(scoreOf(judged)), share(record.score)];
  return now < before ? [`the score fell from ${(100 * before).toFixed(2)} % to ${(100 * now).toFixed(2)} %`] : [];
}

function noLonger({ judged, record }: Found): string[] {
  return judged.filter(({ mistake, outcome }) => record?.mutants[mistake.name]?.fate === 'killed' && outcome.fate !== 'killed')
    .map(({ mistake, outcome }) => `killed when recorded, now ${outcome.fate}: ${mistake.name}`);
}

/** Mutants that are not recorded, and records of none. */
function unlike({ names, record }: Found): string[] {
  const known = new Set(names);
  return [
    ...names.filter((name) => record?.mutants[name] === undefined).map((name) => `not recorded: ${name}`),
    ...Object.keys(record?.mutants ?? {}).filter((name) => !known.has(name)).map((name) => `recorded, and there is no such mutant: ${name}`),
  ];
}
