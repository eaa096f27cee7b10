/** mm_struct, vm_area_struct and their locks (include/linux/mm_types.h, mm.h). */
import { and, atomic, bool, ghost, If, load, not, peek, primitive, record, Return, select, shared, store, Var, type Place, type Value, type Variable } from '../language/index.ts';
import { downRead, downReadQueued, downWrite, downWriteQueued, downgradeWrite, downWriteTrylock, rwsem_t, spinLock, spinUnlock, upRead, upWrite } from '../machine/locks.ts';
import { mm_t, owner_t, pte_mkwrite, va_t, version_t, type Pte } from '../machine/types.ts';
import { splitPtl, vmaLocks, writersFirst } from './version.ts';
import { vma_detached, vma_end_write_all, vma_start_write } from './vma_lock.ts';

export type Mm = Value<'mm_t'>;
export type Va = Value<'va_t'>;

/**
 * What the world's procedures need of a VMA, by address; every VMA is one page and maps the file's one page.
 * linked: findable by address and through i_mmap. W: VM_WRITE. S: VM_SHARED. prot_W: vm_page_prot gives W.
 */
export const vma_t = record('vma_t', { linked: bool, W: bool, S: bool, prot_W: bool });
export type Vma = Value<'vma_t'>;
export const vma_at = shared('vma', vma_t, [mm_t, va_t], { display: 'vma[%0][%1]' });

/** Writable, if the VMA is. */
export const maybe_mkwrite = (entry: Pte, vma: Value<'vma_t'>): Pte => select(vma_t.get(vma, 'W'), pte_mkwrite(entry), entry);

export const mmap_sem_at = shared('mmap_sem', rwsem_t, [mm_t], { display: '%0.mmap_sem' });
/** A writer waits in the queue of mmap_sem; recorded only where that holds readers back. */
export const writer_waits = shared('writer_waits', bool, [mm_t], { display: '%0.mmap_sem.writer_waits' });
const queued = (mm: Mm): Parameters<typeof downReadQueued>[0] => ({ sem: mmap_sem_at.at(mm), waits: writer_waits.at(mm) });
const reads = downRead('down_read', (mm: Mm) => mmap_sem_at.at(mm));
const writes = downWrite('down_write', (mm: Mm) => mmap_sem_at.at(mm));
export const down_read = primitive('down_read', (mm: Mm) => { if (writersFirst()) downReadQueued(queued(mm)); else reads(mm); });
export const up_read = upRead('up_read', (mm: Mm) => mmap_sem_at.at(mm));
export const down_write = primitive('down_write', (mm: Mm) => { if (writersFirst()) downWriteQueued(queued(mm)); else writes(mm); });
export const down_write_trylock = downWriteTrylock('down_write_trylock', (mm: Mm) => mmap_sem_at.at(mm));
const writeEnds = upWrite('up_write', (mm: Mm) => mmap_sem_at.at(mm));
export const up_write = primitive('up_write', (mm: Mm) => {
  if (vmaLocks()) vma_end_write_all(mm);
  writeEnds(mm);
});
const downgrades = downgradeWrite('downgrade_write', (mm: Mm) => mmap_sem_at.at(mm));
/** mmap_write_downgrade: a reader from here on, with no writer in between. */
export const downgrade_write = primitive('downgrade_write', (mm: Mm) => {
  if (vmaLocks()) vma_end_write_all(mm);
  downgrades(mm);
});

/** The page-table lock: one for each mm's one page table. */
export const ptl_at = shared('ptl', owner_t, [mm_t], { display: '%0.ptl' });
/** In worlds whose addresses each have a table of their own: one for each. */
export const split_ptl_at = shared('ptl_of', owner_t, [mm_t, va_t], { display: 'ptl[%0][%1]' });
type Table = readonly [Mm] | readonly [Mm, Va];
/** The table that an address is in: `pte_lock(...table_of(mm, va))`. For procedures that worlds of two tables use. */
export const table_of = (mm: Mm, va: Va): Table => (splitPtl() ? [mm, va] : [mm]);
export const ptl_of = (...[mm, va]: Table): Place<'owner_t'> => (va === undefined ? ptl_at.at(mm) : split_ptl_at.at(mm, va));
export const pte_lock = spinLock('pte_offset_map_lock', ptl_of);
export const pte_unlock = spinUnlock('pte_unmap_unlock', ptl_of);
/** The second lock, where there are two tables. */
export const pte_lock_nested = spinLock('spin_lock_nested', ptl_of);
export const pte_unlock_nested = spinUnlock('spin_unlock', ptl_of);

/** mapping->i_mmap_lock of the one file. A spinlock until 2.6.39; since then a sleeping lock. Here it spins, and is taken exclusively, at every version. */
export const i_mmap_lock_at = shared('i_mmap_lock', owner_t, [], { display: 'i_mmap_lock' });
export const i_mmap_lock = spinLock('spin_lock(i_mmap_lock)', () => i_mmap_lock_at.at());
export const i_mmap_unlock = spinUnlock('spin_unlock(i_mmap_lock)', () => i_mmap_lock_at.at());

export const find_vma = primitive('find_vma', (mm: Mm, va: Va) => load('vma', vma_at.at(mm, va)));
/** Of the VMA at an address: `linked` says whether the maple tree has it; that the file's i_mmap has it may be so for longer. */
export function vma_in_tree(mm: Mm, va: Va): Value<'vma_t'> {
  let found: Variable<'vma_t'> | undefined;
  atomic('a slot of the maple tree is one word', () => {
    const vma = load('vma', vma_at.at(mm, va));
    const detached = load('detached', vma_detached.at(mm, va));
    found = Var('vma', vma_t, vma_t.with(vma, 'linked', and(vma_t.get(vma, 'linked'), not(detached))));
  });
  return (found as Variable<'vma_t'>).get();
}
/** For who holds mmap_lock. Where VMAs have locks munmap gives it back to readers before it unmaps, with the VMA out of the tree. */
export const vma_lookup = primitive('find_vma', (mm: Mm, va: Va) => (vmaLocks() ? vma_in_tree(mm, va) : load('vma', vma_at.at(mm, va))));
/** Leaves a call that has found no VMA at its address, with `answer` if it has one to give: mmap_lock is given back first. */
export function unlessGone(mm: Mm, vma: Value<'vma_t'>, giveBack: (mm: Mm) => void, answer?: Value<string>): void {
  If(not(vma_t.get(vma, 'linked')), () => {
    giveBack(mm);
    Return(answer);
  });
}
/** For who changes the VMA, with mmap_lock held for writing: no fault is under way in it from here on. Leaves the call if it is gone. */
export function lockForWriting(mm: Mm, va: Va, vma: Value<'vma_t'>): void {
  unlessGone(mm, vma, up_write);
  vma_start_write({ mm, va });
}
export const set_vma = primitive('set_vma', (mm: Mm, va: Va, vma: Value<'vma_t'>) => store(vma_at.at(mm, va), vma));

/** A fault has made the PTE writable and has not yet called set_page_dirty: I3's one exemption on that side. */
export const in_fault = ghost('in_fault', bool, [mm_t, va_t]);
/** What was last stored at an address of anonymous memory; kept in worlds that swap. */
export const newest = ghost('newest', version_t, [mm_t, va_t], { display: 'newest[%0][%1]' });
export const peekVma = (mm: Mm, va: Va): Value<'vma_t'> => peek(vma_at.at(mm, va));
