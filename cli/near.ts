/** Names near the one that was typed. */
import { distance } from 'fastest-levenshtein';

const MOST = 3;

/** `; did you mean a, b?`, or nothing when nothing is near. */
export function suggest(typed: string, names: readonly string[]): string {
  const near = nearest(typed, names);
  return near.length === 0 ? '' : `; did you mean ${near.join(', ')}?`;
}

function nearest(typed: string, names: readonly string[]): string[] {
  const wanted = typed.toLowerCase();
  return names
    .map((name) => ({ name, rank: rank(wanted, name.toLowerCase()) }))
    .filter(({ rank }) => rank <= Math.max(2, wanted.length / 3))
    .sort((a, b) => a.rank - b.rank)
    .slice(0, MOST)
    .map(({ name }) => name);
}

/** A part of a name is as good as one slip of the finger; a name may lack its folder, or its end for one slip more. */
function rank(typed: string, name: string): number {
  if (typed.length > 2 && name.includes(typed)) return 1;
  const last = name.slice(name.lastIndexOf('/') + 1);
  const begun = (whole: string): number => distance(typed, whole.slice(0, typed.length)) + 1;
  return Math.min(distance(typed, name), distance(typed, last), begun(name), begun(last));
}
