/** What runs against what in the matrix: agents, the kinds of memory that they work on, and how a cell's world begins. Types only. */
import type { KernelConfig } from '../kernel/version.ts';
import type { Init, Mutation, Property, Value } from '../language/index.ts';

/**
 * file: a page of a shared file mapping, mapped by PTEs. anon: a page of private anonymous memory, mapped by PTEs. huge: anonymous memory that a PMD entry maps as a whole.
 * private: a page of a private file mapping, or the copy of it that was written to. large: a shared file mapping whose page is a huge one, mapped by PTEs. text: a file that
 * nobody has open for writing, of which khugepaged may make such a page.
 */
export const KINDS = ['file', 'anon', 'huge', 'private', 'large', 'text'] as const;
export type Kind = (typeof KINDS)[number];
/** Those in which three are run against each other. The others are there for some fields of two. */
export const KINDS_OF_THREE: readonly Kind[] = ['file', 'anon', 'huge'];

/** How the page is mapped when the agents begin; rw: writable and dirty. table: of huge memory, small pages by a page table. */
export const STARTS = ['rw', 'ro', 'none', 'table'] as const;
export type Start = (typeof STARTS)[number];

/** What a part is given: `spare`, an mm that is its own; `n`, which of the cell's agents it is. */
export interface Place {
  readonly spare: number;
  readonly n: number;
}

/** A step of the agent that the agent does not live without, taken away: some cell of its row must then fail. */
export interface AgentMutant {
  readonly name: string;
  readonly what: string;
  /** The cell in which it fails: the other agent, and the start. */
  readonly against: string;
  readonly start: Start;
  readonly mutations?: readonly Mutation[];
  readonly kernel?: Partial<KernelConfig>;
  readonly property: string;
}

/** An agent in one kind of memory. */
export interface Part {
  readonly run: (place: Place) => void;
  /** Code of the program itself, or on whose CPU interrupts matter: the CPU has a TLB. Others run on CPUs whose TLBs nobody looks at. */
  readonly user?: boolean;
  /** It needs an mm of its own: empty (the child of fork), with an equal page (KSM), or with a shared mapping of the file that a program stores through. */
  readonly spare?: 'empty' | 'equal page' | 'shared';
  /** Pages of addresses that its world has. Default 1. */
  readonly addresses?: 2;
  /** Frames that it may take. */
  readonly frames?: number;
  /** It finds mappings by rmap: the cell then has what keeps such agents and the others apart. */
  readonly walks?: true;
  /** Slots of the swap device that it may take: the cell then has swap. */
  readonly slots?: number;
  /** The kind is there for the sake of such agents: it has no field without one of them. Absent in all of a kind: it has every field. */
  readonly sake?: true;
  /** Starts from which it has something to do: the cell is run from those of both its agents. */
  readonly starts: readonly Start[];
  /** Its work, as it shows in the world: reached in every cell that begins at one of `starts`. */
  readonly effect: (place: Place) => Value<'bool'>;
  readonly mutants?: readonly AgentMutant[];
  /** What a cell has besides if this is in it. */
  readonly brings?: Besides;
  /** What runs beside it in its field with itself, where there are never two of it. */
  readonly second?: Part;
}

/** Of a cell, for the sake of one who is in it. */
export interface Besides {
  readonly kernel?: Partial<KernelConfig>;
  readonly properties?: readonly Property[];
  readonly also?: (set: Init) => void;
}

export interface Agent {
  /** `write-fault`. */
  readonly id: string;
  /** A few words, for the table's legend. */
  readonly does: string;
  readonly kinds: Partial<Readonly<Record<Kind, Part>>>;
  /** Why there are never two of it at once, but for what a part's `second` does; absent: there may be. */
  readonly alone?: string;
}

/** Everything about a kind of memory that does not depend on the agents. */
export interface KindWorld {
  readonly kernel: KernelConfig;
  readonly properties: readonly Property[];
  /** What cells with swap have besides. */
  readonly swapped?: { readonly kernel: Partial<KernelConfig>; readonly properties: readonly Property[] };
  /** What cells have besides in which somebody walks the rmap. */
  readonly walked?: { readonly kernel: Partial<KernelConfig>; readonly properties: readonly Property[] };
  /** Beyond the page table: which frames hold what. */
  readonly also?: (set: Init, start: Start) => void;
  /** Gives the mm a page of its own, equal to the first. */
  readonly equalPage?: (set: Init, mm: number) => void;
}
