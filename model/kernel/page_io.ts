/** IO of the swap device (mm/page_io.c). */
import { atomic, load, primitive, store } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import type { Page } from './page.ts';
import { swap_data } from './swapfile.ts';
import type { Slot } from './swapops.ts';

/** Returns when the page is read. */
export const swap_readpage = primitive('swap_readpage', (page: Page, slot: Slot) => {
  atomic('the page is locked and its contents are not looked at before', () => {
    const v = load('version', swap_data.at(slot));
    store(data.at(page), v);
  });
});
/** The device reads the page (DMA) and writes the slot. */
export const dma_to_swap = primitive('DMA page to swap', (page: Page, slot: Slot) => {
  atomic('the model\'s device reads the page at one instant', () => {
    const v = load('version', data.at(page));
    store(swap_data.at(slot), v);
  });
});
