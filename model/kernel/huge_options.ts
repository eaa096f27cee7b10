/** What a world with PMD entries is about: which mapping, and which locks its page-table walker takes. */
import { option } from '../language/index.ts';

export interface HugeOptions {
  /** special: VM_MIXEDMAP, no struct page is counted (graphics buffers). file: shmem or DAX pages. anon: private memory. */
  readonly mapping: 'special' | 'file' | 'anon';
  /** pmdp_invalidate reads the entry and writes it, as before 4.16. */
  readonly plainInvalidate?: boolean;
  /** split_huge_page looks at the reference count and then sets it, instead of freezing it. */
  readonly looseFreeze?: boolean;
  /** What the walker of the file's mappings holds. Default i_mmap: the i_mmap lock, for reading. */
  readonly walk?: 'i_mmap' | 'mmap_sem' | 'both' | 'nothing';
  /** anon: a page that khugepaged maps, and small pages that are zapped, are counted too. Absent: their worlds end before that matters. */
  readonly counted?: boolean;
  /** The interval tree gives the higher address first. */
  readonly higherFirst?: boolean;
  /** A fault on a none PMD maps a huge page, read-only and clean. */
  readonly hugeFaults?: boolean;
  /** A fault of anonymous memory on a none PMD allocates a huge page. Default: SIGBUS. */
  readonly anonFaults?: boolean;
  /** Somebody walks page tables with interrupts off: khugepaged's interrupt before it frees a file's table is recorded. */
  readonly gupFast?: boolean;
  /** Frame 0 is the huge page of zeroes: a read fault of anonymous memory maps it, a write fault copies it; VMAs need not allow stores. */
  readonly zeroPage?: boolean;
  /** Page tables hold migration entries: who meets an entry that is not present looks what it is. */
  readonly migration?: boolean;
  /** The walker splits the huge entries that it meets. Default: before 5.7. */
  readonly walkSplits?: boolean;
  /**
   * Somebody walks the rmap of anonymous pages (migration, reclaim, KSM; from 6.8 on): a page is large or not, is on a list from which one at a time
   * takes it, and khugepaged takes the locks that keep the others away. Needs `counted` and `migration`, here and of the kernel.
   */
  readonly walked?: boolean;
  /** The split of a file's huge PMD fills a page table, as that of anonymous memory does; the kernel's leaves none. */
  readonly splitFills?: boolean;
}

export function huge(): HugeOptions {
  const given = option<HugeOptions>('huge');
  if (!given) throw new Error('the world has no options: { huge }');
  return given;
}

/** Of a world of either kind. */
export const walked = (): boolean => option<HugeOptions>('huge')?.walked === true;
