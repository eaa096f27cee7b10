/** What the CPUs of a scenario do, by the names that the scenarios read by. */
import { assert, eq, FALSE, If, peek, TRUE } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { generic_perform_write, generic_perform_write_from, splice_and_pipe_write, write_begin_and_write } from '../kernel/filemap_write.ts';
import { complete_badly, write_page_badly } from '../kernel/io_error.ts';
import { journal_submit_data_buffers } from '../kernel/filesystem.ts';
import { write_other_file } from '../kernel/extents.ts';
import { ext4_punch_hole, generic_file_read } from '../kernel/punch_hole.ts';
import { dup_mmap } from '../kernel/fork.ts';
import { populate, sys_remap_file_pages } from '../kernel/fremap.ts';
import { mprotect_fixup } from '../kernel/mprotect.ts';
import { sys_msync, sys_msync_async } from '../kernel/msync.ts';
import { disk, last_store } from '../kernel/page.ts';
import { write_cache_pages } from '../kernel/page_writeback.ts';
import { extend, invalidate_inode_pages2, vmtruncate } from '../kernel/truncate.ts';
import { user_load, user_store, user_store_if_mapped } from '../kernel/user.ts';
import { pagevec_strip, shrink_page_list } from '../kernel/vmscan.ts';
import { duplicate_page, protect_page } from '../kernel/write_protect.ts';
import { do_munmap, madvise_dontneed } from '../kernel/zap.ts';
import type { Cpu } from './contents.ts';

const at = (mm: number): { readonly mm: ReturnType<typeof mm_t.lit>; readonly va: ReturnType<typeof va_t.lit> } => ({ mm: mm_t.lit(mm), va: va_t.lit(0) });

/** A program that runs the given system calls and accesses one after the other. */
export function program(mm: number, ...does: readonly ((mm: number) => void)[]): Cpu {
  return { name: `program${mm}`, mm, does: does.map((f) => () => { f(mm); }), tlb: true };
}

/** A second thread of the same mm, on another CPU. */
export function sibling(mm: number, ...does: readonly ((mm: number) => void)[]): Cpu {
  return { ...program(mm, ...does), name: `thread${mm}`, tlb: false };
}

/** Kernel work on a CPU of its own. */
export function kthread(name: string, ...does: readonly (() => void)[]): Cpu {
  return { name, does };
}

export const stores = (mm: number): void => { user_store(at(mm)); };
export const loads = (mm: number): void => { user_load(at(mm)); };
/** One store, if no fault is needed for it. */
export const onceStores = (mm: number): void => { user_store_if_mapped(at(mm)); };
export const dontneed = (mm: number): void => { madvise_dontneed(at(mm)); };
export const munmaps = (mm: number): void => { do_munmap(at(mm)); };
export const mprotectsWritable = (mm: number): void => { mprotect_fixup({ ...at(mm), writable: TRUE }); };
export const mprotectsReadOnly = (mm: number): void => { mprotect_fixup({ ...at(mm), writable: FALSE }); };
export const msyncs = (mm: number): void => { sys_msync(at(mm)); };
export const forks = (dst: number) => (mm: number): void => { dup_mmap({ src: mm_t.lit(mm), dst: mm_t.lit(dst), va: va_t.lit(0) }); };

/** Stores, then msync(MS_SYNC): what was stored must then be on disk. */
export function storesAndSyncs(mm: number): void {
  const stored = user_store(at(mm), 'stored');
  If(stored, () => {
    sys_msync(at(mm));
    assert('msync returned with the store on disk', eq(peek(disk.at()), peek(last_store.at())));
  });
}

/** Stores, msync(MS_ASYNC), then fsync: what was stored must then be on disk. */
export function storesAsyncAndFsyncs(mm: number): void {
  const stored = user_store(at(mm), 'stored');
  If(stored, () => {
    sys_msync_async(at(mm));
    write_cache_pages({});
    assert('fsync after msync(MS_ASYNC) returned with the store on disk', eq(peek(disk.at()), peek(last_store.at())));
  });
}

export const remapsFilePages = (mm: number): void => { sys_remap_file_pages(at(mm)); };
export const populates = (mm: number): void => { populate(at(mm)); };
export const invalidates = (): void => { invalidate_inode_pages2({}); };
export const writesBack = (): void => { write_cache_pages({}); };
export const journals = (): void => { journal_submit_data_buffers({}); };
export const strips = (): void => { pagevec_strip({}); };
export const reclaims = (): void => { shrink_page_list({}); };
export const truncates = (): void => { vmtruncate({}); };
export const punchesHole = (): void => { ext4_punch_hole({}); };
export const readsFile = (): void => { generic_file_read({}); };
/** Another file is given the block that the hole has freed. */
export const writesOtherFile = (): void => { write_other_file({}); };
export const extendsFile = (): void => { extend({}); };

export const pdflush = kthread('pdflush', writesBack);

export const writesFile = (): void => { generic_perform_write({}); };
/** write(2) to the file's page from the mapping of it. */
export const writesFromMapping = (mm: number): void => { generic_perform_write_from(at(mm)); };
/** write(2) that reads the page from disk first, if it is not in the cache. */
export const readsAndWritesFile = (): void => { write_begin_and_write({}); };
export const writesPipe = (): void => { splice_and_pipe_write({}); };
export const writesBackBadly = (): void => { write_page_badly({}); };
export const completesBadly = (): void => { complete_badly({}); };
export const protects = (): void => { protect_page({}); };
export const duplicates = (): void => { duplicate_page({}); };
