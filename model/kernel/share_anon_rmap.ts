/** PageAnonExclusive taken away beside GUP-fast (include/linux/rmap.h, mm/gup.c, from 5.19 on). */
import { FALSE, bool, If, primitive, proc, Return, rmw, TRUE, add } from '../language/index.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { count_t, pfn_t } from '../machine/types.ts';
import { ClearPageAnonExclusive } from './anon_exclusive.ts';
import { page_maybe_dma_pinned, pin_count_at } from './gup_pin.ts';
import type { Page } from './page.ts';
import { since, source, variant } from './version.ts';

/** Before KSM shares the page, or swap and migration unmap it; the PTE has been cleared. False: the page may be pinned, so it must not be. */
export const page_try_share_anon_rmap = proc('page_try_share_anon_rmap', {
  params: { page: pfn_t }, returns: bool, models: source('page_try_share_anon_rmap', 'include/linux/rmap.h'),
}, ({ page }) => {
  if (since('6.2')) smp_mb();
  const pinned = page_maybe_dma_pinned(page);
  If(pinned, () => Return(FALSE));
  if (!variant('PageAnonExclusive is cleared after the PTE is written')) ClearPageAnonExclusive(page);
  // smp_mb__after_atomic: stores are made in order here.
  Return(TRUE);
});

/** The rest of GUP_PIN_COUNTING_BIAS, by an atomic_add: no barrier. The reference was taken before. */
export const folio_ref_add = primitive('folio_ref_add', (page: Page) => {
  rmw('pins', pin_count_at.at(page), (pins) => add(pins, count_t.lit(1)), { ignore: true });
});
