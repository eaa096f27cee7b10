/**
 * The caller of the dirty helpers (drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c, 5.5): which pages of a buffer object the device
 * must be told of. Either the PTEs' D bits are collected, or the PTEs are kept read-only and pfn_mkwrite records the page.
 */
import {
  and, atomic, chooseBool, enumeration, eq, ghost, If, bool, le, load, lt, not, or, peek, primitive, proc, Return, shared, store, track, TRUE, FALSE, type Value,
} from '../language/index.ts';
import { sleepLock, sleepUnlock } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { cpu_t, mm_t, owner_t, pfn_t, pte_mkdirty, pte_mkwrite, pte_present, pte_same, pte_t, va_t, version_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { bitmap_at, clean_record_shared_mapping_range, first_at, last_at, max, min, pgoff_t, set_bit, wp_shared_mapping_range } from './mapping_dirty_helpers.ts';
import { pte_lock, pte_unlock, vma_t, type Mm, type Va } from './mm_types.ts';
import { grant_access_flags, ptep_get, set_pte_at } from './pgtable.ts';
import { source, variant } from './version.ts';
import { unmap_mapping_range } from './zap.ts';

const FILE = 'drivers/gpu/drm/vmwgfx/vmwgfx_page_dirty.c';

/** How the object is tracked. PAGETABLE: PTEs are writable, their D bits count. MKWRITE: PTEs are read-only until pfn_mkwrite. */
export const method_t = enumeration('vmw_bo_dirty_method', ['PAGETABLE', 'MKWRITE']);
export const method_at = shared('method', method_t, [], { display: 'dirty->method' });
/** The device's copy of each page. */
export const device_at = shared('device', version_t, [pfn_t], { display: 'device[%0]' });

/** The object's reservation: a sleeping lock that scans and faults take. */
export const resv_at = shared('resv', owner_t, [], { display: 'bo.resv' });
export const ttm_bo_reserve = sleepLock('ttm_bo_reserve', () => resv_at.at());
export const ttm_bo_unreserve = sleepUnlock('ttm_bo_unreserve', () => resv_at.at());

/** The object's bitmap: CPU 0's, whoever scans. */
export const object = (): Value<'cpu_t'> => cpu_t.lit(0);
const all = (): Value<'pgoff_t'> => pgoff_t.lit(va_t.size());

/** Somebody has write-protected everything, blocks pfn_mkwrite, and relies on nobody storing. */
export const relied_on = ghost('relied_on', bool, []);
/** Latched when a program stored all the same. */
export const late_store = ghost('late_store', bool, []);
export const noteLateStore = (): void => track(late_store.at(), or(peek(late_store.at()), peek(relied_on.at())));

const read_method = primitive('dirty->method', () => load('method', method_at.at()));
const set_method = primitive('dirty->method', (to: Value<'vmw_bo_dirty_method'>) => store(method_at.at(), to));
export const test_bit = primitive('test_bit', (va: Va) => load('bit', bitmap_at.at(object(), va)));
export const clear_bit = primitive('bitmap_clear', (va: Va) => store(bitmap_at.at(object(), va), FALSE));
const read_start = primitive('dirty->start', () => load('start', first_at.at(object())));
const read_end = primitive('dirty->end', () => load('end', last_at.at(object())));
const set_start = primitive('dirty->start =', (to: Value<'pgoff_t'>) => store(first_at.at(object()), to));
const set_end = primitive('dirty->end =', (to: Value<'pgoff_t'>) => store(last_at.at(object()), to));

/** Collects D bits; when there were none for some time, goes over to pfn_mkwrite. Object reserved. */
const vmw_bo_dirty_scan_pagetable = proc('vmw_bo_dirty_scan_pagetable', {
  params: {}, models: source('vmw_bo_dirty_scan_pagetable', FILE), sleeps: true,
  doc: 'change_count is not counted: any scan that finds nothing may be the one that changes the method.',
}, () => {
  const any = clean_record_shared_mapping_range({ start: pgoff_t.lit(0), end: all(), bitmap: object() }, 'any');
  if (variant('the dirty method never changes')) return;
  If(not(any), () => {
    const change = chooseBool('change');
    If(change, () => {
      set_method(method_t.is.MKWRITE);
      wp_shared_mapping_range({ start: pgoff_t.lit(0), end: all() });
      clean_record_shared_mapping_range({ start: pgoff_t.lit(0), end: all(), bitmap: object() });
    });
  });
});

/** Write-protects the pages recorded since the last scan, so that the next store is heard of; or goes over to D bits. Object reserved. */
const vmw_bo_dirty_scan_mkwrite = proc('vmw_bo_dirty_scan_mkwrite', {
  params: {}, models: source('vmw_bo_dirty_scan_mkwrite', FILE), sleeps: true,
  doc: 'Any scan that write-protects may be the one that changes the method.',
}, () => {
  const [start, end] = [read_start(), read_end()];
  If(le(end, start), () => Return());
  if (variant('cleaning write-protects too')) clean_record_shared_mapping_range({ start, end, bitmap: object() });
  else wp_shared_mapping_range({ start, end });
  if (variant('the dirty method never changes')) return;
  const change = chooseBool('change');
  If(change, () => toPagetable(start, end));
});

/** D bits left over are thrown away; every page from start up to end counts as dirty. The clean is given a first and last of its own. */
function toPagetable(start: Value<'pgoff_t'>, end: Value<'pgoff_t'>): void {
  set_method(method_t.is.PAGETABLE);
  clean_record_shared_mapping_range({ start: pgoff_t.lit(0), end: all(), bitmap: object() });
  va_t.all().forEach((va) => clear_bit(va));
  va_t.all().forEach((va, i) => If(and(le(start, pgoff_t.lit(i)), lt(pgoff_t.lit(i), end)), () => { set_bit(object(), va); }));
  set_start(start);
  set_end(end);
}

export const vmw_bo_dirty_scan = proc('vmw_bo_dirty_scan', { params: {}, models: source('vmw_bo_dirty_scan', FILE), sleeps: true }, () => {
  const method = read_method();
  If(eq(method, method_t.is.PAGETABLE), () => { vmw_bo_dirty_scan_pagetable({}); }, () => { vmw_bo_dirty_scan_mkwrite({}); });
});

/**
 * Before the driver takes the object's pages away from all programs: protocol P where D bits are what counts, then unmap. The object
 * is reserved.
 */
export const vmw_bo_dirty_unmap = proc('vmw_bo_dirty_unmap', {
  params: {}, models: source('vmw_bo_dirty_unmap', FILE), sleeps: true, doc: 'With vmw_bo_dirty_pre_unmap.',
}, () => {
  const method = read_method();
  If(eq(method, method_t.is.PAGETABLE), () => {
    wp_shared_mapping_range({ start: pgoff_t.lit(0), end: all() });
    clean_record_shared_mapping_range({ start: pgoff_t.lit(0), end: all(), bitmap: object() });
  });
  unmap_mapping_range({});
});

/** The device reads the page. In the kernel it does so later, from a command that the bit's clearing has queued. */
export const update_device = primitive('vmw_resource_dirty_update', (page: Value<'pfn_t'>) => {
  atomic('the model\'s device reads the page at one instant', () => {
    const v = load('version', data.at(page));
    store(device_at.at(page), v);
  });
});

/** Tells the device of every recorded page, and forgets the record. Object reserved. */
export const vmw_bo_dirty_transfer_to_res = proc('vmw_bo_dirty_transfer_to_res', {
  params: {}, models: source('vmw_bo_dirty_transfer_to_res', FILE), doc: 'The resource is the whole object; page i of the object is frame i.',
}, () => {
  const [start, end] = [read_start(), read_end()];
  If(le(end, start), () => Return());
  va_t.all().forEach((va, i) => If(and(le(start, pgoff_t.lit(i)), lt(pgoff_t.lit(i), end)), () => {
    const dirty = test_bit(va);
    If(dirty, () => {
      clear_bit(va);
      update_device(pfn_t.lit(i));
    });
  }));
  set_start(all());
  set_end(pgoff_t.lit(0));
});

/** ->pfn_mkwrite and ->page_mkwrite of the object's mappings: waits for scans, and records the page if nobody will look at its D bit. */
export const vmw_bo_vm_mkwrite = proc('vmw_bo_vm_mkwrite', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, returns: vm_fault_t, models: source('vmw_bo_vm_mkwrite', FILE), sleeps: true,
}, ({ mm, va, orig_pte }) => {
  ttm_bo_reserve();
  const method = read_method();
  If(eq(method, method_t.is.MKWRITE), () => {
    va_t.all().forEach((page, i) => If(eq(va, page), () => recordPage(page, i)));
  });
  if (variant('pfn_mkwrite writes the PTE itself')) {
    insert_pfn_mkwrite({ mm, va, orig_pte });
    ttm_bo_unreserve();
    Return(vm_fault_t.is.NOPAGE);
    return;
  }
  ttm_bo_unreserve();
  Return(vm_fault_t.is.NONE);
});

function recordPage(page: Va, i: number): void {
  const set = test_bit(page);
  If(not(set), () => {
    set_bit(object(), page);
    const start = read_start();
    set_start(min(start, pgoff_t.lit(i)));
    const end = read_end();
    set_end(max(end, pgoff_t.lit(i + 1)));
  });
}

/** What a pfn_mkwrite can do instead of returning 0, as DAX does (vmf_insert_mixed_mkwrite): grant write access before it lets scans go on. */
const insert_pfn_mkwrite = proc('insert_pfn', {
  params: { mm: mm_t, va: va_t, orig_pte: pte_t }, models: source('insert_pfn', 'mm/memory.c'), doc: 'With mkwrite set.',
}, ({ mm, va, orig_pte }) => {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(pte_same(pte, orig_pte), () => { grant_access_flags(mm, va, pte_mkwrite(pte_mkdirty(orig_pte))); });
  pte_unlock(mm);
});

/** ->fault: maps the page, read-only if pfn_mkwrite is to record the first store. The program then tries again. */
export const vmw_bo_vm_fault = proc('vmw_bo_vm_fault', {
  params: { mm: mm_t, va: va_t, vma: vma_t }, returns: vm_fault_t, models: source('vmw_bo_vm_fault', FILE), sleeps: true,
  doc: 'No prefault: one page is mapped.',
}, ({ mm, va, vma }) => {
  ttm_bo_reserve();
  const method = read_method();
  const writable = and(eq(method, method_t.is.PAGETABLE), vma_t.get(vma, 'W'), vma_t.get(vma, 'S'));
  va_t.all().forEach((v, i) => If(eq(va, v), () => vmf_insert_mixed_prot(mm, v, pfn_t.lit(i), writable)));
  ttm_bo_unreserve();
  Return(vm_fault_t.is.NOPAGE);
});

function vmf_insert_mixed_prot(mm: Mm, va: Va, page: Value<'pfn_t'>, writable: Value<'bool'>): void {
  pte_lock(mm);
  const pte = ptep_get(mm, va);
  If(not(pte_present(pte)), () => set_pte_at(mm, va, pte_t.of({ P: TRUE, pfn: page, W: writable })));
  pte_unlock(mm);
}
