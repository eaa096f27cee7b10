/** Access to another process's memory (mm/memory.c, mm/gup.c): ptrace, /proc/<pid>/mem, process_vm_readv. */
import { add, atomic, bool, FALSE, If, load, primitive, proc, store } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { mm_t, va_t, version_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_force } from './gup.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, up_read, vma_t } from './mm_types.ts';
import { noteTouch, put_page, type Page } from './page.ts';
import { set_page_dirty_lock } from './rdma.ts';
import { source } from './version.ts';

/** Up to the fault that it takes in `mm` on behalf of whoever runs it; what it then copies is not told. */
export const access_remote_vm = proc('access_remote_vm', {
  params: { mm: mm_t, va: va_t }, models: source('__access_remote_vm', 'mm/memory.c'), sleeps: true,
}, ({ mm, va }) => {
  down_read(mm);
  const vma = find_vma(mm, va);
  If(vma_t.get(vma, 'linked'), () => { handle_pte_fault({ mm, va, vma, write: FALSE }); });
  up_read(mm);
});

/** memcpy through the kernel's own mapping of the page. */
const copy_to_user_page = primitive('copy_to_user_page', (page: Page) => {
  atomic('the model copies a page at one instant', () => {
    const v = load('version', data.at(page));
    store(data.at(page), add(v, version_t.lit(1)));
    noteTouch(page);
  });
});

const copy_from_user_page = primitive('copy_from_user_page', (page: Page) => { load('version', data.at(page), { discard: true }); });

/** A read or write of /proc/<pid>/mem, PTRACE_PEEKDATA or PTRACE_POKEDATA: FOLL_FORCE, so the VMA need not allow it. */
export const access_by_force = proc('__access_remote_vm', {
  params: { mm: mm_t, va: va_t, write: bool }, models: source('__access_remote_vm', 'mm/memory.c'), sleeps: true,
}, ({ mm, va, write }) => {
  down_read(mm);
  const pin = get_user_pages_force({ mm, va, write }, 'pin');
  If(pin_t.get(pin, 'ok'), () => {
    const page = pin_t.get(pin, 'pfn');
    If(write, () => {
      copy_to_user_page(page);
      set_page_dirty_lock({ page });
    }, () => { copy_from_user_page(page); });
    put_page(page);
  });
  up_read(mm);
});
