/** Devices that write memory by DMA, through pages that a program has pinned for them (direct IO). */
import { add, atomic, FALSE, ghost, If, load, primitive, proc, store, TRUE, track } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { mm_t, va_t, version_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_fast } from './gup.ts';
import { noteTouch, noteUserStore, put_page, type Page } from './page.ts';
import { follPin } from './version.ts';

/** The page that is pinned through an address, from get_user_pages' return to put_page. */
export const pinned = ghost('pinned', pin_t, [mm_t, va_t], { display: 'pinned[%0][%1]' });

/** The device writes the page; it knows no page tables. Where pins are counted, what it writes is as good as a store: the file's newest contents. */
export const dma_from_device = primitive('DMA device to page', (page: Page) => {
  atomic('the model\'s device writes the page at one instant', () => {
    const v = load('version', data.at(page));
    store(data.at(page), add(v, version_t.lit(1)));
    if (follPin()) noteUserStore(page, add(v, version_t.lit(1)));
    else noteTouch(page);
  });
});

/** The device reads the page; what it does with the contents is not modelled. */
export const dma_to_device = primitive('DMA page to device', (page: Page) => { load('version', data.at(page), { discard: true }); });

/** read(2) with O_DIRECT into a program's memory: pin for writing, DMA, unpin. */
export const direct_io_read = proc('direct_io_read', { params: { mm: mm_t, va: va_t }, sleeps: true }, ({ mm, va }) => {
  const pin = get_user_pages_fast({ mm, va, write: TRUE }, 'pin');
  If(pin_t.get(pin, 'ok'), () => {
    track(pinned.at(mm, va), pin);
    dma_from_device(pin_t.get(pin, 'pfn'));
    track(pinned.at(mm, va), pin_t.of({}));
    put_page(pin_t.get(pin, 'pfn'));
  });
});

/** write(2) with O_DIRECT from a program's memory: pin for reading, DMA, unpin. */
export const direct_io_write = proc('direct_io_write', { params: { mm: mm_t, va: va_t }, sleeps: true }, ({ mm, va }) => {
  const pin = get_user_pages_fast({ mm, va, write: FALSE }, 'pin');
  If(pin_t.get(pin, 'ok'), () => {
    track(pinned.at(mm, va), pin);
    dma_to_device(pin_t.get(pin, 'pfn'));
    track(pinned.at(mm, va), pin_t.of({}));
    put_page(pin_t.get(pin, 'pfn'));
  });
});
