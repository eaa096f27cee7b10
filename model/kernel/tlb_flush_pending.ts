/** mm->tlb_flush_pending (include/linux/mm_types.h): how many have changed PTEs of the mm, or are about to, and not flushed yet. */
import { add, int, load, lt, primitive, rmw, shared, sub, type Value } from '../language/index.ts';
import { mm_t } from '../machine/types.ts';
import type { Mm } from './mm_types.ts';

export const pending_t = int('pending_t', 3);
export const tlb_flush_pending_at = shared('tlb_flush_pending', pending_t, [mm_t], { display: '%0.tlb_flush_pending' });

export const inc_tlb_flush_pending = primitive('inc_tlb_flush_pending', (mm: Mm) => {
  rmw('pending', tlb_flush_pending_at.at(mm), (n) => add(n, pending_t.lit(1)), { ignore: true });
});
export const dec_tlb_flush_pending = primitive('dec_tlb_flush_pending', (mm: Mm) => {
  rmw('pending', tlb_flush_pending_at.at(mm), (n) => sub(n, pending_t.lit(1)), { ignore: true });
});

/** Somebody has changed PTEs, or is about to, and has not flushed yet. One read. */
export const mm_tlb_flush_pending = primitive('mm_tlb_flush_pending', (mm: Mm): Value<'bool'> => lt(pending_t.lit(0), load('pending', tlb_flush_pending_at.at(mm))));

/** Somebody besides the caller, who counts himself, has not flushed yet. One read. */
export const mm_tlb_flush_nested = primitive('mm_tlb_flush_nested', (mm: Mm): Value<'bool'> => lt(pending_t.lit(1), load('pending', tlb_flush_pending_at.at(mm))));
