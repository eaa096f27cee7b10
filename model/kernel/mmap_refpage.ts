/** System calls that make reference mappings, and anonymous ones beside them (mm/refpage.c of the patches, mm/mmap.c). */
import { and, atomic, bool, eq, FALSE, If, load, not, primitive, proc, Return, rmw, store, track, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { count_t, mm_t, va_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_nofault, vma_freed } from './gup_nofault.ts';
import { down_read, down_write, find_vma, set_vma, up_read, up_write, vma_t, type Mm, type Va } from './mm_types.ts';
import { copy_user_page, oneMore, put_page, type Page } from './page.ts';
import { alloc_page } from './page_alloc.ts';
import { f_count, f_page, fd, file_private_data, fput, get_file, is_refpage_vma, refpageVma, set_vm_file, vm_file } from './refpage.ts';
import { has_refpage_ops, refaddrVma, set_vm_private_data, vm_private_data } from './refpage_v1.ts';
import { refpages, source, variant } from './version.ts';

const anon_inode_getfd = primitive('anon_inode_getfd', (page: Page) => {
  atomic('nobody knows the file before its descriptor is installed', () => {
    store(f_page.at(), page);
    store(f_count.at(), count_t.lit(1));
    store(fd.at(), TRUE);
  });
});

/** v2: copies the user's page into one that the file owns. As posted, get_user_pages is called without mmap_lock. False: EFAULT. */
export const refpage_create = proc('refpage_create', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: source('refpage_create (v5 patch)', 'mm/refpage.c'), sleeps: true,
}, ({ mm, va }) => {
  if (variant('refpage_create takes mmap_lock')) down_read(mm);
  const user = get_user_pages_nofault({ mm, va }, 'user');
  if (variant('refpage_create takes mmap_lock')) up_read(mm);
  If(not(pin_t.get(user, 'ok')), () => Return(FALSE));
  const page = alloc_page();
  copy_user_page(page, pin_t.get(user, 'pfn'));
  put_page(pin_t.get(user, 'pfn'));
  anon_inode_getfd(page);
  Return(TRUE);
});

/** A reference to the file behind the descriptor; false when that is closed. */
const fget = primitive('fget', () => {
  let found: Variable<'bool'> | undefined;
  atomic('look-up and inc_not_zero under RCU: an open descriptor holds a reference of its own', () => {
    const open = load('open', fd.at());
    found = Var('found', bool, open);
    If(open, () => { rmw('count', f_count.at(), oneMore, { ignore: true }); });
  });
  return (found as Variable<'bool'>).get();
});

/** A new VMA, found by faults from here on. */
function vma_link(mm: Mm, va: Va): void {
  set_vma(mm, va, vma_t.of({ linked: TRUE, W: TRUE }));
  track(vma_freed.at(mm, va), FALSE);
}

/**
 * Whether the new mapping may just extend the VMA before it: same file (v2), and no close() in that VMA's vm_ops (v1), which
 * asks nothing of the new one's.
 */
function is_mergeable_vma(mm: Mm, prev: Va, withFile: Value<'bool'>): Value<'bool'> {
  const vma = find_vma(mm, prev);
  const linked = vma_t.get(vma, 'linked');
  if (variant('VMAs merge whatever their file and vm_ops')) return linked;
  if (refpages() === 'v1') return and(linked, not(has_refpage_ops(vm_private_data(mm, prev))));
  return and(linked, eq(is_refpage_vma(vm_file(mm, prev)), withFile));
}

/** A VMA extended by vma_merge serves the new page as it serves its own. The file gets no second reference: it is one VMA. */
function vma_merge(mm: Mm, va: Va, prev: Va): void {
  if (refpages() === 'v1') set_vm_private_data(mm, va, vm_private_data(mm, prev));
  else set_vm_file(mm, va, vm_file(mm, prev));
  vma_link(mm, va);
}

/** mmap(MAP_ANONYMOUS) at `va`, next to what `prev` is part of; `prev` equal to `va`: next to nothing. */
export const mmap_anonymous = proc('mmap_anonymous', {
  params: { mm: mm_t, va: va_t, prev: va_t }, models: source('mmap_region', 'mm/mmap.c'), sleeps: true,
}, ({ mm, va, prev }) => {
  down_write(mm);
  const merge = is_mergeable_vma(mm, prev, FALSE);
  If(merge, () => vma_merge(mm, va, prev), () => vma_link(mm, va));
  up_write(mm);
});

/** v2's mmap of the reference file. False: EBADF. */
export const mmap_refpage = proc('mmap_refpage', {
  params: { mm: mm_t, va: va_t, prev: va_t }, returns: bool, models: source('mmap_region', 'mm/mmap.c'), sleeps: true,
}, ({ mm, va, prev }) => {
  const found = fget();
  If(not(found), () => Return(FALSE));
  down_write(mm);
  const merge = is_mergeable_vma(mm, prev, TRUE);
  If(merge, () => vma_merge(mm, va, prev), () => {
    get_file();
    const page = file_private_data();
    set_vm_file(mm, va, refpageVma(page));
    vma_link(mm, va);
  });
  up_write(mm);
  fput({});
  Return(TRUE);
});

/** v1's mmap(MAP_REFPAGE): remembers the address of the reference page, and looks at nothing there. */
export const mmap_refaddr = proc('mmap_refaddr', {
  params: { mm: mm_t, va: va_t, prev: va_t, ref: va_t }, models: source('mmap_region', 'mm/mmap.c'), sleeps: true,
}, ({ mm, va, prev, ref }) => {
  down_write(mm);
  const merge = is_mergeable_vma(mm, prev, FALSE);
  If(merge, () => vma_merge(mm, va, prev), () => {
    set_vm_private_data(mm, va, refaddrVma(ref));
    vma_link(mm, va);
  });
  up_write(mm);
});
