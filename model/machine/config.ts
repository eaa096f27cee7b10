/** What a world's hardware is: switches that scenarios set and verdicts print. */
import { option, type Value } from '../language/index.ts';

export interface StoreBuffers {
  /** Places whose plain stores may wait. */
  readonly stores: readonly string[];
  /**
   * Places whose read-modify-writes may wait too: an architecture on which they are no barriers. While one waits, nobody else writes
   * its cell: it stays atomic, and only what comes after it may be done first.
   */
  readonly relaxed?: readonly string[];
  /** State of the CPU and no memory: writing it waits for nothing. */
  readonly registers: readonly string[];
  /** Primitives that write such state and are serializing instructions all the same. */
  readonly serializing?: readonly string[];
}

export interface MachineConfig {
  /** The mm whose user code runs on each CPU; null for a CPU that only runs kernel threads. */
  readonly cpuMm: readonly (number | null)[];
  /** CPUs have TLBs. Without them every access walks: what fails then is no matter of flushing. */
  readonly tlbs: boolean;
  /** Hardware may fill a TLB entry from a present PTE at any time. */
  readonly speculativeFill: boolean;
  /** Hardware may drop a TLB entry at any time. */
  readonly eviction: boolean;
  /** ipi: an interrupt per CPU that the initiator waits for. atomic: all CPUs in one step (coarser). */
  readonly shootdown: 'ipi' | 'atomic';
  /** Hardware sets A on every walk. */
  readonly accessedBit: boolean;
  /** Architectures whose set_pte_at clears the entry before it writes the new one. */
  readonly transientNone: boolean;
  /** Page tables of two levels: PMD entries, which map a huge page or lead to a page table that can be freed. Default: PTEs only. */
  readonly pmds?: boolean;
  /**
   * s390 until 3.8: dirty is a bit of the frame's storage key, set by every store to the frame, the kernel's too. PTEs and TLB entries have no D bit:
   * pte_mkdirty does nothing.
   */
  readonly storageKeys?: boolean;
  /** With `pmds`: CPUs remember PMD entries between walks. Default true. */
  readonly walkCaches?: boolean;
  /** Stores to these places wait in a buffer of their CPU before the others see them. Default: memory is sequentially consistent. */
  readonly storeBuffers?: StoreBuffers;
  /** CPUs begin with other page tables than those of their mm: nothing is translated until `cr3` is written. Default: they have them. */
  readonly switching?: boolean;
  /** How the kernel finds out whose TLBs to flush. Default: every CPU of the mm is interrupted. */
  readonly flush?: (args: { readonly mm: Value<'mm_t'>; readonly va: Value<'va_t'>; readonly all: Value<'bool'> }) => void;
}

export const DEFAULT_MACHINE: MachineConfig = {
  cpuMm: [],
  tlbs: true,
  speculativeFill: true,
  eviction: true,
  shootdown: 'ipi',
  accessedBit: false,
  transientNone: false,
};

/** The hardware of the world being recorded. */
export function machine(): MachineConfig {
  return option<MachineConfig>('machine') ?? DEFAULT_MACHINE;
}

/** CPUs whose TLBs may hold entries of the mm: its mm_cpumask. */
export function cpusOf(mm: number): number[] {
  if (!machine().tlbs) return [];
  return machine().cpuMm.flatMap((m, cpu) => (m === mm ? [cpu] : []));
}

/** What is switched off, for the verdict: `no speculative fills`. */
export function switchedOff(config: MachineConfig): string[] {
  return [
    ...(config.tlbs ? [] : ['no TLBs']),
    ...(config.speculativeFill ? [] : ['no speculative TLB fills']),
    ...(config.eviction ? [] : ['no TLB evictions']),
    ...(config.shootdown === 'ipi' ? [] : ['TLB shootdown in one step']),
    ...(config.storageKeys ? ['dirty bits in storage keys, none in PTEs'] : []),
    ...(config.accessedBit ? [] : ['no accessed bit']),
    ...(config.pmds && config.walkCaches === false ? ['no paging-structure caches'] : []),
    ...(config.storeBuffers ? [] : ['no store buffers']),
  ];
}
