import { not, or, peek, property } from '../model/language/index.ts';
import { in_fault } from '../model/kernel/mm_types.ts';
import { PG_dirty } from '../model/kernel/page.ts';
import { cleaning } from '../model/kernel/page_writeback_clean.ts';
import { pte_dirty, pte_pfn, pte_write } from '../model/machine/types.ts';
import { everySharedPte, someSharedPte } from './places.ts';

export const I3 = property('I3', 'clean implies read-only: a writable PTE of a shared file page means PG_dirty, but between a fault\'s PTE write and its set_page_dirty, and inside a cleaner that holds the page lock', () => ({
  'writable and clean': {
    when: someSharedPte((e) => pte_write(e)),
    holds: everySharedPte((e, mm, va) => or(not(pte_write(e)), peek(PG_dirty.at(pte_pfn(e))), peek(in_fault.at(mm, va)), peek(cleaning.at(pte_pfn(e))))),
  },
}));

/** A4.9 (Rik van Riel, v2 changelog): write protection of a PTE clears its dirty bit too. For worlds without mprotect. */
export const CleanPte = property('A4.9', 'a read-only PTE of a shared file page is clean: page_mkclean leaves neither W nor D', () => ({
  'dirty and read-only': everySharedPte((e) => or(pte_write(e), not(pte_dirty(e)))),
}));
