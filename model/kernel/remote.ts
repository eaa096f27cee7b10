/** Access to another process's memory (mm/memory.c, mm/gup.c): ptrace, /proc/<pid>/mem, process_vm_readv. */
import { FALSE, If, proc } from '../language/index.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { handle_pte_fault } from './memory.ts';
import { down_read, find_vma, up_read, vma_t } from './mm_types.ts';
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
