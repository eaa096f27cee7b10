/** What `pterace diff <race>` shows is the repair and little else. */
import { expect, it } from 'vitest';
import { difference } from '../../cli/diff.ts';
import { realHost } from '../../cli/host.ts';
import { races } from '../../model/races/index.ts';

/** Lines that a reader of the diff has to think about. */
const changed = (diff: string): number => diff.split('\n').filter((line) => /^[+-]/.test(line)).length;

it('is a page at the most, and never empty', async () => {
  const lengths = await Promise.all(races.map(async ({ id }) => {
    const { procedures } = await difference(id, undefined, 3, realHost);
    return [id, procedures.reduce((sum, p) => sum + changed(p.diff), 0)] as const;
  }));
  expect(lengths.filter(([, lines]) => lines === 0 || lines > 24)).toEqual([]);
}, 120_000);

it('leaves out procedures of the machine that only one side uses, and says that there are some', async () => {
  const { procedures, elsewhere } = await difference('race/b32-second-dontneed', 'race/b32-repaired', 3, realHost);
  expect(procedures.map(({ name, change }) => [name, change])).toEqual([['madvise_dontneed', 'changed'], ['tlb_finish_mmu', 'added']]);
  expect(procedures[1]!.diff).toMatch(/^@@.*@@\n\+void tlb_finish_mmu/);
  expect(elsewhere).toContain('machine');
});
