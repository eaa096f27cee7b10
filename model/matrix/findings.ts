/** Cells that do not hold, and why: what the kernel of today leaves open, as far as the model can tell. */
import type { Expectation } from '../scenario.ts';

export interface Finding {
  /** Ids of its cells. */
  readonly cells: RegExp;
  readonly expect: Expectation;
  /** A paragraph: what happens, and the evidence that kernels behave so. */
  readonly why: string;
}

export const findings: readonly Finding[] = [
  {
    cells: /^matrix\/file-\w+\/(writeback\+gup-fast|gup-fast\+reclaim)$/,
    expect: { verdict: 'violated', property: 'I12b' },
    why: 'A finding, and a known one (race/b18): the page is written out, and so write-protected and clean, while it is pinned. Who unpins it marks it dirty again without asking the file system, by set_page_dirty_lock, so nothing is reserved for it. Documentation/core-api/pin_user_pages.rst, "CASE 1: Direct IO (DIO)": "No special synchronization with page_mkclean() or munmap() is provided." Long-term pins of file pages are refused since 6.5 (8ac268436e6d) for this reason, pins for the time of one I/O are not.',
  },
];

export const findingOf = (id: string): Finding | null => findings.find((f) => f.cells.test(id)) ?? null;
