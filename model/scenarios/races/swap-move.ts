/** UFFDIO_MOVE of a page that is swapped out, against a slot that is freed and used again (B77). */
import { and, FALSE, not, peek, quiescent, TRUE, type Init } from '../../language/index.ts';
import { anon_index } from '../../kernel/anon_rmap.ts';
import { newest, vma_at, vma_t } from '../../kernel/mm_types.ts';
import { mapcount_at, mapping_at, page_cache, page_count_at, PG_anon, slot_t } from '../../kernel/page.ts';
import { swap_data, swap_map, swap_map_t, users_t } from '../../kernel/swapfile.ts';
import { swap_cache } from '../../kernel/swap_state.ts';
import { swp_entry_t, swp_pte, swp_t } from '../../kernel/swapops.ts';
import { move_pages } from '../../kernel/userfaultfd_move.ts';
import { user_store } from '../../kernel/user.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_present, pte_t, va_t, version_t } from '../../machine/types.ts';
import { I10b, I13, I13Index, I14, I1Anon, I4Anywhere, I5 } from '../../../properties/index.ts';
import { program, sibling } from '../actors.ts';
import type { Start } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { reclaimsAny } from './swap-world.ts';

const mm = () => mm_t.lit(0);
/** The source of the move, its destination, and an address that has nothing to do with it. */
const SRC = 0;
const DST = 1;
const OTHER = 2;

/** The source is swapped out to the one slot; page 0 is the other address's. */
function beginning(set: Init): void {
  const page = pfn_t.lit(0);
  set(page_cache.at(), slot_t.of({}));
  set(mapping_at.at(page), FALSE);
  [DST, OTHER].forEach((va) => { set(vma_at.at(mm(), va_t.lit(va)), vma_t.of({ linked: TRUE, W: TRUE })); });
  set(swp_pte.at(mm(), va_t.lit(SRC)), swp_entry_t.of({ V: TRUE, slot: swp_t.lit(0), exclusive: TRUE }));
  set(swap_map.at(swp_t.lit(0)), swap_map_t.of({ users: users_t.lit(1) }));
  set(swap_data.at(swp_t.lit(0)), version_t.lit(1));
  set(newest.at(mm(), va_t.lit(SRC)), version_t.lit(1));
  set(pte.at(mm(), va_t.lit(OTHER)), pte_t.of({ P: TRUE, pfn: page, W: TRUE, D: TRUE }));
  set(data.at(page), version_t.lit(3));
  set(newest.at(mm(), va_t.lit(OTHER)), version_t.lit(3));
  set(PG_anon.at(page), TRUE);
  set(anon_index.at(page), va_t.lit(OTHER));
  set(page_count_at.at(page), count_t.lit(1));
  set(mapcount_at.at(page), count_t.lit(1));
}
const start: Start = { maps: [{ pte: 'none', shared: false }], addresses: 3, freeFrames: 2, slots: 1, also: beginning };

const storesAt = (va: number) => (m: number): void => { user_store({ mm: mm_t.lit(m), va: va_t.lit(va) }); };
const moves = (m: number): void => { move_pages({ mm: mm_t.lit(m), src: va_t.lit(SRC), dst: va_t.lit(DST) }); };

const b77: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  entry: 'B77',
  about: 'Commit 0ea148a79919 (Kairui Song, 6.16; CVE-2025-38242), "mm: userfaultfd: fix race of userfaultfd_move and swap cache": UFFDIO_MOVE looks the entry of the source up in the swap cache without a lock, and then trusts that the PTE is what it was. The slot may be freed and used again in between, twice: what was found is a page of another address, whose page->index is then changed; or nothing was found, and the page that is in the swap cache by now keeps the index of the source.',
  machine: { tlbs: false }, start,
  cpus: [program(0, moves), sibling(0, storesAt(SRC), reclaimsAny, storesAt(OTHER), reclaimsAny)],
  properties: [I13Index],
};
const MOVES = { swap: 'disk', anonIndex: true } as const;
const FOUND = ['userfaultfd_move takes what the look-up found'] as const;
const lost = { verdict: 'violated', property: 'I13-index' } as const;
const at = (va: number) => peek(pte.at(mm(), va_t.lit(va)));
const swappedAt = (va: number) => swp_entry_t.get(peek(swp_pte.at(mm(), va_t.lit(va))), 'V');
const cached = () => slot_t.get(peek(swap_cache.at(swp_t.lit(0))), 'present');

export const moveRaces = [
  fileScenario({ ...b77, id: 'race/b77-page-left-behind', title: 'The page that came into the swap cache after the look-up is not moved with its entry', kernel: { version: '6.15', ...MOVES }, expect: { ...lost, conjunct: 'page in the swap cache', steps: 69 } }),
  fileScenario({ ...b77, id: 'race/b77-another-page-moved', title: 'The page that was looked up is another address\'s by now, and is moved', kernel: { version: '6.16', ...MOVES, variants: FOUND }, expect: { ...lost, conjunct: 'mapped page', steps: 137 } }),
  fileScenario({
    ...b77, id: 'race/b77-repaired', title: 'With the page locked, or the PTEs, it is asked again what the entry leads to', kernel: { version: '6.16', ...MOVES }, properties: [I13Index, I1Anon, I13, I4Anywhere, I5, I10b, I14], expect: { verdict: 'holds' },
    reaches: () => ({
      'moved with a page in the swap cache': and(quiescent(), swappedAt(DST), cached()),
      'moved without': and(quiescent(), swappedAt(DST), not(cached())),
      'swapped in before, and not moved': and(quiescent(), pte_present(at(SRC))),
    }),
    mutants: [
      { name: 'another-page', what: 'the page found is not asked whether it is in the swap cache for this entry', kernel: { variants: FOUND }, properties: [I13Index], expect: lost },
      { name: 'page-left', what: 'nothing found is taken for nothing there', kernel: { variants: ['userfaultfd_move believes that there is no page'] }, properties: [I13Index], expect: lost },
      { name: 'page-not-looked-for', what: 'the entry is moved without a look into the swap cache, as until 6.13', kernel: { version: '6.8' }, properties: [I13Index], expect: lost },
    ],
  }),
];
