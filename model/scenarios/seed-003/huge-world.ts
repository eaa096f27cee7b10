/** Worlds with PMD entries and page tables that can be freed. */
import type { Rule } from '../../language/errors.ts';
import type { Daemon, Program } from '../../language/ir.ts';
import { program, thread, TRUE, type Init, type Mutation, type Property, type Value } from '../../language/index.ts';
import type { HugeOptions } from '../../kernel/huge_options.ts';
import { compound_mapcount_at } from '../../kernel/thp_mapcount.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { page_count_at } from '../../kernel/page.ts';
import { tablePmd } from '../../kernel/pgtable_pmd.ts';
import type { KernelConfig } from '../../kernel/version.ts';
import { DEFAULT_MACHINE, switchedOff, type MachineConfig } from '../../machine/config.ts';
import { pmd, pmd_kind_t, pmd_t, range_t, sub_t, table_pte, table_t, table_used } from '../../machine/pmd.ts';
import { hardware } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_t, va_t } from '../../machine/types.ts';
import type { Buildable, Expectation, Scenario } from '../../scenario.ts';

/** A CPU and what its thread does, in order; `mm` if it runs that mm's user code. */
export interface HugeCpu {
  readonly name: string;
  readonly mm?: number;
  readonly does: readonly (() => void)[];
  /** Default 'no': it must end. */
  readonly daemon?: Daemon;
}

/** How a PMD entry starts. `table`: its small pages are writable and dirty, of frame 0 on; `own table`: of those of the next huge page. huge: writable and dirty; huge-w: writable. */
export type Entry = 'none' | 'table' | 'own table' | 'huge' | 'huge-w' | 'huge-ro';

const isTable = (entry: Entry): boolean => entry === 'table' || entry === 'own table';

export interface HugeShape {
  readonly kernel: KernelConfig;
  readonly huge: HugeOptions;
  readonly machine?: Partial<MachineConfig>;
  readonly cpus: readonly HugeCpu[];
  /** The PMD entries of each mm. */
  readonly mms: readonly (readonly Entry[])[];
  /** Small pages of a huge page. Default 1. */
  readonly subs?: number;
  /** Page tables that are free at the start. Default 0. */
  readonly spareTables?: number;
  /** Table 0 is no page table of anybody: what a none entry leads to if it is taken for a table. */
  readonly junkTable?: boolean;
  /** Slots of the swap device. */
  readonly slots?: number;
  /** Frames. Default `subs`. */
  readonly frames?: number;
  /** VMAs allow stores. Default true; false where the driver turns every write fault down while it protects its pages. */
  readonly writable?: boolean;
  /** VMAs: none where the entry's index is listed. */
  readonly unmapped?: readonly number[];
  /** What else is so at the start. */
  readonly start?: (set: Init) => void;
  readonly properties: readonly Property[];
  readonly waive?: readonly Rule[];
  readonly mutations?: readonly Mutation[];
}

export interface HugeScenario extends HugeShape {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entry?: string;
  readonly expect: Expectation;
  readonly catalogueSteps?: number;
  readonly lengthNote?: string;
  readonly reaches?: () => Readonly<Record<string, Value<'bool'>>>;
  readonly mutants?: readonly (Partial<HugeShape> & { readonly name: string; readonly what: string; readonly expect: Expectation })[];
}

export function hugeScenario(s: HugeScenario): Scenario {
  const build = (shape: HugeShape, reaches?: HugeScenario['reaches']): Buildable => ({ build: () => buildWorld(s.id, shape, reaches) });
  return {
    id: s.id, title: s.title, about: s.about, kernel: s.kernel.version,
    cpus: s.cpus.length, mms: s.mms.length, pages: s.frames ?? s.subs ?? 1, machine: switchedOff(machineOf(s)), expect: s.expect,
    ...build(s, s.reaches),
    mutants: (s.mutants ?? []).map(({ name, what, expect, ...shape }) => ({ name, what, expect, ...build({ ...s, ...shape }) })),
    ...(s.entry === undefined ? {} : { entry: s.entry }),
    ...(s.catalogueSteps === undefined ? {} : { catalogueSteps: s.catalogueSteps }),
    ...(s.lengthNote === undefined ? {} : { lengthNote: s.lengthNote }),
  };
}

function machineOf(s: HugeShape): MachineConfig {
  return { ...DEFAULT_MACHINE, pmds: true, ...s.machine, cpuMm: s.cpus.map((c) => c.mm ?? null) };
}

function buildWorld(name: string, s: HugeShape, reaches?: HugeScenario['reaches']): Program {
  const subs = s.subs ?? 1;
  const ranges = Math.max(...s.mms.map((m) => m.length));
  const tables = Math.max(1, s.mms.flat().filter(isTable).length + (s.spareTables ?? 0) + (s.junkTable ? 1 : 0));
  return program({
    name,
    sizes: { cpu_t: s.cpus.length, mm_t: s.mms.length, va_t: ranges * subs, range_t: ranges, sub_t: subs, table_t: tables, pfn_t: s.frames ?? subs, ...(s.kernel.gup === undefined ? {} : { vm_fault_t: 5 }), ...(s.slots === undefined ? {} : { swp_t: s.slots }) },
    options: { kernel: s.kernel, machine: machineOf(s), huge: s.huge },
    threads: () => [...s.cpus.map((c, i) => thread(c.name, i, () => { c.does.forEach((f) => { f(); }); }, c.daemon)), ...hardware()],
    init: (set) => { initialState(set, s, subs); },
    properties: s.properties,
    ...(reaches === undefined ? {} : { reaches }),
    ...(s.mutations === undefined ? {} : { mutations: s.mutations }),
    waive: s.waive ?? [],
  });
}

function initialState(set: Init, s: HugeShape, subs: number): void {
  let table = s.junkTable ? 1 : 0;
  if (s.junkTable) set(table_used.at(table_t.lit(0)), TRUE);
  for (let f = 0; f < subs; f++) set(page_count_at.at(pfn_t.lit(f)), count_t.lit(1));
  s.mms.forEach((entries, m) => {
    entries.forEach((entry, r) => {
      const mm = mm_t.lit(m);
      if (s.unmapped?.includes(r) !== true) {
        for (let i = 0; i < subs; i++) set(vma_at.at(mm, va_t.lit(r * subs + i)), vma_t.of({ linked: TRUE, S: TRUE, ...((s.writable ?? true) ? { W: TRUE } : {}) }));
      }
      const at = pmd.at(mm, range_t.lit(r));
      if (isTable(entry)) {
        const t = table_t.lit(table++);
        set(table_used.at(t), TRUE);
        set(at, tablePmd(t));
        for (let i = 0; i < subs; i++) set(table_pte.at(t, sub_t.lit(i)), pte_t.of({ P: TRUE, pfn: pfn_t.lit(entry === 'table' ? i : subs + i), W: TRUE, D: TRUE }));
      } else if (entry !== 'none') {
        const granted = entry === 'huge-ro' ? {} : { W: TRUE, ...(entry === 'huge' ? { D: TRUE } : {}) };
        set(at, pmd_t.of({ kind: pmd_kind_t.is.HUGE, pfn: pfn_t.lit(0), ...granted }));
      }
    });
  });
  if (s.huge.mapping === 'anon') {
    const wholes = s.mms.flat().filter((e) => e.startsWith('huge')).length;
    set(compound_mapcount_at.at(pfn_t.lit(0)), count_t.lit(wholes));
    if (wholes > 0) set(page_count_at.at(pfn_t.lit(0)), count_t.lit(wholes));
  }
  s.start?.(set);
}
