import { and, eq, not, or, peek, property } from '../model/language/index.ts';
import { machine } from '../model/machine/config.ts';
import { pte, tlb } from '../model/machine/tlb.ts';
import { cpu_t, mm_t, pte_pfn, pte_present, pte_write, tlb_t, va_t } from '../model/machine/types.ts';
import { noPtlHeld } from './places.ts';

const allowed = (cpu: number, mm: number) => va_t.all().map((va) => {
  const t = peek(tlb.at(cpu_t.lit(cpu), va));
  const e = peek(pte.at(mm_t.lit(mm), va));
  return or(not(and(tlb_t.get(t, 'V'), tlb_t.get(t, 'W'))), and(pte_present(e), pte_write(e), eq(pte_pfn(e), tlb_t.get(t, 'pfn'))));
});

/** A4.21. For worlds in which PTEs lose rights by page_mkclean alone: zap and mprotect flush after the PTE lock. */
export const TlbWithinPte = property('A4.21', 'when no PTE lock is held, no CPU\'s TLB lets it store where its PTE does not', () => ({
  'TLB more permissive than PTE': { when: noPtlHeld(), holds: and(...machine().cpuMm.flatMap((mm, cpu) => (mm === null ? [] : allowed(cpu, mm)))) },
}));
