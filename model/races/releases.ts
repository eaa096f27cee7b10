/** Kernel releases in order: `2.6.19`, `2.6.20-rc3`, `6.2`. */

const SHAPE = /^\d+(\.\d+){1,3}(-rc\d+)?$/;

export const isRelease = (text: string): boolean => SHAPE.test(text);

/** Numbers that compare as the releases do: a release comes after its candidates. */
function key(release: string): readonly number[] {
  const [numbers = '', rc] = release.split('-rc');
  const parts = numbers.split('.').map(Number);
  return [...Array.from({ length: 4 }, (_, i) => parts[i] ?? 0), rc === undefined ? Number.POSITIVE_INFINITY : Number(rc)];
}

/** Negative, zero or positive, as for sort. Both must be releases. */
export function compareReleases(a: string, b: string): number {
  const [left, right] = [key(a), key(b)];
  const at = left.findIndex((n, i) => n !== right[i]);
  return at < 0 ? 0 : left[at]! < right[at]! ? -1 : 1;
}

/** Whether the release has what came with `since` and went with `fixed`. */
export function within(release: string, { since, fixed }: { readonly since: string; readonly fixed: string | null }): boolean {
  return compareReleases(release, since) >= 0 && (fixed === null || compareReleases(release, fixed) < 0);
}
