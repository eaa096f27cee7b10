/** Worlds about one page of one file: what every dirty-tracking scenario starts from. */
import type { Rule } from '../language/errors.ts';
import type { Program } from '../language/ir.ts';
import { program, thread, TRUE, type Init, type Mutation, type Property, type Value } from '../language/index.ts';
import { buffers } from '../kernel/buffer.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { disk, fs_prep, has_contents, last_store, mapcount_at, mapping_at, notified, page_cache, page_count_at, PG_dirty, slot_t } from '../kernel/page.ts';
import type { KernelConfig } from '../kernel/version.ts';
import { DEFAULT_MACHINE, switchedOff, type MachineConfig } from '../machine/config.ts';
import { data } from '../machine/mmu.ts';
import { hardware, pte, tlb } from '../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_t, tlb_t, va_t, version_t } from '../machine/types.ts';
import { everywhere } from '../../properties/everywhere.ts';
import type { Expectation, Mutant, Scenario } from '../scenario.ts';

/** How an mm maps the file page at the start. rw: writable and dirty; w: writable and clean. */
export interface Mapping {
  readonly pte?: 'none' | 'ro' | 'w' | 'rw';
  /** Default true, as are `writable` and `linked`. */
  readonly shared?: boolean;
  readonly writable?: boolean;
  readonly linked?: boolean;
}

export interface Cpu {
  /** The mm whose user code the CPU runs; absent: kernel threads only. */
  readonly mm?: number;
  readonly name: string;
  readonly run: () => void;
  /** The CPU's TLB entry at the start: as the PTE is. */
  readonly tlb?: boolean;
}

export interface Start {
  /** Dirty: stored to and not on disk; else memory and disk agree. */
  readonly dirty?: boolean;
  /** PG_dirty at the start, if it is not as `dirty` says. */
  readonly flag?: boolean;
  readonly buffers?: 'dirty' | 'clean';
  readonly maps: readonly Mapping[];
  /** Frames beyond the one in the cache. */
  readonly freeFrames?: number;
  /** Reference counts are 0 … counts-1; more CPUs hold more references. Default 8. */
  readonly counts?: number;
}

export interface Variation {
  readonly kernel?: Partial<KernelConfig>;
  readonly machine?: Partial<MachineConfig>;
  readonly start?: Partial<Start>;
  readonly cpus?: readonly Cpu[];
  readonly mutations?: readonly Mutation[];
  readonly waive?: readonly Rule[];
}

export interface FileScenario {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly entry?: string;
  readonly kernel: KernelConfig;
  readonly machine?: Partial<MachineConfig>;
  readonly start: Start;
  readonly cpus: readonly Cpu[];
  readonly properties: readonly Property[];
  readonly reaches?: () => Readonly<Record<string, Value<'bool'>>>;
  readonly expect: Expectation;
  readonly catalogueSteps?: number;
  readonly lengthNote?: string;
  readonly waive?: readonly Rule[];
  readonly mutants?: readonly (Variation & { readonly name: string; readonly what: string; readonly expect: Expectation; readonly properties?: readonly Property[] })[];
}

/** A scenario of one file page. */
export function fileScenario(s: FileScenario): Scenario {
  const mutants: Mutant[] = (s.mutants ?? []).map((m) => ({
    name: m.name,
    what: m.what,
    expect: m.expect,
    build: () => buildWorld({ ...s, properties: m.properties ?? s.properties }, m),
  }));
  const config = machineOf(s);
  return {
    id: s.id,
    title: s.title,
    about: s.about,
    kernel: s.kernel.version,
    cpus: s.cpus.length,
    mms: s.start.maps.length,
    pages: 1 + (s.start.freeFrames ?? 0),
    machine: switchedOff(config),
    expect: s.expect,
    mutants,
    build: () => buildWorld(s),
    ...(s.expect.verdict === 'holds' ? { strict: () => buildWorld({ ...s, properties: [...new Set([...s.properties, ...everywhere])] }) } : {}),
    ...(s.entry === undefined ? {} : { entry: s.entry }),
    ...(s.catalogueSteps === undefined ? {} : { catalogueSteps: s.catalogueSteps }),
    ...(s.lengthNote === undefined ? {} : { lengthNote: s.lengthNote }),
  };
}

function machineOf(s: FileScenario, variation: Variation = {}): MachineConfig {
  const cpus = variation.cpus ?? s.cpus;
  return { ...DEFAULT_MACHINE, ...s.machine, ...variation.machine, cpuMm: cpus.map((c) => c.mm ?? null) };
}

function buildWorld(s: FileScenario, variation: Variation = {}): Program {
  const cpus = variation.cpus ?? s.cpus;
  const start = { ...s.start, ...variation.start };
  const kernel: KernelConfig = { ...s.kernel, ...variation.kernel };
  return program({
    name: s.id,
    sizes: { cpu_t: cpus.length, mm_t: start.maps.length, va_t: 1, pfn_t: 1 + (start.freeFrames ?? 0), ...(start.counts === undefined ? {} : { count_t: start.counts }) },
    options: { kernel, machine: machineOf(s, variation) },
    threads: () => [...cpus.map((c, i) => thread(c.name, i, c.run)), ...hardware()],
    init: (set) => initialState(set, start, cpus, kernel),
    properties: s.properties,
    ...(s.reaches && Object.keys(variation).length === 0 ? { reaches: s.reaches } : {}),
    ...(variation.mutations ? { mutations: variation.mutations } : {}),
    waive: [...(s.waive ?? []), ...(variation.waive ?? [])],
  });
}

function initialState(set: Init, start: Start, cpus: readonly Cpu[], kernel: KernelConfig): void {
  const page = pfn_t.lit(0);
  set(page_cache.at(), slot_t.of({ present: TRUE, pfn: page }));
  set(mapping_at.at(page), TRUE);
  if (start.dirty) {
    set(data.at(page), version_t.lit(1));
    set(last_store.at(), version_t.lit(1));
    set(fs_prep.at(page), TRUE);
    set(notified.at(page), TRUE);
  }
  set(disk.at(), version_t.lit(0));
  set(has_contents.at(), TRUE);
  if (start.flag ?? start.dirty) set(PG_dirty.at(page), TRUE);
  if (start.buffers) set(buffers.has.at(page), TRUE);
  if (start.buffers === 'dirty') set(buffers.dirty.at(page), TRUE);
  start.maps.forEach((m, i) => initialMapping(set, m, i, kernel));
  const mapped = start.maps.filter((m) => (m.pte ?? 'none') !== 'none').length;
  set(mapcount_at.at(page), count_t.lit(mapped));
  set(page_count_at.at(page), count_t.lit(mapped + 1));
  cpus.forEach((c, i) => {
    const map = c.mm === undefined ? undefined : start.maps[c.mm];
    if (c.tlb && map && (map.pte ?? 'none') !== 'none') set(tlb.at(cpu_t.lit(i), va_t.lit(0)), tlb_t.of({ V: TRUE, pfn: page, ...bits(map) }));
  });
}

function initialMapping(set: Init, m: Mapping, i: number, kernel: KernelConfig): void {
  const writable = m.writable ?? true;
  const shared = m.shared ?? true;
  const notify = kernel.version !== '2.6.17';
  set(vma_at.at(mm_t.lit(i), va_t.lit(0)), vma_t.of({
    ...((m.linked ?? true) ? { linked: TRUE } : {}),
    ...(writable ? { W: TRUE } : {}),
    ...(shared ? { S: TRUE } : {}),
    ...(writable && shared && !notify ? { prot_W: TRUE } : {}),
  }));
  if ((m.pte ?? 'none') !== 'none') set(pte.at(mm_t.lit(i), va_t.lit(0)), pte_t.of({ P: TRUE, pfn: pfn_t.lit(0), ...bits(m) }));
}

function bits(m: Mapping): { W?: Value<'bool'>; D?: Value<'bool'> } {
  return { ...(m.pte === 'rw' || m.pte === 'w' ? { W: TRUE } : {}), ...(m.pte === 'rw' ? { D: TRUE } : {}) };
}
