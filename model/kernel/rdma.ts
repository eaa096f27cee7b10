/** A device that writes into a program's memory for as long as it likes (FOLL_LONGTERM pins: RDMA, io_uring buffers). */
import { bool, If, not, proc, Return, track, TRUE } from '../language/index.ts';
import { mm_t, pfn_t, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages, get_user_pages_fast } from './gup.ts';
import { unpin_user_page } from './gup_pin.ts';
import { down_read, find_vma, up_read, vma_t } from './mm_types.ts';
import { noteDeviceStore } from './mm_stores.ts';
import { lock_page, put_page, unlock_page } from './page.ts';
import { dma_from_device, pinned } from './pins.ts';
import { follPin, source, variant } from './version.ts';

/** pin_user_pages(FOLL_LONGTERM | FOLL_WRITE); where the world counts pins, pin_user_pages_fast, which ib_umem_get calls. From 6.5 on shared file mappings are refused (8ac268436e6d). */
const pin_user_pages = proc('pin_user_pages', {
  params: { mm: mm_t, va: va_t }, returns: pin_t, sleeps: true, models: source('pin_user_pages', 'mm/gup.c'),
}, ({ mm, va }) => {
  if (follPin()) {
    Return(get_user_pages_fast({ mm, va, write: TRUE }));
    return;
  }
  down_read(mm);
  if (variant('long-term pins of file pages are refused')) {
    const vma = find_vma(mm, va);
    If(vma_t.get(vma, 'S'), () => {
      up_read(mm);
      Return(pin_t.of({}));
    });
  }
  const pin = get_user_pages({ mm, va, write: TRUE }, 'pin');
  up_read(mm);
  Return(pin);
});

/** The page that was written gets dirty under its lock (mm/page-writeback.c). */
export const set_page_dirty_lock = proc('set_page_dirty_lock', {
  params: { page: pfn_t }, sleeps: true, models: source('set_page_dirty_lock', 'mm/page-writeback.c'),
}, ({ page }) => {
  lock_page(page);
  set_page_dirty({ page });
  unlock_page(page);
});

/** Registers the page, lets the device write once, and unregisters it; `dirties`: as unpin_user_pages_dirty_lock does. */
export const register_and_write = proc('ib_umem', {
  params: { mm: mm_t, va: va_t, dirties: bool }, sleeps: true, models: source('__ib_umem_release', 'drivers/infiniband/core/umem.c'),
}, ({ mm, va, dirties }) => {
  const pin = pin_user_pages({ mm, va }, 'pin');
  If(not(pin_t.get(pin, 'ok')), () => Return());
  const page = pin_t.get(pin, 'pfn');
  if (follPin()) track(pinned.at(mm, va), pin);
  dma_from_device(page);
  noteDeviceStore(mm, va, page);
  If(dirties, () => { set_page_dirty_lock({ page }); });
  if (follPin()) {
    track(pinned.at(mm, va), pin_t.of({}));
    unpin_user_page(page);
    return;
  }
  put_page(page);
});
