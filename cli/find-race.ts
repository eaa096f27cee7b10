/** Races by what a user may call them. */
import type { Race } from '../model/races/race.ts';

/** By id or catalogue entry, whatever the case of its letters; null when there is none. */
export function raceNamed(races: readonly Race[], name: string): Race | null {
  const wanted = name.toLowerCase();
  return races.find((r) => r.id === wanted || r.entry.toLowerCase() === wanted) ?? null;
}

/** Everything that a race may be called. */
export function raceNames(races: readonly Race[]): string[] {
  return races.flatMap((r) => [r.id, r.entry]);
}
