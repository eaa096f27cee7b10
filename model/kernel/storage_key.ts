/** The s390 half of dirty tracking (mm/rmap.c, include/asm-s390/pgtable.h), for worlds whose hardware keeps D in the frame. */
import { bool, FALSE, If, load, or, primitive, proc, Return, store, type Value } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { storage_key } from '../machine/mmu.ts';
import { pfn_t } from '../machine/types.ts';
import type { Page } from './page.ts';
import { is, source } from './version.ts';

/** iske and sske: the key is read and written by two instructions. */
export const page_test_dirty = primitive('page_test_dirty', (page: Page) => load('key', storage_key.at(page)));
export const page_clear_dirty = primitive('page_clear_dirty', (page: Page) => store(storage_key.at(page), FALSE));

/** page_mkclean\'s part: whether the key said that the page is dirty. */
const page_test_and_clear_dirty = proc('page_test_and_clear_dirty', { params: { page: pfn_t }, returns: bool, models: source('page_mkclean', 'mm/rmap.c') }, ({ page }) => {
  const key = page_test_dirty(page);
  If(key, () => page_clear_dirty(page));
  Return(key);
});

/** The key of a page that nobody maps was asked for in 2.6.20 alone. */
export const keyOfUnmapped = (page: Page): Value<'bool'> => (machine().storageKeys && is('2.6.20') ? page_test_and_clear_dirty({ page }, 'key') : FALSE);
/** `cleaned`, or the key of the page. */
export const orKey = (page: Page, cleaned: Value<'bool'>): Value<'bool'> => (machine().storageKeys ? or(cleaned, page_test_and_clear_dirty({ page }, 'key')) : cleaned);
