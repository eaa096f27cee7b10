/** msync(MS_SYNC) (mm/msync.c): until 2.6.18 it had to look for dirt in the PTEs first. */
import { and, If, proc } from '../language/index.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { mm_t, pte_dirty, pte_pfn, pte_present, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { down_read, pte_lock, pte_unlock, up_read } from './mm_types.ts';
import { write_cache_pages } from './page_writeback.ts';
import { ptep_clear_dirty, ptep_get } from './pgtable.ts';
import { since, source, variant } from './version.ts';

const msync_pte_range = proc('msync_pte_range', {
  params: { mm: mm_t, va: va_t }, models: source('msync_pte_range', 'mm/msync.c'),
}, ({ mm, va }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(and(pte_present(pte), pte_dirty(pte)), () => {
    ptep_clear_dirty(mm, va);
    flush_tlb_page({ mm, va });
    set_page_dirty({ page: pte_pfn(pte) });
  });
  pte_unlock(mm);
});

/** msync(MS_SYNC) of one VMA: collect dirt from PTEs (2.6.17), then fsync the file. */
export const sys_msync = proc('sys_msync', {
  params: { mm: mm_t, va: va_t }, models: source('sys_msync', 'mm/msync.c'), sleeps: true,
}, ({ mm, va }) => {
  down_read(mm);
  if (!since('v5') && !variant('msync does not scan PTEs')) msync_pte_range({ mm, va });
  up_read(mm);
  write_cache_pages({});
});


/** msync(MS_ASYNC): until 2.6.17 it marked pages dirty, for a later fsync to find; patch 3/3 leaves nothing of it. */
export const sys_msync_async = proc('sys_msync_async', {
  params: { mm: mm_t, va: va_t }, models: source('sys_msync', 'mm/msync.c'), sleeps: true,
}, ({ mm, va }) => {
  if (since('v5')) return;
  down_read(mm);
  if (!variant('msync does not scan PTEs')) msync_pte_range({ mm, va });
  up_read(mm);
});
