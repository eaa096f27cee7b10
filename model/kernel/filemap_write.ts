/** Writers of file pages that use no page table: write(2), and a pipe that holds the page (mm/filemap.c, fs/splice.c, fs/pipe.c). */
import { add, atomic, bool, eq, FALSE, Forever, If, load, not, primitive, proc, Return, store, Var, type Variable } from '../language/index.ts';
import { access_t, data, loadInstruction, noteChange } from '../machine/mmu.ts';
import { mm_t, va_t, version_t } from '../machine/types.ts';
import { set_page_dirty } from './buffer.ts';
import { filemap_nopage } from './filemap.ts';
import { reserve } from './filesystem.ts';
import type { Mm, Va } from './mm_types.ts';
import { lock_page, noteUserStore, page_mapping, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { find_get_page } from './page_cache.ts';
import { user_load } from './user.ts';
import { fs, since, source, variant, writeProtection } from './version.ts';
import { break_protection } from './write_protect.ts';

export const copy_from_user = primitive('copy_from_user', (page: Page) => {
  atomic('the model copies a page at one instant', () => {
    const v = load('version', data.at(page));
    store(data.at(page), add(v, version_t.lit(1)));
    noteChange(page);
    noteUserStore(page, add(v, version_t.lit(1)));
  });
});

/** Changes a page that is locked. */
function modify(page: Page): void {
  if (writeProtection()) break_protection({ page });
  if (fs().writeBegin) reserve(page);
  copy_from_user(page);
  set_page_dirty({ page });
}

/** Where write(2) copies from, if that is a mapping: reading it may fault. */
interface Source {
  readonly mm: Mm;
  readonly va: Va;
}

/** The page locked, nothing faults: what of the copy would have faulted is left out. */
const copy_from_user_atomic = primitive('__copy_from_user_inatomic', (mm: Mm, va: Va) => loadInstruction(mm, va));

/** Copies from a mapping to the locked page. Until 2.6.23 a copy that came out short was made again with faults allowed. */
function modifyFrom(page: Page, { mm, va }: Source, copied: Variable<'bool'>): void {
  const access = copy_from_user_atomic(mm, va);
  copied.set(eq(access, access_t.is.DONE));
  if (!since('2.6.27')) If(not(copied.get()), () => { copied.set(user_load({ mm, va }, 'there')); });
  If(copied.get(), () => modify(page));
}

/** Look the page up, lock it, see that it is still the file's, change it. A page that went meanwhile is looked up again. */
function performWrite(from: Source | null): void {
  Forever(() => {
    if (from !== null && !variant('write(2) does not touch its source first')) fault_in_pages_readable(from);
    const slot = find_get_page();
    If(not(slot_t.get(slot, 'present')), () => Return());
    const page = slot_t.get(slot, 'pfn');
    lock_page(page);
    const mapping = page_mapping(page);
    if (from === null) {
      If(mapping, () => modify(page));
      unlock_page(page);
      put_page(page);
      If(mapping, () => Return());
    } else {
      const copied = Var('copied', bool, FALSE);
      If(mapping, () => modifyFrom(page, from, copied));
      unlock_page(page);
      put_page(page);
      If(copied.get(), () => Return());
    }
  });
}

/** Touches the source before the page is locked: a write whose source is not there ends with EFAULT. */
function fault_in_pages_readable(from: Source): void {
  const there = user_load(from, 'there');
  If(not(there), () => Return());
}

/** write(2) to the file's page from memory of the program's that is always there. */
export const generic_perform_write = proc('generic_perform_write', {
  params: {}, sleeps: true, models: source('generic_perform_write', 'mm/filemap.c'),
}, () => performWrite(null));

/** write(2) from a mapping. Until 2.6.23 the function was called generic_file_buffered_write. */
export const generic_perform_write_from = proc('generic_perform_write_from', {
  params: { mm: mm_t, va: va_t }, sleeps: true, models: source('generic_perform_write', 'mm/filemap.c'),
}, (from) => performWrite(from));

/** The same for a page that may have to be read from disk (a_ops->write_begin). */
export const write_begin_and_write = proc('write_begin_and_write', {
  params: {}, sleeps: true, models: source('generic_perform_write', 'mm/filemap.c'),
}, () => {
  const slot = filemap_nopage({}, 'slot');
  If(slot_t.get(slot, 'present'), () => { put_page(slot_t.get(slot, 'pfn')); });
  generic_perform_write({});
});

/** splice(2) from the file into a pipe, which keeps the page; later a write to the pipe changes it in place. */
export const splice_and_pipe_write = proc('splice_and_pipe_write', {
  params: {}, sleeps: true, models: source('pipe_write', 'fs/pipe.c'),
}, () => {
  const slot = find_get_page();
  If(not(slot_t.get(slot, 'present')), () => Return());
  const page = slot_t.get(slot, 'pfn');
  lock_page(page);
  modify(page);
  unlock_page(page);
  put_page(page);
});
