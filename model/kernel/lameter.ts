/** Christoph Lameter's proposals of May 2006, carried out: no page_mkwrite; set_page_dirty notifies, sleeps and may fail. */
import { bool, chooseBool, FALSE, If, not, proc, Return, track, TRUE } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { wait_on_page_fs_misc } from './fscache.ts';
import { fs_prep, lock_page, notified, page_mapping, PageDirty, unlock_page, type Page } from './page.ts';
import { force_sig_current, sigbus_and_remove } from './sigbus.ts';
import { fs, fscache, sigbusPolicy, source } from './version.ts';

export const set_page_dirty_sleeping = proc('set_page_dirty_sleeping', {
  params: { page: pfn_t }, returns: bool, sleeps: true, models: source('set_page_dirty', 'mm/page-writeback.c'),
  doc: 'False on ENOSPC: the caller\'s program gets SIGBUS and the page stays as it is, or goes as the world\'s policy says.',
}, ({ page }) => {
  lock_page(page);
  if (fscache()) wait_on_page_fs_misc(page);
  if (sigbusPolicy() !== null) returnIfSettled(page);
  if (fs().enospc) {
    const room = chooseBool('room');
    If(not(room), () => {
      if (sigbusPolicy() !== null) sigbus_and_remove({ page });
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

/** Somebody has removed the page, or has dirtied it and has the block: nothing to reserve. */
function returnIfSettled(page: Page): void {
  const mapping = page_mapping(page);
  If(not(mapping), () => {
    if (sigbusPolicy()?.gone === 'kills') force_sig_current();
    unlock_page(page);
    Return(TRUE);
  });
  const dirty = PageDirty(page);
  If(dirty, () => {
    unlock_page(page);
    Return(TRUE);
  });
}
