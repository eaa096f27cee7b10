/** Worlds of two programs with an anonymous page each: what KSM of today works on. */
import { FALSE, TRUE, type Init } from '../../language/index.ts';
import { cmp_and_merge_page } from '../../kernel/ksm.ts';
import { frozen, mapcount_at, mapping_at, page_cache, page_count_at, PG_anon, PG_ksm, slot_t } from '../../kernel/page.ts';
import { direct_io_read, direct_io_write } from '../../kernel/pins.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_t, tlb_t, va_t } from '../../machine/types.ts';
import { kthread } from '../actors.ts';
import type { Cpu, Start } from '../contents.ts';

const va = (): ReturnType<typeof va_t.lit> => va_t.lit(0);

/** How mm1 maps page 1: as its own, written to; or as a KSM page, read-only and frozen. */
type Other = 'own' | 'ksm';

/** Page 0 is mm0's, mapped as `first` says; page 1 is mm1's. Neither is in the page cache. */
export function twoPages(first: 'ro' | 'rw', other: Other, freeFrames: number): Start {
  return {
    maps: [{ pte: first, shared: false }, { pte: 'none', shared: false }],
    freeFrames: 1 + freeFrames,
    also: (set) => {
      set(page_cache.at(), slot_t.of({}));
      set(mapping_at.at(pfn_t.lit(0)), FALSE);
      set(page_count_at.at(pfn_t.lit(0)), count_t.lit(1));
      set(PG_anon.at(pfn_t.lit(0)), TRUE);
      ownPage(set, other);
    },
  };
}

function ownPage(set: Init, other: Other): void {
  const page = pfn_t.lit(1);
  const writable = other === 'own' ? { W: TRUE, D: TRUE } : {};
  set(pte.at(mm_t.lit(1), va()), pte_t.of({ P: TRUE, pfn: page, ...writable }));
  set(mapcount_at.at(page), count_t.lit(1));
  set(page_count_at.at(page), count_t.lit(1));
  set(PG_anon.at(page), TRUE);
  if (other === 'own') return;
  set(PG_ksm.at(page), TRUE);
  set(frozen.at(page), TRUE);
}

/** The program's CPU starts with its entry loaded: for mm1's page, which is page 1. */
export const loaded = (cpu: number) => (set: Init): void => set(tlb.at(cpu_t.lit(cpu), va()), tlb_t.of({ V: TRUE, pfn: pfn_t.lit(1), W: TRUE, D: TRUE }));

/** ksmd finds the page of `tree` in one of its trees, equal to that of `mm`. */
export const ksmd = (tree: number, mm: number): Cpu => kthread('ksmd', () => { cmp_and_merge_page({ tree: mm_t.lit(tree), mm: mm_t.lit(mm), va: va() }); });

export const readsDirect = (mm: number): void => { direct_io_read({ mm: mm_t.lit(mm), va: va() }); };
export const writesDirect = (mm: number): void => { direct_io_write({ mm: mm_t.lit(mm), va: va() }); };
