/** Entries of the catalogue that are no race here, each with the reason, in the order of the catalogue. */
import type { LeftOut } from './race.ts';

export const leftOut: readonly LeftOut[] = [
  { entry: 'B23', title: 'XIP: a shared zero page is mapped after the block was allocated', reason: 'The XIP code went with 4.0; the same race in what came after it is B24.' },
  { entry: 'B53', title: 'A page-table entry of two words is read in halves (PAE)', reason: 'An entry is one word here, read in one step: the machine has no entry in two parts.' },
  { entry: 'B55', title: 'Migration of a huge page for NUMA against GUP', reason: 'That path of 3.8 to 4.13 copied the page before it replaced the entry, and shares no step with the migration of today, which is modelled.' },
  { entry: 'B80', title: 'An anon_vma is freed and used again while the rmap walk looks at it', reason: 'anon_vmas are not objects here: the walk goes over the mappings of a page, and has nothing that could be used again.' },
  { entry: 'B85', title: 's390: an entry that was just invalidated reads as a swap entry', reason: 'The encodings of s390 are not modelled; that every value in between must be classified safely is B54\'s rule, for an entry in one word.' },
];
