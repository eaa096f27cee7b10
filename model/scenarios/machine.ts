/** The machine alone: what interrupts that are off do to a flush. */
import { moveAfter, peek, proc, program, quiescent, shared, thread, TRUE, type Mutation } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { DEFAULT_MACHINE, switchedOff } from '../machine/config.ts';
import { spinLock, spinUnlock } from '../machine/locks.ts';
import { flush_tlb_page, hardware, irqs_off, local_irq_disable, local_irq_enable, pte } from '../machine/tlb.ts';
import { cpu_t, mm_t, owner_t, pte_t, va_t } from '../machine/types.ts';
import { I10b, I14 } from '../../properties/index.ts';
import type { Scenario } from '../scenario.ts';

const lock_at = shared('lock', owner_t, []);
const lock = spinLock('spin_lock', () => lock_at.at());
const unlock = spinUnlock('spin_unlock', () => lock_at.at());

const takes_lock_irq = proc('takes_lock_irq', { params: {}, doc: 'A lock that is taken with interrupts off, as tree_lock is.' }, () => {
  local_irq_disable();
  lock();
  unlock();
  local_irq_enable();
});

const unlocks_then_flushes = proc('unlocks_then_flushes', { params: {}, doc: 'Sends an IPI to the other CPU and waits for it, with no lock held.' }, () => {
  lock();
  unlock();
  flush_tlb_page({ mm: mm_t.lit(0), va: va_t.lit(0) });
});

const config = { ...DEFAULT_MACHINE, cpuMm: [0, 0] };

function build(mutations: readonly Mutation[] = []): Program {
  return program({
    name: 'machine/irqs-off-flush',
    sizes: { cpu_t: 2, mm_t: 1, va_t: 1, pfn_t: 1 },
    options: { machine: config },
    threads: () => [thread('irqs-off', 0, () => { takes_lock_irq({}); }), thread('flusher', 1, () => { unlocks_then_flushes({}); }), ...hardware()],
    init: (set) => set(pte.at(mm_t.lit(0), va_t.lit(0)), pte_t.of({ P: TRUE })),
    properties: [I14, I10b],
    reaches: () => ({ 'flush done while interrupts are on again': quiescent(), 'interrupts off': peek(irqs_off.at(cpu_t.lit(0))) }),
    mutations,
  });
}

const flushUnderLock = [moveAfter('unlocks_then_flushes', 'spin_unlock', 'flush_tlb_page')];
const world = { kernel: 'none', cpus: 2, mms: 1, pages: 1, machine: switchedOff(config), entry: 'I10' } as const;
const about = 'smp_call_function waits for every CPU; a CPU that spins for a lock with interrupts off never answers. So no flush while a lock is held that others take with interrupts off.';

export const machineScenarios: readonly Scenario[] = [
  {
    ...world, id: 'machine/irqs-off-deadlock', title: 'A flush under a lock that another CPU spins for with interrupts off', about,
    expect: { verdict: 'deadlock', steps: 4 }, mutants: [], build: () => build(flushUnderLock),
  },
  {
    ...world, id: 'machine/irqs-off-flush', title: 'The flush waits until interrupts are on again', about, expect: { verdict: 'holds' }, build: () => build(),
    mutants: [{ name: 'flush-under-lock', what: 'the lock is released after the flush', expect: { verdict: 'deadlock' }, build: () => build(flushUnderLock) }],
  },
];
