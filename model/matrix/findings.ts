/** Cells that do not hold, and why: what the kernel of today leaves open, as far as the model can tell. */
import type { Expectation } from '../scenario.ts';

export interface Finding {
  /** Ids of its cells. */
  readonly cells: RegExp;
  readonly expect: Expectation;
  /** A paragraph: what happens, and the evidence that kernels behave so. */
  readonly why: string;
}

const DISCARDED = 'A finding, known, and of three alone: the page is pinned, MADV_DONTNEED takes it from the program, and the next access gets a new one; the device keeps the old. MADV_DONTNEED asks for no pins, and the kernel leaves this to programs: Documentation/core-api/pin_user_pages.rst promises no synchronization of pins with munmap(), and QEMU forbids itself to discard memory that a device has pinned, include/exec/memory.h, ram_block_discard_disable(): it must be set if "discarding parts of a RAM blocks does not result in the change being reflected in the VM and the pages getting freed".';

export const findings: readonly Finding[] = [
  {
    cells: /^matrix\/file-\w+\/(writeback\+gup-fast|gup-fast\+reclaim)$/,
    expect: { verdict: 'violated', property: 'I12b' },
    why: 'A finding, and a known one (race/b18): the page is written out, and so write-protected and clean, while it is pinned. Who unpins it marks it dirty again without asking the file system, by set_page_dirty_lock, so nothing is reserved for it. Documentation/core-api/pin_user_pages.rst, "CASE 1: Direct IO (DIO)": "No special synchronization with page_mkclean() or munmap() is provided." Long-term pins of file pages are refused since 6.5 (8ac268436e6d) for this reason, pins for the time of one I/O are not.',
  },
  {
    cells: /^matrix\/anon-\w+\/(write-fault\+dontneed\+gup-fast|read-fault\+dontneed\+gup-fast|dontneed\+gup-fast\+gup-fast)$/,
    expect: { verdict: 'violated', property: 'I7' },
    why: DISCARDED,
  },
  {
    cells: /^matrix\/huge-\w+\/(write-fault\+dontneed\+gup-fast|read-fault\+dontneed\+gup-fast|dontneed\+gup-fast\+gup-fast)$/,
    expect: { verdict: 'violated', property: 'I7-mapped' },
    why: DISCARDED,
  },
];

export const findingOf = (id: string): Finding | null => findings.find((f) => f.cells.test(id)) ?? null;

/** Of the id of a triple: the cells of two of its agents that do not hold. What two do, they do beside a third. */
export const failingPairs = (id: string): string[] => pairsIn(id).filter((pair) => findingOf(pair) !== null);

/** Properties that a triple is not asked for, since a pair in it breaks them: the search would end there. */
export const brokenByPairs = (id: string): string[] => [...new Set(failingPairs(id).flatMap((pair) => findingOf(pair)?.expect.property ?? []))];

/** `matrix/file-rw/a+b+c`: `matrix/file-rw/a+b`, and so on. None in a pair. */
function pairsIn(id: string): string[] {
  const [, world = '', names = ''] = /^(.*\/)(.*)$/.exec(id) ?? [];
  const [a, b, c] = names.split('+');
  if (a === undefined || b === undefined || c === undefined) return [];
  return [...new Set([`${a}+${b}`, `${a}+${c}`, `${b}+${c}`])].map((pair) => world + pair);
}
