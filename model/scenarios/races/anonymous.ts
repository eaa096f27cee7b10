/** Worlds of one anonymous page that nobody swaps, and a program that stores to it once. */
import { FALSE, track, TRUE, type Init } from '../../language/index.ts';
import { newest } from '../../kernel/mm_types.ts';
import { mapping_at, noteUserStore, page_cache, page_count_at, PG_anon, slot_t } from '../../kernel/page.ts';
import { storeInstruction } from '../../machine/mmu.ts';
import { count_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import type { Start } from '../contents.ts';

/** Page 0 is mm0's own, in no file. `references` beyond the PTE's are somebody's who does not give them back here: a pin's, a pagevec's. */
export function ownPage(pte: 'ro' | 'w' | 'rw', { freeFrames = 0, references = 0 } = {}): Start {
  return {
    maps: [{ pte, shared: false }], freeFrames,
    also: (set: Init) => {
      set(page_cache.at(), slot_t.of({}));
      set(mapping_at.at(pfn_t.lit(0)), FALSE);
      set(page_count_at.at(pfn_t.lit(0)), count_t.lit(1 + references));
      set(PG_anon.at(pfn_t.lit(0)), TRUE);
    },
  };
}

/** One store, by the CPU's TLB entry or by the PTE; a fault ends the program. */
export const storesOnce = (mm: number): void => {
  const at = [mm_t.lit(mm), va_t.lit(0)] as const;
  storeInstruction((pfn, version) => {
    noteUserStore(pfn, version);
    track(newest.at(...at), version);
  })(...at);
};
