/** O_DIRECT as a block device does it for a single request (block/fops.c): pin, DMA, mark dirty, unpin. */
import { If, not, proc, Return, TRUE, track } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { get_user_pages_fast, pin_t } from './gup.ts';
import { put_page } from './page.ts';
import { dma_from_device, pinned } from './pins.ts';
import { set_page_dirty_lock } from './rdma.ts';
import { source } from './version.ts';

/** read(2) into a program's memory, with bio_release_pages(mark_dirty) at its end. */
export const direct_read = proc('__blkdev_direct_IO_simple', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('__blkdev_direct_IO_simple', 'block/fops.c'),
}, ({ mm, va }) => {
  const pin = get_user_pages_fast({ mm, va, write: TRUE }, 'pin');
  If(not(pin_t.get(pin, 'ok')), () => Return());
  const page = pin_t.get(pin, 'pfn');
  track(pinned.at(mm, va), pin);
  dma_from_device(page);
  set_page_dirty_lock({ page });
  track(pinned.at(mm, va), pin_t.of({}));
  put_page(page);
});
