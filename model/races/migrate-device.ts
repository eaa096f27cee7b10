/** Races of migration to a device's memory. */
import type { Race } from './race.ts';

export const migrateDeviceRaces: readonly Race[] = [
  {
    id: 'b35-collected-then-flushed', entry: 'B35', title: 'Pages are collected for a device, and the flush comes after the PTE lock', subsystem: 'tlb',
    commits: [{ hash: '60bae73708963de4a17231077285bd9ff2f41c44', subject: 'mm/migrate_device.c: flush TLB while holding PTL', release: '6.0', author: 'Alistair Popple' }],
    affected: { since: '4.14', fixed: '6.0' }, procedures: ['migrate_vma_collect_pmd', 'madvise_dontneed', 'zap_pte_range'],
    broken: ['race/b35-collected-then-flushed'], repaired: ['race/b35-repaired'],
    controls: [
      { what: 'the flush must come before the end of the PTE lock', case: 'race/b35-repaired#after' },
      { what: '5.19, where the D bit is lost as well (B74)', case: 'race/b35-repaired#v5.19' },
    ],
    notes: 'MADV_DONTNEED itself counts in tlb_flush_pending and looks for others who do (99baac21e458); the collection does not count, so that does not help. Both sides are 6.0 but for the place of the flush, so that the diff is the repair; what 6.0 and later do was read in mm/migrate_device.c of 6.2. There ptep_clear_flush flushes inside the lock, for an anonymous page that is PageAnonExclusive; the race is about all others, and before 5.19 about every page. By its own Fixes tag the commit repairs 8c3328f1f36a, "mm/migrate: migrate_vma() unmap page from vma while collecting pages", of the series that brought such pages (4.14, which B82 tells). Merged on 2022-09-26 (3800a713b607), after 6.0-rc7, which the catalogue has as its release.',
  },
  {
    id: 'b74-dirty-bit-dropped', entry: 'B74', title: 'Pages are collected for a device, and nobody takes the D bit along', subsystem: 'swap',
    commits: [{ hash: 'fd35ca3d12cc9922d7d9a35f934e72132dbc4853', subject: 'mm/migrate_device.c: copy pte dirty bit to page', release: '6.0', author: 'Alistair Popple' }],
    affected: { since: '4.14', fixed: '6.0' }, procedures: ['migrate_vma_collect_pmd', 'remove_migration_pte', 'try_to_unmap_one'],
    broken: ['race/b74-dirty-bit-dropped'], repaired: ['race/b74-repaired'],
    controls: [{ what: 'D must go to the page when the entry goes', case: 'race/b74-repaired#forgotten' }, { what: 'reclaim must do so, too', case: 'race/b74-repaired#reclaim-forgets' }],
    notes: 'The commit speaks of pages that swap stands behind. Here it is a page given up with MADV_FREE and stored to since, which reclaim tells by the same bits: no world has migration and swap together. The driver migrates nothing, so that the page comes back with a clean entry. Start and release are those of B35, with which it was merged.',
  },
  {
    id: 'b82-device-private-fault', entry: 'B82', title: 'A fault asks a page in a device\'s memory for its driver, when another fault has brought it back and freed it', subsystem: 'swap',
    commits: [{ hash: '16ce101db85db694a91380aa4c89b25530871d33', subject: 'mm/memory.c: fix race when faulting a device private page', release: '6.1-rc1', author: 'Alistair Popple' }],
    affected: { since: '4.14', fixed: '6.1-rc1' }, cve: 'CVE-2022-3523', procedures: ['do_swap_page', 'migrate_to_ram', 'migrate_vma_check_page', 'zap_pte_range'], ingredients: ['device'],
    broken: ['race/b82-driver-of-a-free-page', 'race/b82-zapped'], repaired: ['race/b82-repaired', 'race/b82-zapped-repaired'],
    controls: [{ what: 'the reference is what keeps the page', case: 'race/b82-repaired#not-held' }],
    notes: 'The catalogue has the unmapping (race/b82-zapped); the commit speaks of another migration. mm/memory.c and mm/migrate_device.c of 6.2 were read, what 6.0 does is the commit\'s. Two faults that both hold the page make each other\'s migration fail, and fault again: race/b82-repaired reaches such a state, and "mm/migrate: Trylock device page in do_swap_page" (Matthew Brost, 2025) speaks of a livelock by it. Such pages came with a5430dda8a3a ("mm/migrate: support un-addressable ZONE_DEVICE page in migration"), which the stable maintainers\' robot finds in 4.14 (2019-07).',
  },
];
