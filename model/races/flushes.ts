/** Races of TLB flushes that come late, or are left out. */
import type { Race } from './race.ts';

export const flushRaces: readonly Race[] = [
  {
    id: 'b36-mremap-late-flush', entry: 'B36', title: 'mremap moves a PTE and flushes its old address when the page may be somebody else\'s already', subsystem: 'tlb',
    commits: [
      { hash: '5d1904204c99', subject: 'mremap: fix race between mremap() and page cleanning', release: '4.9', author: 'Aaron Lu' },
      { hash: 'eb66ae030829605d61fbef1909ce310e29f78821', subject: 'mremap: properly flush TLB before releasing the page', release: '4.19', author: 'Linus Torvalds' },
    ],
    affected: { since: '3.2', fixed: '4.19' }, cve: 'CVE-2018-18281', procedures: ['move_ptes', 'move_page_tables', 'unmap_mapping_range', 'try_to_unmap_one', 'page_mkclean_one'],
    broken: ['race/b36-mremap-late-flush', 'race/b36-clean-entry', 'race/b36-new-lock-first', 'race/b36-mkclean-misses'],
    repaired: ['race/b36-repaired', 'race/b36-clean-repaired', 'race/b36-repaired-two-tables', 'race/b36-mkclean-repaired', 'race/b36-flush-each'],
    controls: [
      { what: 'a flush of dirty entries inside the old lock alone (4.9) leaves clean ones', case: 'race/b36-clean-repaired#dirty-only' },
      { what: 'and, where the new address is in another table, dirty ones too', case: 'race/b36-repaired-two-tables#new-lock-first' },
      { what: 'it does what it was for: page_mkclean sees the old lock', case: 'race/b36-mkclean-repaired#after-the-lock' },
      { what: 'one flush at the end instead of one for each page is what brought it (3.2)', case: 'race/b36-flush-each#one-flush' },
    ],
    notes: 'The catalogue gives truncation for 4.9 to 4.18 as well. There it does for clean entries only: truncation comes to the old address first and waits for its PTE lock, inside which dirty ones are flushed. For a dirty entry it takes two page tables and an agent that passes by a none entry without the lock, as page_vma_mapped_walk of reclaim does. That the flush was one for each page until 3.1 is in mm/mremap.c of 2.6.18 to 2.6.23; hash and release of the change (7b6efc2bc4f1, 3.2), and the release of the first repair, were not confirmed.',
  },
];
