import { and, eq, forall, implies, peek, property } from '../model/language/index.ts';
import { maps_old } from '../model/kernel/cow.ts';
import { disk } from '../model/kernel/page.ts';
import { machine } from '../model/machine/config.ts';
import { data } from '../model/machine/mmu.ts';
import { pte, tlb } from '../model/machine/tlb.ts';
import { cpu_t, mm_t, pte_pfn, pte_present, tlb_t, va_t } from '../model/machine/types.ts';

/** A4.17. For worlds without write-back: the block on disk is the old version's. */
export const OldVersion = property('A4.17', 'who maps the old version of the file sees its contents', () => ({
  'old version mapped to what was written': forall(mm_t, 'mm', (mm) => forall(va_t, 'va', (va) => {
    const e = peek(pte.at(mm, va));
    return implies(and(peek(maps_old.at(mm)), pte_present(e)), eq(peek(data.at(pte_pfn(e))), peek(disk.at())));
  })),
  'old version in a TLB': and(...machine().cpuMm.flatMap((mm, cpu) => (mm === null ? [] : va_t.all().map((va) => {
    const t = peek(tlb.at(cpu_t.lit(cpu), va));
    return implies(and(peek(maps_old.at(mm_t.lit(mm))), tlb_t.get(t, 'V')), eq(peek(data.at(tlb_t.get(t, 'pfn'))), peek(disk.at())));
  })))),
}));
