/** mapping->i_mmap_rwsem as it is since 3.19 (include/linux/fs.h): readers beside each other, or one writer. Sleeps. */
import { shared } from '../language/index.ts';
import { downRead, downWrite, rwsem_t, upRead, upWrite } from '../machine/locks.ts';
import { i_mmap_lock, i_mmap_unlock } from './mm_types.ts';
import { walked } from './huge_options.ts';
import { rmapReaders } from './version.ts';

export const i_mmap_rwsem = shared('i_mmap_rwsem', rwsem_t, [], { display: 'i_mmap_rwsem' });
export const i_mmap_lock_read = downRead('i_mmap_lock_read', () => i_mmap_rwsem.at());
export const i_mmap_unlock_read = upRead('i_mmap_unlock_read', () => i_mmap_rwsem.at());
export const i_mmap_lock_write = downWrite('i_mmap_lock_write', () => i_mmap_rwsem.at());
export const i_mmap_unlock_write = upWrite('i_mmap_unlock_write', () => i_mmap_rwsem.at());

interface Section {
  readonly lock: () => void;
  readonly unlock: () => void;
}
const spinning: Section = { lock: i_mmap_lock, unlock: i_mmap_unlock };

/** The lock as the world has it: for those who walk i_mmap, and for those who change it. */
export const i_mmap_for_walk = (): Section => (rmapReaders() ? { lock: i_mmap_lock_read, unlock: i_mmap_unlock_read } : spinning);
export const i_mmap_for_change = (): Section => (rmapReaders() ? { lock: i_mmap_lock_write, unlock: i_mmap_unlock_write } : spinning);
/** What the walk over an anonymous page takes: the anon_vma's lock, which is i_mmap's here; it has readers where khugepaged and splits keep them out. */
export const anon_vma_for_walk = (): Section => (walked() ? { lock: i_mmap_lock_read, unlock: i_mmap_unlock_read } : spinning);
