/**
 * Reference pages, v2 (Peter Collingbourne, "mm: introduce reference pages"; never merged): a page that a file owns, mapped
 * without counters into VMAs that hold the file. The thread says so much; the rest is v5's mm/refpage.c of 2021-07-16, which kept the design.
 */
import { and, eq, ghost, If, load, not, or, peek, primitive, proc, record, rmw, shared, store, track, TRUE, bool, FALSE, exchange, type Value } from '../language/index.ts';
import { count_t, mm_t, pfn_t, va_t } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';
import { oneLess, oneMore, put_page, type Page } from './page.ts';
import { refpages, source } from './version.ts';

/** vm_file and vm_private_data: whether the VMA maps the world's one reference file, and the file's page. */
const vm_refpage_t = record('vm_refpage_t', { set: bool, page: pfn_t });
export type VmFile = Value<'vm_refpage_t'>;
export const vm_file_at = shared('vm_file', vm_refpage_t, [mm_t, va_t], { display: 'vma[%0][%1].vm_file' });
export const refpageVma = (page: Page): VmFile => vm_refpage_t.of({ set: TRUE, page });
export const is_refpage_vma = (file: VmFile): Value<'bool'> => vm_refpage_t.get(file, 'set');
export const get_vma_refpage = (file: VmFile): Page => vm_refpage_t.get(file, 'page');

/** References to the file: one for the descriptor, one for each VMA, one for each system call that uses it. */
export const f_count = shared('f_count', count_t, [], { display: 'file.f_count' });
/** file->private_data, and whether a descriptor leads to the file. */
export const f_page = shared('f_page', pfn_t, [], { display: 'file.private_data' });
export const fd = shared('fd', bool, [], { display: 'fd' });
/** Latched when a reference was taken to a file that had none left. */
export const file_revived = ghost('file_revived', bool, []);

export const vm_file = primitive('vma->vm_file', (mm: Mm, va: Va) => load('file', vm_file_at.at(mm, va)));
export const set_vm_file = primitive('vma->vm_file =', (mm: Mm, va: Va, file: VmFile) => store(vm_file_at.at(mm, va), file));
export const file_private_data = primitive('file->private_data', () => load('page', f_page.at()));

/** One load: the VMA does not change while mmap_lock is held. */
const is_refpage_pfn = primitive('is_refpage_pfn', (mm: Mm, va: Va, page: Page) => {
  const file = load('file', vm_file_at.at(mm, va));
  return and(is_refpage_vma(file), eq(get_vma_refpage(file), page));
});
/** Whether vm_normal_page answers that the entry has no struct page. Null in worlds without v2's reference pages: nothing is asked. */
export const notNormal = (mm: Mm, va: Va, page: Page): Value<'bool'> | null => (refpages() === 'v2' ? is_refpage_pfn(mm, va, page) : null);
/** What is done with the page of an entry that has one. */
export function ifNormal(special: Value<'bool'> | null, counted: () => void): void {
  if (special === null) counted();
  else If(not(special), counted);
}

/** atomic_long_inc: whoever calls it holds a reference already. */
export const get_file = primitive('get_file', () => {
  rmw('count', f_count.at(), oneMore, { ignore: true });
  track(file_revived.at(), or(peek(file_revived.at()), eq(peek(f_count.at()), count_t.lit(1))));
});
const atomic_long_dec_and_test = primitive('atomic_long_dec_and_test', () => rmw('count', f_count.at(), oneLess));

/** The last one puts the page (refpage_release). The kernel does that a little later, from task work. */
export const fput = proc('fput', { params: {}, models: source('fput', 'fs/file_table.c') }, () => {
  const before = atomic_long_dec_and_test();
  If(eq(before, count_t.lit(1)), () => {
    const page = file_private_data();
    put_page(page);
  });
});

/** munmap's last part for a VMA. */
export const remove_vma = proc('remove_vma', { params: { mm: mm_t, va: va_t }, models: source('remove_vma', 'mm/mmap.c') }, ({ mm, va }) => {
  const file = vm_file(mm, va);
  set_vm_file(mm, va, vm_refpage_t.of({}));
  If(is_refpage_vma(file), () => { fput({}); });
});

/** dup_mmap's part for a VMA with a file, before its entries are copied. */
export const dup_vm_file = proc('dup_vm_file', { params: { src: mm_t, dst: mm_t, va: va_t }, models: source('dup_mmap', 'kernel/fork.c') }, ({ src, dst, va }) => {
  const file = vm_file(src, va);
  set_vm_file(dst, va, file);
  If(is_refpage_vma(file), () => get_file());
});

const close_fd = primitive('close_fd', () => exchange('open', fd.at(), FALSE));
/** close(2). */
export const sys_close = proc('sys_close', { params: {}, models: source('filp_close', 'fs/open.c') }, () => {
  const open = close_fd();
  If(open, () => { fput({}); });
});
