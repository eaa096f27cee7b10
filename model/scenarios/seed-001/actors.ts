/** What the CPUs of reference-page worlds do. */
import { assert, bool, eq, FALSE, Forever, ghost, If, load, ne, or, peek, primitive, proc, Return, skip, thisCpu, track, TRUE, type Place, type Value } from '../../language/index.ts';
import { clear_user_highpage } from '../../kernel/anonymous.ts';
import { vm_fault_t } from '../../kernel/filesystem.ts';
import { dup_mmap } from '../../kernel/fork.ts';
import { pin_t } from '../../kernel/follow_page.ts';
import { get_user_pages_nofault } from '../../kernel/gup_nofault.ts';
import { collapse_one_level } from '../../kernel/collapse_one_level.ts';
import { do_page_fault } from '../../kernel/memory.ts';
import { down_read, up_read } from '../../kernel/mm_types.ts';
import { mmap_anonymous, mmap_refaddr, mmap_refpage, refpage_create } from '../../kernel/mmap_refpage.ts';
import { lock_page, page_count_at, put_page, unlock_page } from '../../kernel/page.ts';
import { alloc_page } from '../../kernel/page_alloc.ts';
import { sys_close } from '../../kernel/refpage.ts';
import { access_remote_vm } from '../../kernel/remote.ts';
import { user_store } from '../../kernel/user.ts';
import { do_munmap, madvise_dontneed } from '../../kernel/zap.ts';
import { access_t, data, loadInstructionTo } from '../../machine/mmu.ts';
import { count_t, cpu_t, mm_t, pfn_t, va_t, version_t } from '../../machine/types.ts';
import { REFERENCE } from './world.ts';

/** Latched when a program read something else than it must from an address that it has not stored to. */
export const read_wrong = ghost('read_wrong', bool, []);
/** Latched when a program, or a holder of a page, read from a free frame. */
export const read_free = ghost('read_free', bool, []);
/** The CPU believes that it owns the page lock. */
export const in_section = ghost('in_section', bool, [cpu_t]);

const latch = (place: Place<'bool'>, when: Value<'bool'>): void => track(place, or(peek(place), when));
const noteRead = (version: number) => (page: Value<'pfn_t'>): void => {
  latch(read_wrong.at(), ne(peek(data.at(page)), version_t.lit(version)));
  latch(read_free.at(), eq(peek(page_count_at.at(page)), count_t.lit(0)));
};

/** A load, faulted in as often as it takes. False: SIGSEGV. */
const reader = (name: string, version: number) => {
  const instruction = loadInstructionTo(noteRead(version));
  return proc(name, { params: { mm: mm_t, va: va_t }, returns: bool }, ({ mm, va }) => {
    Forever(() => {
      const access = instruction(mm, va);
      If(eq(access, access_t.is.DONE), () => Return(TRUE));
      const ret = do_page_fault({ mm, va, write: FALSE }, 'ret');
      If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(FALSE));
    });
  });
};
const read_reference = reader('read_reference', REFERENCE);
const read_zeroes = reader('read_zeroes', 0);

type Does = (mm: number) => void;
const at = (mm: number, va: number): { readonly mm: Value<'mm_t'>; readonly va: Value<'va_t'> } => ({ mm: mm_t.lit(mm), va: va_t.lit(va) });

/** Reads an address where the reference contents must be. */
export const reads = (va = 0): Does => (mm) => { read_reference(at(mm, va)); };
export const readsZeroes = (va: number): Does => (mm) => { read_zeroes(at(mm, va)); };
/** The same, and claims that it may: the mapping is there, so no fault is refused. */
export const mustRead = (va: number): Does => (mm) => {
  const read = read_reference(at(mm, va), 'read');
  assert('a mapped page can be read', read);
};
export const stores = (va = 0): Does => (mm) => { user_store(at(mm, va)); };
export const munmaps = (va = 0): Does => (mm) => { do_munmap(at(mm, va)); };
export const dontneeds = (va = 0): Does => (mm) => { madvise_dontneed(at(mm, va)); };
/** fork(2) of the addresses given, one after the other. */
export const forks = (dst: number, ...vas: readonly number[]): Does => (mm) => { vas.forEach((va) => { dup_mmap({ src: mm_t.lit(mm), dst: mm_t.lit(dst), va: va_t.lit(va) }); }); };

export const closes: Does = () => { sys_close({}); };
export const creates = (va: number): Does => (mm) => { refpage_create(at(mm, va)); };
/** `prev`: the address whose VMA the new one may be merged with; none: the address itself. */
export const mapsFile = (va: number, prev = va): Does => (mm) => { mmap_refpage({ ...at(mm, va), prev: va_t.lit(prev) }); };
export const mapsAddress = (va: number, prev = va): Does => (mm) => { mmap_refaddr({ ...at(mm, va), prev: va_t.lit(prev), ref: va_t.lit(0) }); };
export const mapsAnonymous = (va: number, prev = va): Does => (mm) => { mmap_anonymous({ ...at(mm, va), prev: va_t.lit(prev) }); };

/** ptrace or process_vm_readv of another mm. */
export const readsOf = (target: number, va: number): Does => () => { access_remote_vm(at(target, va)); };

const device_read = primitive('device reads', (page: Value<'pfn_t'>) => {
  load('version', data.at(page), { discard: true });
  latch(read_free.at(), eq(peek(page_count_at.at(page)), count_t.lit(0)));
});
/** Direct IO from the mapping: pins the page if it is mapped, reads it later for a device, lets it go. `must`: a page that is mapped can be pinned. */
export const pins = (va: number, must = false): Does => (mm) => {
  down_read(mm_t.lit(mm));
  const found = get_user_pages_nofault(at(mm, va), 'found');
  up_read(mm_t.lit(mm));
  if (must) assert('a mapped page can be pinned', pin_t.get(found, 'ok'));
  If(pin_t.get(found, 'ok'), () => {
    device_read(pin_t.get(found, 'pfn'));
    put_page(pin_t.get(found, 'pfn'));
  });
};

/** Takes the next free frame, if one gets free, and fills it with contents of its own. */
export const reusesFrame = (): void => {
  const page = alloc_page();
  clear_user_highpage(page);
};

const here = (): Place<'bool'> => in_section.at(thisCpu(cpu_t));
/** What migration or write-back do with a page: lock it, work on it, unlock it. */
export const worksOnPage = (): void => {
  const page = pfn_t.lit(0);
  lock_page(page);
  track(here(), TRUE);
  skip();
  track(here(), FALSE);
  unlock_page(page);
};

/** khugepaged on the mm's one range. */
export const collapses = (mm: number) => (): void => { collapse_one_level({ mm: mm_t.lit(mm) }); };
