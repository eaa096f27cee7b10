/** Worlds about reference pages: several addresses in each mm, a reference page, and who maps it. */
import { program, thread, TRUE, type Init, type Mutation, type Property, type Value } from '../../language/index.ts';
import type { Rule } from '../../language/errors.ts';
import type { Program } from '../../language/ir.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import { mapcount_at, page_count_at, PG_anon } from '../../kernel/page.ts';
import { f_count, f_page, fd, refpageVma, vm_file_at } from '../../kernel/refpage.ts';
import { refaddrVma, vm_private_data_at } from '../../kernel/refpage_v1.ts';
import type { KernelConfig } from '../../kernel/version.ts';
import { DEFAULT_MACHINE, switchedOff, type MachineConfig } from '../../machine/config.ts';
import { data } from '../../machine/mmu.ts';
import { hardware, pte, tlb } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_t, tlb_t, va_t, version_t } from '../../machine/types.ts';
import type { Expectation, Scenario } from '../../scenario.ts';
import type { Cpu } from '../contents.ts';

/**
 * One address of one mm at the start. `refpage`: a reference mapping; v1's names address 0 of its mm, v2's the file.
 * `anon`: an anonymous mapping. `page`: the frame that its PTE maps, writable if it is anonymous.
 */
export interface Mapped {
  readonly as: 'refpage' | 'anon';
  readonly page?: number;
}

interface Config {
  readonly kernel: KernelConfig;
  readonly machine?: Partial<MachineConfig>;
  /** By mm, by address; null: nothing is mapped there. */
  readonly maps: readonly (readonly (Mapped | null)[])[];
  readonly frames: number;
  /** v2's file at the start, whose page is frame 0: `open` by a descriptor. Absent: there is none yet. */
  readonly file?: 'open' | 'closed';
  readonly cpus: readonly Cpu[];
  readonly properties: readonly Property[];
  readonly reaches?: () => Readonly<Record<string, Value<'bool'>>>;
  readonly mutations?: readonly Mutation[];
  readonly waive?: readonly Rule[];
}

export interface RefpageScenario extends Config {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entry: string;
  readonly expect: Expectation;
  readonly catalogueSteps?: number;
  readonly lengthNote?: string;
  readonly mutants?: readonly (Partial<Config> & { readonly name: string; readonly what: string; readonly expect: Expectation })[];
}

/** The reference contents are version 1; zeroes are version 0. */
export const REFERENCE = 1;

export function refpageScenario(s: RefpageScenario): Scenario {
  const { id, title, about, entry, expect, catalogueSteps, lengthNote } = s;
  return {
    id, title, about, entry, expect,
    kernel: s.kernel.version, cpus: s.cpus.length, mms: s.maps.length, pages: s.frames,
    machine: switchedOff(machineOf(s)),
    mutants: (s.mutants ?? []).map(({ name, what, expect: fails, ...change }) => ({ name, what, expect: fails, build: () => build(id, { ...s, ...change }, false) })),
    build: () => build(id, s, true),
    ...(catalogueSteps === undefined ? {} : { catalogueSteps }),
    ...(lengthNote === undefined ? {} : { lengthNote }),
  };
}

const machineOf = (s: Config): MachineConfig => ({ ...DEFAULT_MACHINE, ...s.machine, cpuMm: s.cpus.map((c) => c.mm ?? null) });

/** `whole`: not a variation, which need not reach what the world does. */
function build(name: string, s: Config, whole: boolean): Program {
  return program({
    name,
    sizes: {
      cpu_t: s.cpus.length, mm_t: s.maps.length, va_t: Math.max(...s.maps.map((m) => m.length)), pfn_t: s.frames,
      ...(s.kernel.counterBits === undefined ? {} : { count_t: 2 ** s.kernel.counterBits }),
    },
    options: { kernel: s.kernel, machine: machineOf(s) },
    threads: () => [...s.cpus.map((c, i) => thread(c.name, i, () => { c.does.forEach((f) => { f(); }); })), ...hardware()],
    init: (set) => {
      s.maps.forEach((m, mm) => m.forEach((at, va) => { if (at !== null) initialMapping(set, s, at, mm, va); }));
      initialPages(set, s);
    },
    properties: s.properties,
    ...(s.reaches === undefined || !whole ? {} : { reaches: s.reaches }),
    ...(s.mutations === undefined ? {} : { mutations: s.mutations }),
    ...(s.waive === undefined ? {} : { waive: s.waive }),
  });
}

function initialMapping(set: Init, s: Config, at: Mapped, mm: number, va: number): void {
  const [m, v] = [mm_t.lit(mm), va_t.lit(va)];
  set(vma_at.at(m, v), vma_t.of({ linked: TRUE, W: TRUE }));
  if (at.as === 'refpage' && s.kernel.refpages === 'v1') set(vm_private_data_at.at(m, v), refaddrVma(va_t.lit(0)));
  if (at.as === 'refpage' && s.kernel.refpages === 'v2') set(vm_file_at.at(m, v), refpageVma(pfn_t.lit(0)));
  if (at.page === undefined) return;
  const writable = at.as === 'anon' ? { W: TRUE, D: TRUE } : {};
  set(pte.at(m, v), pte_t.of({ P: TRUE, pfn: pfn_t.lit(at.page), ...writable }));
  s.cpus.forEach((c, i) => {
    if (c.mm === mm && c.tlb === true && machineOf(s).tlbs) set(tlb.at(cpu_t.lit(i), v), tlb_t.of({ V: TRUE, pfn: pfn_t.lit(at.page as number), ...writable }));
  });
}

/** Frame 0 is the reference page: v1's is the owner's page, v2's the file's. Other frames are free or anonymous. */
function initialPages(set: Init, s: Config): void {
  const all = s.maps.flat().filter((at) => at !== null);
  const owned = s.kernel.refpages === 'v2' && s.file !== undefined;
  for (let p = 0; p < s.frames; p++) {
    const mapped = all.filter((at) => at.page === p && !(owned && p === 0)).length;
    set(mapcount_at.at(pfn_t.lit(p)), count_t.lit(mapped));
    set(page_count_at.at(pfn_t.lit(p)), count_t.lit(mapped + (owned && p === 0 ? 1 : 0)));
    if (mapped > 0) set(PG_anon.at(pfn_t.lit(p)), TRUE);
  }
  set(data.at(pfn_t.lit(0)), version_t.lit(REFERENCE));
  if (!owned) return;
  set(f_page.at(), pfn_t.lit(0));
  set(f_count.at(), count_t.lit((s.file === 'open' ? 1 : 0) + all.filter((at) => at.as === 'refpage').length));
  if (s.file === 'open') set(fd.at(), TRUE);
}
