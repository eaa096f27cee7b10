/** Who calls the dirty helpers, and how. */
import { FALSE, If, proc, skip, track, TRUE } from '../../language/index.ts';
import { clean_record_shared_mapping_range, pgoff_t, wp_shared_mapping_range } from '../../kernel/mapping_dirty_helpers.ts';
import { user_load, user_store } from '../../kernel/user.ts';
import { clear_bit, object, relied_on, test_bit, ttm_bo_reserve, ttm_bo_unreserve, update_device, vmw_bo_dirty_scan, vmw_bo_dirty_transfer_to_res, vmw_bo_dirty_unmap } from '../../kernel/vmwgfx_page_dirty.ts';
import { mm_t, pfn_t, va_t } from '../../machine/types.ts';

const range = () => ({ start: pgoff_t.lit(0), end: pgoff_t.lit(va_t.size()) });

export const writeProtects = (): void => { wp_shared_mapping_range(range()); };
export const cleans = (): void => { clean_record_shared_mapping_range({ ...range(), bitmap: object() }); };
export const transfers = (): void => { vmw_bo_dirty_transfer_to_res({}); };
export const unmapsObject = (): void => { vmw_bo_dirty_unmap({}); };
export const scans = (): void => { vmw_bo_dirty_scan({}); };

/** A caller that has done what the patch asks relies on it for a while. */
export const relies = (): void => {
  track(relied_on.at(), TRUE);
  skip();
  track(relied_on.at(), FALSE);
};

const copy_recorded = proc('copy_recorded', { params: {}, doc: 'Takes every page whose bit is set to the device, wherever first and last are.' }, () => {
  va_t.all().forEach((va, i) => {
    const bit = test_bit(va);
    If(bit, () => {
      clear_bit(va);
      update_device(pfn_t.lit(i));
    });
  });
});
export const copies = (): void => { copy_recorded({}); };

/** With the object reserved, so that pfn_mkwrite and ->fault wait. */
export const reserved = (...does: readonly (() => void)[]) => (): void => {
  ttm_bo_reserve();
  does.forEach((f) => { f(); });
  ttm_bo_unreserve();
};

export const storesTo = (page: number) => (mm: number): void => { user_store({ mm: mm_t.lit(mm), va: va_t.lit(page) }); };
export const loadsFrom = (page: number) => (mm: number): void => { user_load({ mm: mm_t.lit(mm), va: va_t.lit(page) }); };
