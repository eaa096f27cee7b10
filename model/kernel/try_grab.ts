/** The reference of the fast walk, and what gives it back (mm/gup.c): a pin where the world counts pins. */
import { bool, FALSE, If, not, proc, Return, TRUE, type Value } from '../language/index.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { pfn_t } from '../machine/types.ts';
import { try_pin_page, unpin_user_page } from './gup_pin.ts';
import { put_page, try_get_page, type Page } from './page.ts';
import { folio_ref_add } from './share_anon_rmap.ts';
import { anonExclusive, follPin, since, source } from './version.ts';

/** A reference, then the rest of the pin: two additions, and until 6.0 nothing orders the second before what comes after it. */
const try_grab_folio = proc('try_grab_folio', { params: { page: pfn_t }, returns: bool, models: source('try_grab_folio', 'mm/gup.c') }, ({ page }) => {
  const got = try_get_page(page);
  If(not(got), () => Return(FALSE));
  folio_ref_add(page);
  if (since('6.2')) smp_mb();
  Return(TRUE);
});

export const try_grab = (page: Page): Value<'bool'> => (!follPin() ? try_get_page(page) : anonExclusive() ? try_grab_folio({ page }, 'got') : try_pin_page(page));
export const letGo = (page: Page): void => { if (follPin()) unpin_user_page(page); else put_page(page); };
