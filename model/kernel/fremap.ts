/** remap_file_pages(2) and populating a mapping (mm/fremap.c, mm/filemap.c). */
import { atomic, bool, FALSE, If, load, not, primitive, proc, Return, store, thisCpu, TRUE, type Value } from '../language/index.ts';
import { pte, tlb } from '../machine/tlb.ts';
import { cpu_t, mk_pte, mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_write, tlb_t, va_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { filemap_nopage } from './filemap.ts';
import { down_read, down_write, find_vma, i_mmap_lock, i_mmap_unlock, pte_lock, pte_unlock, up_read, up_write, vma_t, type Mm, type Va } from './mm_types.ts';
import { vm_nonlinear, vma_link_linear, vma_nonlinear_insert } from './nonlinear.ts';
import { dec_mapcount, inc_mapcount, page_mapping, put_page, slot_t } from './page.ts';
import { ptep_clear_flush, ptep_get, set_pte_at } from './pgtable.ts';
import { since, source, variant } from './version.ts';
import { zap_pte_range } from './zap.ts';

const reread = primitive('*pte', (mm: Mm, va: Va) => load('pte_val', pte.at(mm, va), { discard: true }));
const preload_tlb = primitive('update_mmu_cache', (va: Va, e: Value<'pte_t'>) => {
  atomic('one TLB entry of this CPU', () => store(tlb.at(thisCpu(cpu_t), va), tlb_t.of({ V: TRUE, pfn: pte_pfn(e), W: pte_write(e), D: pte_dirty(e) })));
});

/** Nothing on x86; on architectures whose TLB is loaded by software the entry goes into it. */
function update_mmu_cache(va: Va, entry: Value<'pte_t'>): void {
  if (variant('update_mmu_cache loads the TLB')) preload_tlb(va, entry);
}

/** What was mapped there before, D to the page. The PTE lock is held. */
const zap_pte = proc('zap_pte', { params: { mm: mm_t, va: va_t }, models: source('zap_pte', 'mm/fremap.c') }, ({ mm, va }) => {
  const old = ptep_clear_flush({ mm, va }, 'old');
  If(pte_dirty(old), () => { set_page_dirty({ page: pte_pfn(old) }); });
  dec_mapcount(pte_pfn(old));
  put_page(pte_pfn(old));
});

/** Until v5 the PTE was read again after it was written, and that value passed on; v5 passes on what it wrote (A4.20). */
const install_page = proc('install_page', {
  params: { mm: mm_t, va: va_t, page: pfn_t, prot_W: bool }, returns: bool, models: source('install_page', 'mm/fremap.c'), doc: 'False: the page is no longer in the file.',
}, ({ mm, va, page, prot_W }) => {
  pte_lock(mm);
  const mapping = page_mapping(page);
  If(not(mapping), () => {
    pte_unlock(mm);
    Return(FALSE);
  });
  const old = ptep_get(mm, va);
  If(pte_present(old), () => { zap_pte({ mm, va }); });
  const entry = mk_pte(page, prot_W);
  set_pte_at(mm, va, entry);
  inc_mapcount(page);
  if (since('v5')) {
    update_mmu_cache(va, entry);
  } else {
    const pte_val = reread(mm, va);
    if (variant('install_page writes back what it read')) set_pte_at(mm, va, pte_val);
    update_mmu_cache(va, pte_val);
  }
  pte_unlock(mm);
  Return(TRUE);
});

/** ->populate of an ordinary file: the PTE takes over the reference. */
const filemap_populate = proc('filemap_populate', {
  params: { mm: mm_t, va: va_t, prot_W: bool }, models: source('filemap_populate', 'mm/filemap.c'), sleeps: true,
}, ({ mm, va, prot_W }) => {
  const slot = filemap_nopage({}, 'slot');
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  const installed = install_page({ mm, va, page, prot_W }, 'installed');
  If(not(installed), () => put_page(page));
});

/** Maps the file's page at its own place (mmap with MAP_POPULATE, or remap_file_pages with the linear offset). */
export const populate = proc('sys_remap_file_pages_linear', { params: { mm: mm_t, va: va_t }, models: source('sys_remap_file_pages', 'mm/fremap.c'), sleeps: true }, ({ mm, va }) => {
  down_read(mm);
  const vma = find_vma(mm, va);
  filemap_populate({ mm, va, prot_W: vma_t.get(vma, 'prot_W') });
  up_read(mm);
});

/**
 * Maps the file's page where another page of the file would be. Until 2.6.22 the VMA leaves the i_mmap tree; from 2.6.23 a file
 * whose dirty pages are accounted gets an ordinary VMA there instead (commit 3ee6dafc677, Miklos Szeredi).
 */
export const sys_remap_file_pages = proc('sys_remap_file_pages', {
  params: { mm: mm_t, va: va_t }, models: source('sys_remap_file_pages', 'mm/fremap.c'), sleeps: true,
}, ({ mm, va }) => {
  down_read(mm);
  const before = vm_nonlinear(mm, va);
  If(not(before), () => {
    up_read(mm);
    down_write(mm);
    if (since('2.6.23')) {
      mmap_region({ mm, va });
    } else {
      const vma = find_vma(mm, va);
      i_mmap_lock();
      vma_nonlinear_insert(mm, va);
      i_mmap_unlock();
      filemap_populate({ mm, va, prot_W: vma_t.get(vma, 'prot_W') });
    }
    up_write(mm);
    Return();
  });
  up_read(mm);
});

/** A linear VMA in place of what was there; faults map its page. mmap_sem is held for writing. */
const mmap_region = proc('mmap_region', { params: { mm: mm_t, va: va_t }, models: source('mmap_region', 'mm/mmap.c') }, ({ mm, va }) => {
  zap_pte_range({ mm, va });
  i_mmap_lock();
  vma_link_linear(mm, va);
  i_mmap_unlock();
});
