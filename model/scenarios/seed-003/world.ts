/** Worlds about one buffer object of a device: mapped by programs, tracked by a driver, with the dirty helpers in between. */
import { program, thread, TRUE, type Init, type Mutation, type Property, type Value } from '../../language/index.ts';
import type { Program } from '../../language/ir.ts';
import { bitmap_at, first_at, last_at, pgoff_t } from '../../kernel/mapping_dirty_helpers.ts';
import { vma_at, vma_t } from '../../kernel/mm_types.ts';
import type { KernelConfig, Variant } from '../../kernel/version.ts';
import { device_at, method_at, method_t, object } from '../../kernel/vmwgfx_page_dirty.ts';
import { DEFAULT_MACHINE, switchedOff, type MachineConfig } from '../../machine/config.ts';
import { data } from '../../machine/mmu.ts';
import { hardware, pte, tlb } from '../../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_t, tlb_t, va_t, version_t } from '../../machine/types.ts';
import type { Buildable, Expectation, Scenario } from '../../scenario.ts';
import type { Cpu } from '../contents.ts';

/** A PTE at the start. ro: read-only and clean; rod: read-only and dirty; w: writable and clean; rw: writable and dirty. */
type Entry = 'none' | 'ro' | 'rod' | 'w' | 'rw';

interface Start {
  /** Default PAGETABLE. */
  readonly method?: 'PAGETABLE' | 'MKWRITE';
  /** For each mm, the PTEs of the object's pages; all mms map all pages. Null: a VMA that fork will make. */
  readonly maps: readonly (readonly Entry[] | null)[];
  /** Pages that are in the bitmap, with contents that the device has not got. Pages with a `rw` PTE have such contents too. */
  readonly recorded?: readonly number[];
}

interface Variation {
  readonly variants?: readonly Variant[];
  readonly start?: Partial<Start>;
  readonly cpus?: readonly Cpu[];
  readonly mutations?: readonly Mutation[];
}

export interface BufferScenario {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entry: string;
  readonly variants?: readonly Variant[];
  readonly machine?: Partial<MachineConfig>;
  readonly start: Start;
  readonly cpus: readonly Cpu[];
  readonly properties: readonly Property[];
  readonly reaches?: () => Readonly<Record<string, Value<'bool'>>>;
  readonly expect: Expectation;
  readonly catalogueSteps?: number;
  readonly lengthNote?: string;
  readonly mutants?: readonly (Variation & { readonly name: string; readonly what: string; readonly expect: Expectation })[];
}

/** A scenario of one buffer object, on kernel 5.5. A mutant's `variants` replace the scenario's. */
export function bufferScenario(s: BufferScenario): Scenario {
  return {
    id: s.id,
    title: s.title,
    about: s.about,
    entry: s.entry,
    kernel: '5.5',
    cpus: s.cpus.length,
    mms: s.start.maps.length,
    pages: pagesOf(s.start),
    machine: switchedOff(machineOf(s, s.cpus)),
    expect: s.expect,
    mutants: (s.mutants ?? []).map((m) => ({ name: m.name, what: m.what, expect: m.expect, ...buildable(s, m) })),
    ...buildable(s, null),
    ...(s.catalogueSteps === undefined ? {} : { catalogueSteps: s.catalogueSteps }),
    ...(s.lengthNote === undefined ? {} : { lengthNote: s.lengthNote }),
  };
}

const pagesOf = (start: Start): number => Math.max(...start.maps.map((m) => m?.length ?? 0));

function machineOf(s: BufferScenario, cpus: readonly Cpu[]): MachineConfig {
  return { ...DEFAULT_MACHINE, ...s.machine, cpuMm: cpus.map((c) => c.mm ?? null) };
}

/** `variation` null: the scenario itself, which must also reach what it says. */
function buildable(s: BufferScenario, variation: Variation | null): Buildable {
  return { build: () => build(s, variation) };
}

function build(s: BufferScenario, variation: Variation | null): Program {
  const start = { ...s.start, ...variation?.start };
  const cpus = variation?.cpus ?? s.cpus;
  const kernel: KernelConfig = { version: '5.5', mixedmap: true, variants: variation?.variants ?? s.variants ?? [] };
  const pages = pagesOf(start);
  return program({
    name: s.id,
    sizes: { cpu_t: cpus.length, mm_t: start.maps.length, va_t: pages, pfn_t: pages, pgoff_t: pages + 1 },
    options: { kernel, machine: machineOf(s, cpus) },
    threads: () => [...cpus.map((c, i) => thread(c.name, i, () => { c.does.forEach((f) => { f(); }); })), ...hardware()],
    init: (set) => initialState(set, start, cpus),
    properties: s.properties,
    ...(variation === null && s.reaches ? { reaches: s.reaches } : {}),
    ...(variation?.mutations ? { mutations: variation.mutations } : {}),
  });
}

function initialState(set: Init, start: Start, cpus: readonly Cpu[]): void {
  const recorded = start.recorded ?? [];
  set(method_at.at(), start.method === 'MKWRITE' ? method_t.is.MKWRITE : method_t.is.PAGETABLE);
  set(first_at.at(object()), pgoff_t.lit(recorded.length === 0 ? pagesOf(start) : Math.min(...recorded)));
  set(last_at.at(object()), pgoff_t.lit(recorded.length === 0 ? 0 : Math.max(...recorded) + 1));
  pfn_t.all().forEach((page, i) => {
    set(device_at.at(page), version_t.lit(0));
    const behind = recorded.includes(i) || start.maps.some((m) => m?.[i] === 'rw');
    if (behind) set(data.at(page), version_t.lit(1));
    if (recorded.includes(i)) set(bitmap_at.at(object(), va_t.lit(i)), TRUE);
  });
  start.maps.forEach((entries, m) => entries?.forEach((e, i) => {
    set(vma_at.at(mm_t.lit(m), va_t.lit(i)), vma_t.of({ linked: TRUE, W: TRUE, S: TRUE }));
    if (e !== 'none') set(pte.at(mm_t.lit(m), va_t.lit(i)), pte_t.of({ P: TRUE, pfn: pfn_t.lit(i), ...bits(e) }));
  }));
  cpus.forEach((c, cpu) => start.maps[c.mm ?? -1]?.forEach((e, i) => {
    if (c.tlb && e !== 'none') set(tlb.at(cpu_t.lit(cpu), va_t.lit(i)), tlb_t.of({ V: TRUE, pfn: pfn_t.lit(i), ...bits(e) }));
  }));
}

const bits = (e: Entry): { W?: Value<'bool'>; D?: Value<'bool'> } => ({ ...(e === 'w' || e === 'rw' ? { W: TRUE } : {}), ...(e === 'rw' || e === 'rod' ? { D: TRUE } : {}) });
