/** Races of swap. */
import type { Race } from './race.ts';

export const swapRaces: readonly Race[] = [
  {
    id: 'b71-reused-under-io', entry: 'B71', title: 'A page that is being written to swap is mapped writable and changes', subsystem: 'swap',
    commits: [{ hash: 'f05714293a591038304ddae7cb0dd747bb3786cc', subject: 'mm: support anonymous stable page', release: '4.10-rc4', author: 'Minchan Kim' }],
    affected: { since: '4.7', fixed: '4.10-rc4' }, procedures: ['do_swap_page', 'reuse_swap_page', 'do_wp_page', 'pageout', 'swap_writepage'],
    broken: ['race/b71-reused-under-io'], repaired: ['race/b71-repaired'],
    closest: { broken: 'race/b71-repaired#unstable', repaired: 'race/b71-repaired' },
    controls: [{ what: 'the copy alone is not enough: reuse_swap_page must refuse', case: 'race/b71-repaired#not-asked' }],
    notes: 'From 4.7 on zram compresses a page a second time where it has no memory at first; the commit is of 2017-01-10, between 4.10-rc3 and rc4. In 5.9 and later reuse_swap_page is gone: PG_writeback keeps the page in the swap cache, whose reference makes the fault copy.',
  },
  {
    id: 'b75-swapcache-skipped', entry: 'B75', title: 'Two faults swap in past the swap cache; the slot is used again between the read of one and its look at the PTE', subsystem: 'swap',
    commits: [{ hash: '13ddaf26be324a7f951891ecd9ccd04466d27458', subject: 'mm/swap: fix race when skipping swapcache', release: '6.8-rc6', author: 'Kairui Song' }],
    affected: { since: '4.15', fixed: '6.8-rc6' }, cve: 'CVE-2024-26759', procedures: ['do_swap_page', 'swapcache_prepare', 'swapcache_clear', 'get_swap_page'],
    broken: ['race/b75-swapcache-skipped'], repaired: ['race/b75-repaired'],
    controls: [{ what: 'the flag must stand until the PTE is set', case: 'race/b75-repaired#cleared-early' }],
    notes: 'Swap-in past the swap cache came with 0bcac06f27d7 (4.15). do_swap_page of 6.2 was read; the repair is modelled after its commit message: the loser of swapcache_prepare faults again.',
  },
  {
    id: 'b76-page-of-another-entry', entry: 'B76', title: 'do_swap_page maps a page that is no longer the one of its entry', subsystem: 'swap',
    commits: [
      { hash: '4969c1192d15afa3389e7ae3302096ff684ba655', subject: 'mm: fix swapin race condition', release: '2.6.36-rc4', author: 'Andrea Arcangeli' },
      { hash: '31c4a3d3a0f84a5847665f8aa0552d188389f791', subject: 'mm: further fix swapin race condition', release: '2.6.36-rc5', author: 'Hugh Dickins' },
    ],
    affected: { since: '2.6.29', fixed: '2.6.36-rc5' }, procedures: ['do_swap_page', 'lookup_swap_cache', 'reuse_swap_page', 'try_to_free_swap', 'add_to_swap'],
    broken: ['race/b76-page-of-another-entry', 'race/b76-first-repair'], repaired: ['race/b76-repaired'],
    controls: [{ what: 'the first repair alone', case: 'race/b76-first-repair' }, { what: 'neither', case: 'race/b76-repaired#nothing-asked' }],
    notes: 'The order of events is that of the second commit\'s message, which tells why the page must be shared with another process: alone, the first thread would keep the page and nothing stale could be found. Until 2.6.28 can_share_swap_page and remove_exclusive_swap_page asked for the number of references, so the slot of a page that somebody waits for was not freed. The first commit is of 2010-09-09; the second was posted on 2010-09-19, and that it came with the fifth candidate, a day later, was not confirmed.',
  },
  {
    id: 'b77-another-page-moved', entry: 'B77', title: 'UFFDIO_MOVE trusts a look-up in the swap cache, and a PTE that has come back to its old value', subsystem: 'swap',
    commits: [
      { hash: 'c50f8e6053b0503375c2975bf47f182445aebb4c', subject: 'mm: fix kernel BUG when userfaultfd_move encounters swapcache', release: '6.14-rc6', author: 'Barry Song' },
      { hash: '0ea148a799198518d8ebab63ddd0bb6114a103bc', subject: 'mm: userfaultfd: fix race of userfaultfd_move and swap cache', release: '6.16-rc4', author: 'Kairui Song' },
    ],
    affected: { since: '6.8', fixed: '6.16-rc4' }, cve: 'CVE-2025-38242', procedures: ['move_pages_pte', 'move_swap_pte', 'filemap_get_folio', 'folio_move_anon_rmap', 'do_swap_page'],
    broken: ['race/b77-page-left-behind', 'race/b77-another-page-moved'], repaired: ['race/b77-repaired'],
    controls: [
      { what: 'the second question alone: the page found is another address\'s', case: 'race/b77-repaired#another-page' },
      { what: 'the first alone: a page that came later is left behind', case: 'race/b77-repaired#page-left' },
      { what: 'before 6.14 it is left behind without any race', case: 'race/b77-repaired#page-not-looked-for' },
    ],
    notes: 'The two races are those of the commit message. What breaks is page->index, by which rmap finds PTEs, and so the identity of the page (I13); the catalogue also names the counters (I4): of the two VMAs\' RSS, which are not modelled. mm/userfaultfd.c of these releases was not read: the procedure is modelled after the commit messages. They were merged as 1110ce6a1e34, before 6.14-rc6, and c06944560a56, after 6.16-rc3.',
  },
];
