/** The claims of thread 003 about locks and huge entries. */
import type { Claim } from './claim.ts';

const thread = '003';

/** What a walk under the i_mmap lock alone relies on: each held in no kernel of the time but the first. */
const obligations = [
  { what: 'munmap unlinks a VMA from i_mmap, under the lock, before it frees its page tables.', without: 'seed-003/a3.1-munmap#free-first' },
  { what: 'khugepaged holds the i_mmap lock for writing when it frees a page table of a file. From 5.4 (27e1f8273113) to 6.0 collapse_pte_mapped_thp did not.', without: 'seed-003/a3.1-collapse' },
  { what: 'mremap takes the rmap locks when it moves a page table, whatever the order of the VMAs. From 5.0 to 5.13 it did not.', without: 'seed-003/a3.1-mremap' },
  { what: 'Whoever frees a page table has flushed it out of every CPU first.', without: 'seed-003/a3.1-munmap#no-flush' },
];

/** Which lock (A3.1). */
const locks: readonly Claim[] = [
  {
    id: 'seed-003/torvalds-walk-needs-mmap-sem', thread, entry: 'A3.1', by: 'Linus Torvalds', date: '2019-09-26',
    claim: 'A walker with a pud_entry op "absolutely need[s] to have that mmap_lock".',
    verdict: 'conditional', scenarios: ['seed-003/a3.1-mmap-sem', 'seed-003/a3.1-mmap-sem-mremap', 'seed-003/a3.1-mmap-sem-munmap', 'seed-003/a3.1-collapse-repaired', 'seed-003/a3.1-mremap-repaired'],
    assumptions: [
      { what: 'The kernel frees page tables of files under mmap_sem alone, as khugepaged of 5.5 does.', without: 'seed-003/a3.1-mmap-sem#i-mmap-only' },
      { what: 'Or it moves them under mmap_sem alone, as mremap of 5.5 does.', without: 'seed-003/a3.1-mmap-sem-mremap#i-mmap-only' },
    ],
    why: 'With mmap_sem for reading the walk is safe. That it needs it was true of the kernel of the day, for a reason that nobody gave: each of the two assumptions is a case in which the i_mmap lock is not enough. In 6.2 it is not true any more: a3.1-collapse-repaired and a3.1-mremap-repaired hold with the i_mmap lock alone. Later the same day Linus took half of it back ("I\'m not going to swear the mmap_sem is absolutely required").',
  },
  {
    id: 'seed-003/hellstrom-i-mmap-lock-suffices', thread, entry: 'A3.1', by: 'Thomas Hellström', date: '2019-09-26',
    claim: '"It seems we should be able to get away with i_mmap_lock(), making sure the whole page table doesn\'t disappear under us."',
    verdict: 'conditional', scenarios: ['seed-003/a3.1-munmap', 'seed-003/a3.1-collapse-repaired', 'seed-003/a3.1-mremap-repaired', 'seed-003/a3.1-collapse', 'seed-003/a3.1-mremap'],
    assumptions: obligations,
    why: 'The lock keeps a table alive only against those who take it too. munmap always has, since 2.6.15; khugepaged and mremap did not in 5.4 and 5.5. For the graphics VMAs of the patch khugepaged does not come ("Yet"), but mremap does. One mm, one VMA or two, one page table.',
  },
  {
    id: 'seed-003/shutemov-i-mmap-lock-works', thread, entry: 'A3.1', by: 'Kirill A. Shutemov', date: '2019-09-27',
    claim: '"The VM_BUG is a blind copy from PMD layer and it\'s bogus. i_mmap_lock() works fine for file mappings."',
    verdict: 'conditional', scenarios: ['seed-003/a3.1-collapse-repaired', 'seed-003/a3.1-munmap', 'seed-003/a3.1-mremap-repaired', 'seed-003/a3.1-collapse', 'seed-003/a3.1-mremap'],
    assumptions: obligations,
    why: 'True of 6.2, and of 5.3 but for mremap. In the week in which it was written collapse_pte_mapped_thp was merged, whose locks were put right in 6.1 (8d3c106e19e8). Shown for PMDs; PUDs are not modelled.',
  },
  {
    id: 'seed-003/nothing-is-mapped-beside-i-mmap', thread, entry: 'A3.1', by: 'pterace', date: '2019-09-26',
    claim: 'When the helper has returned, nothing more is stored through the range: mappings that the walk of i_mmap finds are protected, and what it does not find is unmapped.',
    verdict: 'false', scenarios: ['seed-003/a3.1-munmap-stale', 'seed-003/a3.1-munmap-repaired'],
    why: 'The i_mmap lock makes sure that the walk meets live tables. What it does not meet may be a VMA that munmap has unlinked and not flushed: its entries are cleared, and a CPU still stores. The scenario that fails is 5.5. Since 5.19 special mappings are flushed before they are unlinked; 6.2 holds, as long as the helper also flushes when tlb_flush_pending says that somebody has not.',
    new: { sure: 'Nearly sure that 5.5 to 5.18 can do it: b67fbebd4cf9 (5.19) is the same window, found for unmap_mapping_range, and in 6.2 its repair covers VM_MIXEDMAP, which was read; the source of 5.5 was not. Nobody tied it to these helpers.' },
  },
  {
    id: 'seed-003/a-table-stays-a-table', thread, entry: 'A3.1', by: 'pterace', date: '2019-09-26',
    claim: 'Under the i_mmap lock the walk may follow an entry that pmd_trans_unstable() called a table: it stays one.',
    verdict: 'false', scenarios: ['seed-003/a3.1-mremap', 'seed-003/a3.1-mremap-repaired', 'seed-003/a3.1-mremap-stale'],
    why: 'The walk of 5.5 reads the PMD once to look and once more to follow it. mremap of 5.5, which moves the entry under mmap_sem and the PMD lock only, makes it none in between: the lock and the entries are then those of frame 0. The second failing scenario is the case that 97113eb39fa7 (5.14) describes for the rmap walk: both reads see the table, the address that is flushed is the old one.',
    new: { sure: 'Fairly sure: the two reads are in the source of 6.2, which was read; that mremap of 5.5 takes no rmap locks is inferred from 97113eb39fa7, the source of 5.5 was not read. The window is a few instructions wide; no report of it was found.' },
  },
];

/** Splits (A3.2, A3.3). */
const splits: readonly Claim[] = [
  {
    id: 'seed-003/hellstrom-split-needs-mmap-sem', thread, entry: 'A3.2', by: 'Thomas Hellström', date: '2019-09-27',
    claim: '"When actually splitting transhuge pages you don\'t want to race with khugepaged, so you need the mmap_sem."',
    verdict: 'conditional', scenarios: ['seed-003/a3.2-split-mmap-sem', 'seed-003/a3.2-split', 'seed-003/a3.2-split-today'],
    assumptions: [{ what: 'khugepaged frees the table without the i_mmap lock, as it did from 5.4 to 6.0.', without: 'seed-003/a3.2-split-mmap-sem#i-mmap-only' }],
    why: 'What goes wrong is not the split: both sides change the entry under the PMD lock. It is the walk of the new table, which khugepaged frees. With khugepaged of 6.2 the i_mmap lock is enough (a3.2-split-today). And the split here fills a table as that of anonymous memory does; for a file the kernel clears the entry, and no entry that leads to a table is written at all.',
  },
  {
    id: 'seed-003/hellstrom-huge-entry-just-before-the-split', thread, entry: 'A3.3', by: 'Thomas Hellström', date: '2019-09-27',
    claim: 'The walk must not split when "someone faults a huge entry in just before the call to split_huge_xxx"; a clean, read-only huge entry is one "that we want to ignore and not split".',
    verdict: 'conditional', scenarios: ['seed-003/a3.3-skip', 'seed-003/a3.3-just-before-repaired', 'seed-003/a3.3-just-before'],
    assumptions: [
      { what: 'The callback decides, by one read of the entry, and the walk does what it says (5.7). The walk of 5.5 splits whatever is huge.', without: 'seed-003/a3.3-skip#split' },
      { what: 'An entry that was a table when it was read stays one: khugepaged takes the i_mmap lock. Else the huge entry comes between the callback and the split even in 5.9.', without: 'seed-003/a3.3-just-before' },
    ],
    why: 'The way that Thomas asked for came with 5.7. Under the i_mmap lock a none or huge entry may still change at any time, but a table may not, and only a table is walked on.',
  },
  {
    id: 'seed-003/posted-walk-meets-a-huge-entry', thread, entry: 'A3.3', by: 'pterace', date: '2019-09-26',
    claim: 'walk_as_pmd_range of the posted patch, which warns of pmd_huge() and goes on, is safe when a huge entry is there.',
    verdict: 'false', scenarios: ['seed-003/a3.3-posted'],
    why: 'Before it comes to the warning, pmd_none_or_clear_bad() takes the huge entry for a bad table and clears it (B52). The patch says that it is only for VMAs without huge pages; this is what happens where that is wrong.',
    new: { sure: 'Sure, from the text of the patch; nobody in the thread said more than "do not contain huge pages".' },
  },
  {
    id: 'seed-003/split-forgets-dirty', thread, entry: 'A3.3', by: 'derived', date: '2019-09-27',
    claim: 'A huge entry that is not clean may be split by the walk, to PTEs that it can then clean.',
    verdict: 'false', scenarios: ['seed-003/a3.3-dirt-lost', 'seed-003/a3.3-dirt-kept'],
    why: 'The split of a special huge entry clears it, and its D bit with it. The comment in mm/mapping_dirty_helpers.c since 5.7 says so: "never split huge pmds, since that currently causes dirty info loss".',
  },
];

export const seed003Thp: readonly Claim[] = [...locks, ...splits];
