/** TLBs, and how they are flushed: an interrupt per CPU that the initiator waits for. */
import {
  and, atomic, bool, eq, FALSE, Forever, If, ne, not, or, peek, primitive, proc, record, select, shared, store, thisCpu, thread, TRUE, waitUntil, load,
  type Thread, type Value,
} from '../language/index.ts';
import { cpusOf, machine } from './config.ts';
import { dropWalkCache, hasPmds, noteWalk, walkers, walkOf } from './pmd.ts';
import { cpu_t, mm_t, pte_dirty, pte_pfn, pte_present, pte_t, pte_write, tlb_t, va_t } from './types.ts';

/** The page tables that hardware walks. */
export const pte = shared('pte', pte_t, [mm_t, va_t], { display: 'pte[%0][%1]' });
/** One entry a CPU and page; the mm is the one its CPU runs. */
export const tlb = shared('tlb', tlb_t, [cpu_t, va_t], { display: '%0.tlb[%1]' });

/** A flush that a CPU has been asked for and has not done. `all`: every page, else `va`. */
const ipi_t = record('ipi_t', { pending: bool, all: bool, va: va_t });
const ipi = shared('ipi', ipi_t, [cpu_t], { display: '%0.ipi' });
/** Interrupts disabled on the CPU: it takes no IPI. */
export const irqs_off = shared('irqs_off', bool, [cpu_t], { display: '%0.irqs_off' });

const NO_ENTRY = (): Value<'tlb_t'> => tlb_t.of({});

/** The CPU runs on its mm's page tables. Means something only where CPUs switch to them. */
export const cr3 = shared('cr3', bool, [cpu_t], { display: '%0.cr3' });
const runs = (cpu: Value<'cpu_t'>): Value<'bool'>[] => (machine().switching ? [peek(cr3.at(cpu))] : []);

export const local_irq_disable = primitive('local_irq_disable', () => store(irqs_off.at(thisCpu(cpu_t)), TRUE));
export const local_irq_enable = primitive('local_irq_enable', () => store(irqs_off.at(thisCpu(cpu_t)), FALSE));

/** MOV to CR3: the mm's page tables, and a TLB without entries, unless what it has of the mm from earlier is to stay (PCID). */
export const write_cr3 = primitive('write_cr3', (noflush: Value<'bool'>) =>
  atomic('one instruction', () => {
    store(cr3.at(thisCpu(cpu_t)), TRUE);
    If(not(noflush), () => { va_t.all().forEach((va) => { store(tlb.at(thisCpu(cpu_t), va), NO_ENTRY()); }); });
  }),
);

export const invlpg_local = primitive('invlpg', (va: Value<'va_t'>) => {
  const drop = (): void => { store(tlb.at(thisCpu(cpu_t), va), NO_ENTRY()); };
  if (!hasPmds()) {
    drop();
    return;
  }
  atomic('one instruction drops the TLB entry and what the CPU remembers of upper levels', () => {
    drop();
    dropWalkCache(thisCpu(cpu_t));
  });
});

export const send_ipi = primitive('send_IPI', (cpu: Value<'cpu_t'>, va: Value<'va_t'>, all: Value<'bool'>) =>
  atomic('the request word of a CPU is written under the sender\'s call lock: a sender waits while an older request stands', () => {
    store(ipi.at(cpu), ipi_t.of({ pending: TRUE, all, va }));
  }, { when: not(ipi_t.get(peek(ipi.at(cpu)), 'pending')) }),
);

export const wait_ipi = primitive('wait_for_ack', (cpu: Value<'cpu_t'>) =>
  waitUntil(ipi.at(cpu), (request) => not(ipi_t.get(request, 'pending'))),
);

/** All CPUs of the mm in one step. */
const shootdown_atomic = primitive('flush_tlb_all_cpus', (mm: Value<'mm_t'>, va: Value<'va_t'>, all: Value<'bool'>) =>
  atomic('a world that says "TLB shootdown in one step": sending, handling and waiting are not told apart', () => {
    mm_t.all().forEach((m, i) => If(eq(mm, m), () => cpusOf(i).forEach((c) => clearEntries(cpu_t.lit(c), va, all))));
  }),
);

function clearEntries(cpu: Value<'cpu_t'>, va: Value<'va_t'>, all: Value<'bool'>): void {
  va_t.all().forEach((v) => If(or(all, eq(va, v)), () => store(tlb.at(cpu, v), NO_ENTRY())));
  dropWalkCache(cpu);
}

/** Flush on every CPU that runs the mm; returns when all have done it. */
const flush_tlb = proc('flush_tlb_others', { params: { mm: mm_t, va: va_t, all: bool }, doc: 'Local flush, then an IPI to each other CPU of the mm; waits for all acknowledgements.', sleeps: false }, ({ mm, va, all }) => {
  if (!machine().tlbs) return;
  if (machine().shootdown === 'atomic') {
    shootdown_atomic(mm, va, all);
    return;
  }
  mm_t.all().forEach((m, i) => {
    const cpus = cpusOf(i);
    if (cpus.length === 0) return;
    If(eq(mm, m), () => {
      cpus.forEach((c) => If(eq(thisCpu(cpu_t), cpu_t.lit(c)), () => {
        va_t.all().forEach((v) => If(or(all, eq(va, v)), () => invlpg_local(v)));
      }));
      cpus.forEach((c) => If(ne(thisCpu(cpu_t), cpu_t.lit(c)), () => send_ipi(cpu_t.lit(c), va, all)));
      cpus.forEach((c) => If(ne(thisCpu(cpu_t), cpu_t.lit(c)), () => wait_ipi(cpu_t.lit(c))));
    });
  });
});

const flusher = (): NonNullable<ReturnType<typeof machine>['flush']> => machine().flush ?? flush_tlb;
export const flush_tlb_page = proc('flush_tlb_page', { params: { mm: mm_t, va: va_t } }, ({ mm, va }) => { flusher()({ mm, va, all: FALSE }); });
export const flush_tlb_mm = proc('flush_tlb_mm', { params: { mm: mm_t } }, ({ mm }) => { flusher()({ mm, va: va_t.lit(0), all: TRUE }); });

/** The interrupt handler: runs whenever the CPU takes interrupts, between any two instructions. */
function handler(cpu: number): Thread {
  return thread(`ipi${cpu}`, cpu, () => Forever(() => handle_ipi(cpu_t.lit(cpu))), 'service');
}

const handle_ipi = primitive('handle_IPI', (cpu: Value<'cpu_t'>) =>
  atomic('the handler runs on the CPU whose TLB it flushes, and the flush is one instruction', () => {
    const request = load('request', ipi.at(cpu));
    clearEntries(cpu, ipi_t.get(request, 'va'), ipi_t.get(request, 'all'));
    store(ipi.at(cpu), ipi_t.of({}));
  }, { when: and(ipi_t.get(peek(ipi.at(cpu)), 'pending'), not(peek(irqs_off.at(cpu)))) }),
);

const entryOf = (e: Value<'pte_t'>): Value<'tlb_t'> => tlb_t.of({ V: TRUE, pfn: pte_pfn(e), W: pte_write(e), D: pte_dirty(e) });

const speculative_fill = primitive('tlb fill', (cpu: Value<'cpu_t'>, mm: Value<'mm_t'>, va: Value<'va_t'>) =>
  atomic('a page walk of one level: the entry is read once', () => {
    const e = load('entry', pte.at(mm, va));
    if (machine().accessedBit) store(pte.at(mm, va), pte_t.with(e, 'A', TRUE));
    store(tlb.at(cpu, va), entryOf(e));
  }, { when: and(...runs(cpu), pte_present(peek(pte.at(mm, va))), not(tlb_t.get(peek(tlb.at(cpu, va)), 'V'))) }),
);

/** The lower level of a walk, whose upper level may be older. Finds nothing if no entry is present. */
const speculative_walk = primitive('tlb fill', (cpu: Value<'cpu_t'>, mm: Value<'mm_t'>, va: Value<'va_t'>) =>
  atomic('the last entry of a walk is read once; the CPU may have read the PMD before', () => {
    const walk = walkOf(cpu, mm, va);
    store(tlb.at(cpu, va), select(pte_present(walk.entry), entryOf(walk.entry), NO_ENTRY()));
    noteWalk(walk);
  }, { when: not(tlb_t.get(peek(tlb.at(cpu, va)), 'V')) }),
);

const evict = primitive('tlb evict', (cpu: Value<'cpu_t'>, va: Value<'va_t'>) =>
  atomic('one TLB entry', () => store(tlb.at(cpu, va), NO_ENTRY()), { when: tlb_t.get(peek(tlb.at(cpu, va)), 'V') }),
);

/** What the hardware does by itself, for every CPU that runs user code. */
export function hardware(): Thread[] {
  const { cpuMm, tlbs, speculativeFill, eviction, shootdown } = machine();
  if (!tlbs) return [];
  return cpuMm.flatMap((m, c) => {
    if (m === null) return [];
    const cpu = (): Value<'cpu_t'> => cpu_t.lit(c);
    const vas = va_t.all();
    const alone = cpusOf(m).length === 1 && !sharedByOthers(m);
    return [
      ...(shootdown === 'ipi' && !alone ? [handler(c)] : []),
      ...walkers(c, m),
      ...vas.flatMap((va, v) => [
        ...(speculativeFill ? [thread(`fill${c}.${v}`, c, () => Forever(() => (hasPmds() ? speculative_walk : speculative_fill)(cpu(), mm_t.lit(m), va)), 'optional')] : []),
        ...(eviction ? [thread(`evict${c}.${v}`, c, () => Forever(() => evict(cpu(), va)), 'optional')] : []),
      ]),
    ];
  });
}

/** Kernel threads on other CPUs send IPIs too, so only a world of one CPU needs no handler. */
function sharedByOthers(mm: number): boolean {
  return machine().cpuMm.length > cpusOf(mm).length;
}

