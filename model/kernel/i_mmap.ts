/** mapping->i_mmap_rwsem as it is since 3.19 (include/linux/fs.h): readers beside each other, or one writer. Sleeps. */
import { shared } from '../language/index.ts';
import { downRead, downWrite, rwsem_t, upRead, upWrite } from '../machine/locks.ts';

export const i_mmap_rwsem = shared('i_mmap_rwsem', rwsem_t, [], { display: 'i_mmap_rwsem' });
export const i_mmap_lock_read = downRead('i_mmap_lock_read', () => i_mmap_rwsem.at());
export const i_mmap_unlock_read = upRead('i_mmap_unlock_read', () => i_mmap_rwsem.at());
export const i_mmap_lock_write = downWrite('i_mmap_lock_write', () => i_mmap_rwsem.at());
export const i_mmap_unlock_write = upWrite('i_mmap_unlock_write', () => i_mmap_rwsem.at());
