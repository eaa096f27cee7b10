/** Worlds about one page of one file: what every dirty-tracking scenario starts from. */
import type { Rule } from '../language/errors.ts';
import type { Program } from '../language/ir.ts';
import { program, thread, TRUE, type Init, type Mutation, type Progress, type Property, type Value } from '../language/index.ts';
import { buffers } from '../kernel/buffer.ts';
import { vma_at, vma_t } from '../kernel/mm_types.ts';
import { disk, fs_prep, has_contents, last_store, mapcount_at, mapping_at, notified, page_cache, page_count_at, PG_dirty, slot_t } from '../kernel/page.ts';
import type { KernelConfig } from '../kernel/version.ts';
import { DEFAULT_MACHINE, switchedOff, type MachineConfig } from '../machine/config.ts';
import { data } from '../machine/mmu.ts';
import { withStoreBuffers } from '../machine/store_buffer.ts';
import { hardware, pte, tlb } from '../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_t, tlb_t, va_t, version_t } from '../machine/types.ts';
import { everywhere } from '../../properties/everywhere.ts';
import type { Buildable, Expectation, Mutant, Scenario } from '../scenario.ts';
import type { Contents, Cpu, Mapping, Start } from './contents.ts';
import { partsOf, without } from './smaller.ts';

export interface Variation {
  readonly kernel?: Partial<KernelConfig>;
  readonly machine?: Partial<MachineConfig>;
  readonly start?: Partial<Start>;
  readonly cpus?: readonly Cpu[];
  /** Instead of that of the scenario. */
  readonly progress?: readonly Progress[];
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
  /** What is so at the start beyond `start`. */
  readonly also?: (set: Init) => void;
  readonly properties: readonly Property[];
  readonly progress?: readonly Progress[];
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
    ...buildable({ ...s, properties: m.properties ?? s.properties }, m),
  }));
  const config = machineOf(s, s.cpus);
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
    ...buildable(s, {}),
    strict: () => buildable({ ...s, properties: [...new Set([...s.properties, ...everywhere])] }, {}).build(),
    ...(s.entry === undefined ? {} : { entry: s.entry }),
    ...(s.catalogueSteps === undefined ? {} : { catalogueSteps: s.catalogueSteps }),
    ...(s.lengthNote === undefined ? {} : { lengthNote: s.lengthNote }),
  };
}

function buildable(s: FileScenario, variation: Variation): Buildable {
  const whole = { cpus: variation.cpus ?? s.cpus, start: { ...s.start, ...variation.start } };
  return {
    build: () => buildWorld(s, whole, variation, Object.keys(variation).length === 0 ? s.reaches : undefined),
    parts: partsOf(whole),
    without: (parts) => {
      const left = without(whole, parts);
      return left === null ? null : buildWorld(s, left, variation);
    },
  };
}

function machineOf(s: FileScenario, cpus: Contents['cpus'], variation: Variation = {}): MachineConfig {
  return { ...DEFAULT_MACHINE, ...s.machine, ...variation.machine, cpuMm: cpus.map((c) => c?.mm ?? null) };
}

/** `reaches`: a variation or a smaller world need not reach what the whole one does. */
function buildWorld(s: FileScenario, { cpus, start }: Contents, variation: Variation, reaches?: FileScenario['reaches']): Program {
  const kernel: KernelConfig = { ...s.kernel, ...variation.kernel };
  const machine = machineOf(s, cpus, variation);
  return program({
    name: s.id,
    sizes: sizesOf(cpus, start, kernel),
    options: { kernel, machine },
    ...(machine.storeBuffers ? { memory: withStoreBuffers(machine.storeBuffers) } : {}),
    threads: () => [...cpus.flatMap((c, i) => (c === null ? [] : [thread(c.name, i, () => { c.does.forEach((f) => { f(); }); }, c.daemon)])), ...hardware()],
    init: (set) => {
      initialState(set, start, cpus, kernel);
      s.also?.(set);
    },
    properties: s.properties,
    progress: variation.progress ?? s.progress ?? [],
    ...(reaches === undefined ? {} : { reaches }),
    ...(variation.mutations ? { mutations: variation.mutations } : {}),
    waive: [...(s.waive ?? []), ...(variation.waive ?? [])],
  });
}

function sizesOf(cpus: Contents['cpus'], start: Start, kernel: KernelConfig): Readonly<Record<string, number>> {
  return {
    cpu_t: cpus.length, mm_t: start.maps.length, va_t: start.addresses ?? 1, pfn_t: 1 + (start.freeFrames ?? 0),
    ...(start.counts === undefined ? {} : { count_t: start.counts }),
    ...(start.slots === undefined ? {} : { swp_t: start.slots }),
    ...(kernel.gup === undefined ? {} : { vm_fault_t: 5 }),
  };
}

function initialState(set: Init, start: Start, cpus: Contents['cpus'], kernel: KernelConfig): void {
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
    const map = c?.mm === undefined ? undefined : start.maps[c.mm];
    if (c?.tlb && map && (map.pte ?? 'none') !== 'none') set(tlb.at(cpu_t.lit(i), va_t.lit(0)), tlb_t.of({ V: TRUE, pfn: page, ...bits(map) }));
  });
  start.also?.(set);
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
