import { forall, implies, peek, property } from '../model/language/index.ts';
import { PG_anon_exclusive } from '../model/kernel/anon_exclusive.ts';
import { pin_t } from '../model/kernel/follow_page.ts';
import { pinned } from '../model/kernel/pins.ts';
import { mm_t, va_t } from '../model/machine/types.ts';

/** From 5.19 on, of anonymous pages: what may be shared is copied at the next store, and the pin is left with the old page. */
export const I7Exclusive = property('I7-exclusive', 'pin coherence: a page that is pinned is its mapping\'s alone', () => ({
  'pinned page may be shared': forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
    const pin = peek(pinned.at(mm, va));
    return implies(pin_t.get(pin, 'ok'), peek(PG_anon_exclusive.at(pin_t.get(pin, 'pfn'))));
  })),
}));
