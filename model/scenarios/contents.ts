/** What there is in a world of one file page: who runs, and what is mapped how. */
import type { Init } from '../language/index.ts';
import type { Daemon } from '../language/ir.ts';

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
  /** One after the other. */
  readonly does: readonly (() => void)[];
  /** Default 'no': it must end. */
  readonly daemon?: Daemon;
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
  /** Slots of the swap device. */
  readonly slots?: number;
  /** Pages of virtual addresses that each mm has; the first is mapped as `maps` says. Default 1. */
  readonly addresses?: number;
  /** What else there is at the start, or differs; set last. */
  readonly also?: (set: Init) => void;
}

/** Of the world as it is declared, or of a smaller one. */
export interface Contents {
  /** Null: a CPU on which nothing runs, and of whose TLB nobody thinks. */
  readonly cpus: readonly (Cpu | null)[];
  readonly start: Start;
}
