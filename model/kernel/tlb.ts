/** CPUs that switch to an mm, and whom a flush interrupts (arch/x86/mm/tlb.c). For worlds whose machine says `switching`. */
import { add, bool, enumeration, eq, FALSE, If, int, load, ne, not, or, primitive, proc, Return, rmw, shared, store, thisCpu, TRUE, Var, type Value, type Variable } from '../language/index.ts';
import { cpusOf } from '../machine/config.ts';
import { smp_mb } from '../machine/store_buffer.ts';
import { invlpg_local, local_irq_disable, local_irq_enable, send_ipi, wait_ipi, write_cr3 } from '../machine/tlb.ts';
import { cpu_t, mm_t, va_t } from '../machine/types.ts';
import type { Mm, Va } from './mm_types.ts';
import { since, source } from './version.ts';

/** CPUs that want to be told of flushes of the mm. A bit may stay set after the CPU has left the mm (from 6.14 on). */
export const mm_cpumask = shared('mm_cpumask', bool, [mm_t, cpu_t], { display: '%0.cpumask[%1]' });
/** cpu_tlbstate.loaded_mm, as far as the CPU's mm is concerned. */
export const loaded_mm_t = enumeration('loaded_mm_t', ['OTHER', 'SWITCHING', 'MM']);
export const loaded_mm = shared('loaded_mm', loaded_mm_t, [cpu_t], { display: '%0.loaded_mm' });
const tlb_gen_t = int('tlb_gen_t', 3);
/** mm->context.tlb_gen: counts flushes. */
const tlb_gen = shared('tlb_gen', tlb_gen_t, [mm_t], { display: '%0.tlb_gen' });
/** cpu_tlbstate.ctxs[asid].tlb_gen: the count up to which the entries that the CPU has kept are good. */
const ctx_tlb_gen = shared('ctx_tlb_gen', tlb_gen_t, [cpu_t], { display: '%0.ctx_tlb_gen' });

const cpumask_set_cpu = primitive('cpumask_set_cpu', (mm: Mm) => { rmw('bit', mm_cpumask.at(mm, thisCpu(cpu_t)), () => TRUE, { ignore: true }); });
const cpumask_test_cpu = primitive('cpumask_test_cpu', (mm: Mm, cpu: Value<'cpu_t'>) => load('bit', mm_cpumask.at(mm, cpu)));
const set_loaded_mm = primitive('loaded_mm', (to: Value<'loaded_mm_t'>) => { store(loaded_mm.at(thisCpu(cpu_t)), to); });
const read_loaded_mm = primitive('per_cpu(loaded_mm)', (cpu: Value<'cpu_t'>) => load('loaded', loaded_mm.at(cpu)));
const read_tlb_gen = primitive('next->context.tlb_gen', (mm: Mm) => load('next_tlb_gen', tlb_gen.at(mm)));
const read_ctx_tlb_gen = primitive('ctxs[asid].tlb_gen', () => load('own', ctx_tlb_gen.at(thisCpu(cpu_t))));
const set_ctx_tlb_gen = primitive('ctxs[asid].tlb_gen', (gen: Value<'tlb_gen_t'>) => { store(ctx_tlb_gen.at(thisCpu(cpu_t)), gen); });
const inc_mm_tlb_gen = primitive('inc_mm_tlb_gen', (mm: Mm) => { rmw('gen', tlb_gen.at(mm), (gen) => add(gen, tlb_gen_t.lit(1)), { ignore: true }); });

/** Until 4.13: no PCIDs, a CPU comes to the mm with an empty TLB. */
export const switch_mm = proc('switch_mm', { params: { mm: mm_t }, models: source('switch_mm', 'arch/x86/include/asm/mmu_context.h') }, ({ mm }) => {
  local_irq_disable();
  cpumask_set_cpu(mm);
  write_cr3(FALSE);
  local_irq_enable();
});

/** With PCIDs: what the TLB has of the mm stays, unless a flush was missed meanwhile. */
export const switch_mm_irqs_off = proc('switch_mm_irqs_off', { params: { mm: mm_t }, models: source('switch_mm_irqs_off', 'arch/x86/mm/tlb.c') }, ({ mm }) => {
  local_irq_disable();
  set_loaded_mm(loaded_mm_t.is.SWITCHING);
  const listed = cpumask_test_cpu(mm, thisCpu(cpu_t));
  If(not(listed), () => { cpumask_set_cpu(mm); }, since('6.18') ? smp_mb : undefined);
  const gen = read_tlb_gen(mm);
  const own = read_ctx_tlb_gen();
  If(ne(own, gen), () => { set_ctx_tlb_gen(gen); });
  write_cr3(eq(own, gen));
  set_loaded_mm(loaded_mm_t.is.MM);
  local_irq_enable();
});

/** Whether the CPU, which is in the mask, is interrupted. Lazy CPUs, and those that get an interrupt to leave the mask, are not there. */
const should_flush_tlb = proc('should_flush_tlb', { params: { cpu: cpu_t }, returns: bool, models: source('should_flush_tlb', 'arch/x86/mm/tlb.c') }, ({ cpu }) => {
  const loaded = read_loaded_mm(cpu);
  if (since('6.15')) If(eq(loaded, loaded_mm_t.is.SWITCHING), () => Return(TRUE));
  Return(eq(loaded, loaded_mm_t.is.MM));
});

/** Interrupts the CPUs of the mask; from 6.14 on, of those, the ones that have the mm loaded. Waits for all of them. */
export const flush_tlb_mm_range = proc('flush_tlb_mm_range', {
  params: { mm: mm_t, va: va_t, all: bool }, models: source('flush_tlb_mm_range', 'arch/x86/mm/tlb.c'),
}, ({ mm, va, all }) => {
  if (since('6.14')) inc_mm_tlb_gen(mm);
  else if (since('4.8')) smp_mb();
  mm_t.all().forEach((m, i) => If(eq(mm, m), () => {
    const cpus = cpusOf(i).map((c) => cpu_t.lit(c));
    const told = cpus.map((c) => tell(mm, c, va, all));
    cpus.forEach((c, n) => If((told[n] as Variable<'bool'>).get(), () => { wait_ipi(c); }));
  }));
});

/** One CPU of the mm: itself at once, another by an interrupt. Whether that was sent. */
function tell(mm: Mm, cpu: Value<'cpu_t'>, va: Va, all: Value<'bool'>): Variable<'bool'> {
  const sent = Var('sent', bool, FALSE);
  const send = (): void => {
    send_ipi(cpu, va, all);
    sent.set(TRUE);
  };
  If(eq(thisCpu(cpu_t), cpu), () => { va_t.all().forEach((v) => If(or(all, eq(va, v)), () => { invlpg_local(v); })); }, () => {
    const listed = cpumask_test_cpu(mm, cpu);
    If(listed, () => {
      if (since('6.14')) If(should_flush_tlb({ cpu }, 'flush'), send);
      else send();
    });
  });
  return sent;
}
