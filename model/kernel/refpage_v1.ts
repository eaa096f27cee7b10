/**
 * Reference pages, v1 (2020-07-31): a fault handler that gets the page by the user address in vm_private_data. The handler is quoted
 * in the thread; how mmap recorded the address is not.
 */
import { bool, eq, load, primitive, proc, record, Return, select, shared, store, thisCpu, TRUE, type Value } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { cpu_t, mm_t, va_t } from '../machine/types.ts';
import { pin_t } from './follow_page.ts';
import { get_user_pages_nofault } from './gup_nofault.ts';
import type { Mm, Va } from './mm_types.ts';
import { source } from './version.ts';

/** vma->vm_private_data of a VMA whose vm_ops are the reference page's. */
const vm_refaddr_t = record('vm_refaddr_t', { set: bool, va: va_t });
type RefAddr = Value<'vm_refaddr_t'>;
export const vm_private_data_at = shared('vm_private_data', vm_refaddr_t, [mm_t, va_t], { display: 'vma[%0][%1].vm_private_data' });
export const refaddrVma = (va: Va): RefAddr => vm_refaddr_t.of({ set: TRUE, va });
export const has_refpage_ops = (ref: RefAddr): Value<'bool'> => vm_refaddr_t.get(ref, 'set');

export const vm_private_data = primitive('vma->vm_private_data', (mm: Mm, va: Va) => load('ref', vm_private_data_at.at(mm, va)));
export const set_vm_private_data = primitive('vma->vm_private_data =', (mm: Mm, va: Va, ref: RefAddr) => store(vm_private_data_at.at(mm, va), ref));

/** current->mm: the mm whose user code the CPU runs. */
function current_mm(): Value<'mm_t'> {
  return machine().cpuMm.reduce<Value<'mm_t'>>((mm, m, cpu) => (m === null ? mm : select(eq(thisCpu(cpu_t), cpu_t.lit(cpu)), mm_t.lit(m), mm)), mm_t.lit(0));
}

/** get_user_pages looks in current->mm, whoever's fault it is; VM_FAULT_LOCKED is returned and nothing locked. Not present: VM_FAULT_SIGSEGV. */
export const refpage_fault = proc('refpage_fault', {
  params: { mm: mm_t, va: va_t }, returns: pin_t, models: source('refpage_fault (v1 patch)', 'mm/mmap.c'), sleeps: true,
}, ({ mm, va }) => {
  const ref = vm_private_data(mm, va);
  Return(get_user_pages_nofault({ mm: current_mm(), va: vm_refaddr_t.get(ref, 'va') }, 'found'));
});

/** dup_mmap's part for the VMA: the address is copied. */
export const dup_private_data = proc('dup_private_data', { params: { src: mm_t, dst: mm_t, va: va_t }, models: source('dup_mmap', 'kernel/fork.c') }, ({ src, dst, va }) => {
  const ref = vm_private_data(src, va);
  set_vm_private_data(dst, va, ref);
});
