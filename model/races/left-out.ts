/** Entries of the catalogue that are no race here, each with the reason, in the order of the catalogue. */
import type { LeftOut } from './race.ts';

export const leftOut: readonly LeftOut[] = [
  { entry: 'B23', title: 'XIP: a shared zero page is mapped after the block was allocated', reason: 'The XIP code went with 4.0; the same race in what came after it is B24.' },
  { entry: 'B24', title: 'DAX: the zero page of a hole stays mapped after the block was allocated', reason: 'DAX maps blocks without a page cache; every file page is in the page cache here.' },
  { entry: 'B28', title: 'A huge page of hugetlb is looked up under the lock of the wrong level', reason: 'hugetlb, whose lock depends on the size of the entry, is not modelled.' },
  { entry: 'B41', title: 'The unsharing of a hugetlb page table is not flushed', reason: 'Page tables that two address spaces share are not modelled.' },
  { entry: 'B42', title: 'The OOM reaper gathers a whole address space that still runs', reason: 'A gather here is of one VMA; the elision of flushes for an address space that has ended is not modelled.' },
  { entry: 'B51', title: 'A pin of a tail page is put while the huge page is split', reason: 'Huge pages are counted and split as from 4.5 on: that pins of tail pages moved from the head to the tails went with the split of 2.6.38 to 4.4, which shares no step with it.' },
  { entry: 'B53', title: 'A page-table entry of two words is read in halves (PAE)', reason: 'An entry is one word here, read in one step: the machine has no entry in two parts.' },
  { entry: 'B54', title: 'Split of a PMD migration entry makes it present', reason: 'PMD migration entries, and the bits by which an invalidated entry is told from a present one, are not modelled.' },
  { entry: 'B55', title: 'Migration of a huge page for NUMA against GUP', reason: 'That path of 3.8 to 4.13 copied the page before it replaced the entry, and shares no step with the migration of today, which is modelled.' },
  { entry: 'B61', title: 'Stack expansion against munmap', reason: 'VMAs have no extent here that could grow: stack expansion is not modelled.' },
  { entry: 'B62', title: 'hugetlb: a shared page table is given up under GUP-fast', reason: 'hugetlb and its shared page tables are not modelled.' },
  { entry: 'B80', title: 'An anon_vma is freed and used again while the rmap walk looks at it', reason: 'anon_vmas are not objects here: the walk goes over the mappings of a page, and has nothing that could be used again.' },
  { entry: 'B85', title: 's390: an entry that was just invalidated reads as a swap entry', reason: 'The encodings of s390 are not modelled; that every value in between must be classified safely is B54\'s rule, for an entry in one word.' },
];
