/** Christoph Lameter's proposal of 2006-05-25, carried out: no page_mkwrite; set_page_dirty notifies, sleeps and may fail. */
import { bool, chooseBool, FALSE, If, not, proc, Return, track, TRUE } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { fs_prep, lock_page, notified, unlock_page } from './page.ts';
import { fs, source } from './version.ts';

export const set_page_dirty_sleeping = proc('set_page_dirty_sleeping', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('set_page_dirty', 'mm/page-writeback.c'),
  doc: 'False on ENOSPC: the caller\'s program gets SIGBUS and the page stays as it is.',
}, ({ page }) => {
  lock_page(page);
  if (fs().enospc) {
    const room = chooseBool('room');
    If(not(room), () => {
      unlock_page(page);
      Return(FALSE);
    });
  }
  set_page_dirty({ page });
  track(notified.at(page), TRUE);
  track(fs_prep.at(page), TRUE);
  unlock_page(page);
  Return(TRUE);
});
