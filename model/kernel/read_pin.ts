/** A pin for reading that lasts: what the device reads must be what the program stores. */
import { FALSE, If, not, proc, Return, track } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { pin_user_pages_fast_only } from './gup.ts';
import { unpin_user_page } from './gup_pin.ts';
import { dma_to_device, pinned } from './pins.ts';

/** Pins the page by the fast walk, if that succeeds, lets a device read it, and unpins it. */
export const pin_and_read = proc('pin_and_read', { params: { mm: mm_t, va: va_t } }, ({ mm, va }) => {
  const pin = pin_user_pages_fast_only({ mm, va, write: FALSE }, 'pin');
  If(not(pin_t.get(pin, 'ok')), () => Return());
  track(pinned.at(mm, va), pin);
  dma_to_device(pin_t.get(pin, 'pfn'));
  track(pinned.at(mm, va), pin_t.of({}));
  unpin_user_page(pin_t.get(pin, 'pfn'));
});
