/** Which kernel a world runs. Procedures choose their order of steps by it while they are recorded. */
import { LanguageError } from '../language/errors.ts';
import { option } from '../language/index.ts';

/** In order of time. v5: the patch posted 2006-05-25 on top of 2.6.17-rc; merged, with changes, in 2.6.19. */
export const VERSIONS = ['2.6.17', 'v5', '2.6.19', '2.6.20', '2.6.21', '2.6.23', '2.6.27', '2.6.30', '2.6.36', '3.3', '3.7', '3.15', '4.6', '4.8', '4.9', '4.14', '4.15', '4.20', '5.5', '5.8', '5.9', '5.10', '5.11', '5.15', '5.16', '5.19', '6.0', '6.2', '6.4', '6.6', '6.8', '6.12', '6.14', '6.15', '6.16', '6.18'] as const;
export type Version = (typeof VERSIONS)[number];

/** A proposal or a defect of the world that no released kernel had: see the scenario that sets it. */
export type Variant =
  | 'set_page_dirty notifies the file system'
  | 'zap leaves shared pages to PG_dirty'
  | 'no page reference over set_page_dirty'
  | 'clear_page_dirty under private_lock'
  | 'clear-first set_pte_at'
  | 'pte_wrprotect drops the D bit that hardware has set'
  | 'PG_dirty is cleared before the PTEs are cleaned'
  | 'a fault throttles only where the page was clean'
  | 'page_mkwrite returns the page unlocked'
  | 'the swap device does not ask for stable pages'
  | 'mprotect reads the PTE and writes it back'
  | 'mprotect flushes under the PTE lock'
  | 'pte_accessible asks for the present bit alone'
  | 'truncation unmaps once'
  | 'write(2) does not touch its source first'
  | 'page_mkwrite takes no invalidate_lock'
  | 'a dirty page is not laundered'
  | 'a page is laundered before it is unmapped'
  | 'a gather that meets another one flushes'
  | 'KSM looks for pins alone'
  | 'a huge write fault does not compare the entry'
  | 'PageAnonExclusive is read before the PTE is read again'
  | 'PageAnonExclusive is cleared after the PTE is written'
  | 'references of MADV_FREE pages are compared without a barrier'
  | 'long-term pins of file pages are refused'
  | 'FOLL_COW alone is believed'
  | 'an anonymous page may be written by FOLL_FORCE'
  | 'GUP-fast does not break COW for reading'
  | 'COW reuses what is mapped once'
  | 'mkclean keeps the dirty bit'
  | 'walk child first'
  | 'rmap walk peeks without the PTE lock'
  | 'rmap removal after the PTE lock'
  | 'msync does not scan PTEs'
  | 'KSM compares references before it clears the PTE'
  | 'KSM takes pages that are not anonymous'
  | 'migration takes pages that are on no LRU list'
  | 'migration unmaps what counts no mapping'
  | 'KSM page mapped once is reused by mapcount'
  | 'GUP-fast does not read the PTE again'
  | 'GUP for write takes a read-only PTE'
  | 'rmap walk takes the PTE lock first'
  | 'set_page_dirty before the PTE write'
  | 'the walk of the patch as posted'
  | 'mremap without rmap locks'
  | 'apply_as_* as posted'
  | 'dirty helpers take private VMAs too'
  | 'dirty helpers read and write PTEs in two steps'
  | 'write protection leaves the flush to cleaning'
  | 'tlb_flush_pending counted down before the flush'
  | 'touched range is not reset'
  | 'touched range keeps its start'
  | 'touched range keeps its end'
  | 'pfn_mkwrite writes the PTE itself'
  | 'cleaning write-protects too'
  | 'the dirty method never changes'
  | 'zap of a reference page flushes at its end'
  | 'nested zaps are not looked for'
  | 'reference page locked by its fault handler'
  | 'refpage_create takes mmap_lock'
  | 'follow_page_pte refuses reference pages'
  | 'get_user_pages takes references unchecked'
  | 'reference page mapped with the permissions of the VMA'
  | 'VMAs merge whatever their file and vm_ops'
  | 'khugepaged leaves reference mappings alone'
  | 'update_mmu_cache loads the TLB'
  | 'install_page writes back what it read'
  | 'throttled under mmap_sem'
  | 'PTEs are protected before the descriptor is set'
  | 'a protected page is taken to be in the file that is asked for'
  | 'copies are found in a cache of their node'
  | 'reclaim knows nothing of copies'
  | 'devices are not notified'
  | 'exclusive access is not revoked'
  | 'a page that was looked up is used without a second look'
  | 'protection does not wait for write-back'
  | 'only clean pages are protected'
  | 'I/O errors read page->mapping'
  | 'debugging reads page->mapping twice'
  | 'copies of a node are found and mapped without their lock'
  | 'do_swap_page asks PageSwapCache and no more'
  | 'userfaultfd_move takes what the look-up found'
  | 'userfaultfd_move believes that there is no page'
  | 'khugepaged sends no interrupt'
  | 'khugepaged takes no anon_vma lock'
  | 'khugepaged maps for writing whatever the VMA says'
  | 'GUP-fast does not read the PMD again'
  | 'retract_page_tables waits for mmap_sem'
  | 'a split believes its first look at the references'
  | 'truncation does not start again'
  | 'khugepaged believes the PMD that it saw before it had mmap_lock'
  | 'tables are freed before the VMA is unlinked'
  | 'collected pages are flushed after the PTE lock'
  | 'D stays behind when a page is collected'
  | 'page_mkclean asks whether a flush is to come';

/** What ->writepage does with a page for which there is no block: leave it dirty for the next pass, or give it up as clean. */
export type WithoutRoom = 'redirties' | 'gives up';

export interface KernelConfig {
  readonly version: Version;
  readonly variants?: readonly Variant[];
  /** VMAs may cease to be mergeable (MADV_UNMERGEABLE): ksmd looks for VM_MERGEABLE each time that it finds one. Absent: all are. */
  readonly unmergeable?: boolean;
  /** CONFIG_KSM: a write fault on an anonymous page asks PageKsm, and takes the page lock before it reuses a page. */
  readonly ksm?: boolean;
  /**
   * The file is a device's, mapped VM_MIXEDMAP: PTEs are special (no struct page, no reference, no mapcount), faults go to the
   * driver, i_mmap_rwsem has readers, and whoever flushes late counts mm->tlb_flush_pending.
   */
  readonly mixedmap?: boolean;
  /**
   * The file system: has page_mkwrite; attaches buffers; may run out of space when asked to reserve; finds its block only when it writes.
   * writeBegin: is asked to reserve by write(2) too. launders: writes a dirty page out that is to be invalidated.
   * extents: the file's block is given back when a hole is punched, and may then be another file's.
   */
  readonly fs?: { readonly mkwrite?: boolean; readonly buffers?: boolean; readonly enospc?: boolean; readonly allocates?: WithoutRoom; readonly extents?: boolean; readonly writeBegin?: boolean; readonly launders?: boolean };
  /** The generic write protection proposed in threads 000 and 002. far: mms that run on another node, and map its copy of the page. */
  readonly writeProtection?: { readonly far?: readonly number[] };
  /** An mm that a device mirrors in page tables of its own, told by MMU notifiers. */
  readonly mirrored?: number;
  /** The device computes a checksum of a page when the IO begins: the page must not change until it ends (stable pages). */
  readonly checksums?: boolean;
  /** Reclaim clears several PTEs and flushes once, later (CONFIG_ARCH_WANT_BATCHED_UNMAP_TLB_FLUSH, from 4.3 on). */
  readonly batchedUnmap?: boolean;
  /** get_user_pages and mremap look whether there is a VMA, and the former whether it may be written (check_vma_flags). Worlds whose VMAs stay as they are do without. */
  readonly looksForVma?: boolean;
  /** Faults take the lock of their VMA before they ask for mmap_lock (CONFIG_PER_VMA_LOCK, from 6.4 on), and munmap gives mmap_lock back to readers before it unmaps. */
  readonly vmaLocks?: boolean;
  /**
   * GUP and copy on write as they are at that version: VM_FAULT_WRITE, FOLL_COW, reuse by references, fork's early copies,
   * PageAnonExclusive; and how the world's pins are counted. Worlds without it reuse a page that is mapped once at every version, and
   * cannot tell a pin from another reference.
   */
  readonly gup?: 'FOLL_GET' | 'FOLL_PIN';
  /**
   * Faults notice truncation in all the ways that they do: by i_size, again under the page lock (2.6.23 on); by truncate_count, also after
   * the early copy of a private page (until 2.6.22). Reclaim does, by page->mapping. Worlds without it may map a page read anew beyond the end of the file.
   */
  readonly truncationNoticed?: boolean;
  /** Anonymous pages are swapped out: to a disk, or to a device whose IO is done when the call returns (SWP_SYNCHRONOUS_IO: zram). */
  readonly swap?: 'disk' | 'synchronous';
  /** The VMAs are anonymous, and their pages were given up with MADV_FREE: reclaim discards them. */
  readonly lazyfree?: boolean;
  /** Pages migrate: PTEs may be migration entries, for which faults wait. */
  readonly migration?: boolean;
  /** Frame 0 is a device's memory, which the CPU cannot reach: PTEs hold it as an entry, and a fault brings the contents back. Needs `migration`. */
  readonly devicePrivate?: boolean;
  /** PTEs may be PROT_NONE: not present to hardware, mapped to the kernel. */
  readonly protnone?: boolean;
  /**
   * Somebody changes PTEs and flushes after the PTE lock. mm->tlb_flush_pending says so: mprotect's from 3.13 on, everybody's from 4.13
   * on, and those who would flush nothing, or too late, look at it. Absent: nobody counts and nobody looks.
   */
  readonly flushesLate?: boolean;
  /** Each address has a page table of its own, and so a PTE lock (mm_types.ts table_of). */
  readonly splitPtl?: boolean;
  /** Anonymous pages have page->index: worlds that move them from one address to another. */
  readonly anonIndex?: boolean;
  /** Who walks i_mmap reads: the lock is the i_mmap_rwsem of 3.19 and later. Absent: it spins, one at a time. */
  readonly rmapReaders?: boolean;
  /** PTEs have a soft-dirty bit (CONFIG_MEM_SOFT_DIRTY). */
  readonly softDirty?: boolean;
  /** The file system copies clean pages to FS-Cache, and waits for that where it is told of a write. */
  readonly fscache?: boolean;
  /** page_mkwrite sets PG_dirty, as block_page_mkwrite does. */
  readonly mkwriteDirties?: boolean;
  /** What balance_dirty_pages does; absent: it is not called, only that it may sleep is checked. */
  readonly balance?: Balance;
  /** The world has VMAs that may leave the i_mmap tree. */
  readonly nonlinear?: boolean;
  /** The file system writes elsewhere (cow.ts): in which order the old version loses the page, or only its PTEs. */
  readonly cow?: 'forget first' | 'unmap first' | 'unmap only';
  /** A writer that waits for mmap_sem holds new readers back, as lib/rwsem.c does. Absent: it does not. */
  readonly writersFirst?: boolean;
  /** Christoph Lameter's repair: who is killed when set_page_dirty finds no room. Absent: the caller alone. */
  readonly sigbus?: SigbusPolicy;
  /**
   * "mm: introduce reference pages" on top. v1 (2020-07-31): pinned at each fault, by a user address. v2 (2020-08-13, and
   * what v3 to v5 kept of it): a page of the file's own, mapped without counters.
   */
  readonly refpages?: 'v1' | 'v2';
  /** The world's memory is anonymous: a fault on an entry that is none maps a page of zeroes. With `gup`, write faults go by PageAnonExclusive, KSM or not. */
  readonly anonymous?: boolean;
  /** The world has private mappings of the file: what was written to of them is anonymous, and its faults, its zaps and KSM go by that. Needs `gup` and `ksm`. */
  readonly privateFile?: boolean;
  /**
   * The file's page may be a huge one, mapped by PTEs. large folios: the file system has them (xfs). read-only: khugepaged makes them of files that nobody has open
   * for writing (CONFIG_READ_ONLY_THP_FOR_FS).
   */
  readonly hugeFiles?: 'large folios' | 'read-only';
  /** What was last stored at each address of anonymous memory is kept (`newest`). Worlds that swap or flush late keep it anyway. */
  readonly newest?: boolean;
  /** Width of `_count`, `_mapcount` and `f_count`, which then wrap; the world's size of `count_t` must be 2 to that power. */
  readonly counterBits?: number;
}

/** Which PTEs of the page go, whose owners get SIGBUS, and whether the page leaves the cache before its PTEs go or after. */
export interface SigbusPolicy {
  readonly removes: 'dirty' | 'all';
  readonly kills: 'dirty' | 'all';
  readonly pageGoes: 'first' | 'last';
  /** set_page_dirty of a page that is no longer in the file kills the caller; absent: it succeeds, as it always did. */
  readonly gone?: 'kills';
}

/**
 * returns: below the dirty limit. waits: over it until the page is clean, somebody else must clean it. writes: over it, and
 * the caller writes the page itself. elsewhere: over it until pages of other files are clean; from 5.5 on without mmap_sem.
 */
export type Balance = 'returns' | 'waits' | 'writes' | 'elsewhere';

function kernel(): KernelConfig {
  const config = option<KernelConfig>('kernel');
  if (!config) throw new LanguageError('PT014', null, 'the world names no kernel', 'give it options: { kernel: { version } }');
  return config;
}

export const version = (): Version => kernel().version;
export const fs = (): NonNullable<KernelConfig['fs']> => kernel().fs ?? {};
export const checksums = (): boolean => kernel().checksums === true;
export const batchedUnmap = (): boolean => kernel().batchedUnmap === true;
/** Whether GUP and copy on write follow the version. */
export const gupByVersion = (): boolean => kernel().gup !== undefined;
/** Pins are counted apart from other references, and fork looks for them (70e806e4e645, 5.9-rc). */
export const follPin = (): boolean => kernel().gup === 'FOLL_PIN';
/** Anonymous pages say whether they are one mapping's alone (6c287605fd56, 5.19-rc1). */
export const anonExclusive = (): boolean => gupByVersion() && since('5.19');
export const truncationNoticed = (): boolean => kernel().truncationNoticed === true;
export const swap = (): KernelConfig['swap'] => option<KernelConfig>('kernel')?.swap;
/** Whether pages that are swapped out and in are those of GUP and of PageAnonExclusive: reclaim then isolates a page from others, asks for pins and freezes references. */
export const swapByVersion = (): boolean => swap() !== undefined && gupByVersion();
export const anonymous = (): boolean => kernel().anonymous === true;
export const privateFile = (): boolean => kernel().privateFile === true;
/** Whether anonymous pages are written to again, and looked at, as the version does it: reused by references, and seen without a pin. */
export const anonByVersion = (): boolean => anonymous() || privateFile();
export const hugeFiles = (): KernelConfig['hugeFiles'] => kernel().hugeFiles;
export const looksForVma = (): boolean => kernel().looksForVma === true;
export const vmaLocks = (): boolean => option<KernelConfig>('kernel')?.vmaLocks === true;
export const keepsNewest = (): boolean => swap() !== undefined || flushesLate() || kernel().newest === true;
export const lazyfree = (): boolean => kernel().lazyfree === true;
export const migration = (): boolean => kernel().migration === true;
export const devicePrivate = (): boolean => option<KernelConfig>('kernel')?.devicePrivate === true;
export const protnone = (): boolean => kernel().protnone === true;
/** Whether what the version does about flushes that come late is recorded. */
export const flushesLate = (): boolean => kernel().flushesLate === true;
export const splitPtl = (): boolean => kernel().splitPtl === true;
export const anonIndex = (): boolean => option<KernelConfig>('kernel')?.anonIndex === true;
/** Whether those who walk i_mmap do so beside each other. */
export const rmapReaders = (): boolean => mixedmap() || kernel().rmapReaders === true;
export const softDirty = (): boolean => kernel().softDirty === true;
export const writersFirst = (): boolean => kernel().writersFirst === true;
export const writeProtection = (): KernelConfig['writeProtection'] => kernel().writeProtection;
export const mirrored = (): number | undefined => kernel().mirrored;
export const unmergeable = (): boolean => kernel().unmergeable === true;
export const ksm = (): boolean => kernel().ksm === true;
export const sigbusPolicy = (): SigbusPolicy | null => kernel().sigbus ?? null;
export const nonlinear = (): boolean => kernel().nonlinear === true;
export const cow = (): KernelConfig['cow'] => kernel().cow;
export const fscache = (): boolean => kernel().fscache === true;
/** Whether page_mkwrite leaves the page dirty. */
export const mkwriteDirties = (): boolean => kernel().mkwriteDirties === true || variant('set_page_dirty before the PTE write');
export const balance = (): Balance | undefined => kernel().balance;
export const mixedmap = (): boolean => kernel().mixedmap ?? false;
export const variant = (name: Variant): boolean => kernel().variants?.includes(name) ?? false;

export const refpages = (): KernelConfig['refpages'] => option<KernelConfig>('kernel')?.refpages;
export const counterBits = (): number | undefined => option<KernelConfig>('kernel')?.counterBits;

export const is = (v: Version): boolean => version() === v;

/** Whether the world's kernel is of that version or later. */
export function since(v: Version): boolean {
  return VERSIONS.indexOf(version()) >= VERSIONS.indexOf(v);
}

/** For `models`: the function and file, at the version being recorded. */
export function source(fn: string, file: string): () => { readonly fn: string; readonly file: string; readonly version: string } {
  return () => ({ fn, file, version: version() === 'v5' ? 'v5 patch of 2006-05-25' : `v${version()}` });
}
