/** Direct IO from a block device (fs/block_dev.c, block/fops.c from 5.16 on). */
import { ghost, If, not, proc, Return, track, TRUE } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_fast } from './gup.ts';
import { put_page } from './page.ts';
import { dma_from_device } from './pins.ts';
import { set_page_dirty_lock } from './rdma.ts';
import { source } from './version.ts';

/** The page that the device has written for the program's address. */
export const read_into = ghost('read_into', pin_t, [mm_t, va_t], { display: 'read_into[%0][%1]' });

/** read(2) into one page: pin, DMA, and only then is the page dirty (bio_release_pages), and the pin gone. */
export const blkdev_direct_IO_simple = proc('__blkdev_direct_IO_simple', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('__blkdev_direct_IO_simple', 'fs/block_dev.c'),
}, ({ mm, va }) => {
  const pin = get_user_pages_fast({ mm, va, write: TRUE }, 'pin');
  If(not(pin_t.get(pin, 'ok')), () => Return());
  const page = pin_t.get(pin, 'pfn');
  dma_from_device(page);
  track(read_into.at(mm, va), pin);
  set_page_dirty_lock({ page });
  put_page(page);
});
