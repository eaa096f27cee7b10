/**
 * The lowered form of a program: one control-flow graph a thread, everything inlined and resolved to numbers.
 * The explorers, the exporters and the reference interpreter all read this and nothing else.
 *
 * Semantics. A state is one value for each place cell, each thread's register and each thread's current node.
 * A thread can move when its node's `guard` is true; it then picks `choice` in 0 … choices-1 and runs `code`
 * top to bottom, each action seeing the effects of the ones before; every path ends in exactly one `goto`.
 * One node run is one step is one transition. A node of kind 'end' never moves.
 * A value outside 0 … size-1 of the register or cell it is stored to is a model error (PT008), found at run time.
 * Registers that are dead at the target are set to 0 by explicit actions, so equal behaviour is equal state.
 */
import type { Daemon, Loc, LockEffect } from './ir.ts';

export type GOp = 'not' | 'and' | 'or' | 'eq' | 'ne' | 'lt' | 'le' | 'add' | 'sub' | 'bitand' | 'bitor' | 'shl' | 'shr';

/** Integer expressions over the current state; booleans are 0 and 1; every intermediate fits a signed 32-bit word. */
export type GExpr =
  | { readonly g: 'const'; readonly value: number }
  | { readonly g: 'reg'; readonly reg: number }
  /** Cell `index` of a place (flat, row-major). Out of range is a model error, found at run time. */
  | { readonly g: 'cell'; readonly place: number; readonly index: GExpr }
  | { readonly g: 'op'; readonly op: GOp; readonly args: readonly GExpr[] }
  | { readonly g: 'cond'; readonly test: GExpr; readonly then: GExpr; readonly else: GExpr }
  /** The alternative picked at this node. */
  | { readonly g: 'choice' }
  /** 1 when the thread (by index) is at its end node. */
  | { readonly g: 'ended'; readonly thread: number };

export type Action =
  | { readonly a: 'set'; readonly reg: number; readonly value: GExpr }
  | { readonly a: 'write'; readonly place: number; readonly index: GExpr; readonly value: GExpr }
  | { readonly a: 'if'; readonly test: GExpr; readonly then: readonly Action[]; readonly else: readonly Action[] }
  /** Index into Graph.nodes; always the last action of its path. */
  | { readonly a: 'goto'; readonly node: number };

/** A shared access of a step. `cell` is null where the index is only known at run time. */
export interface Access {
  readonly place: number;
  readonly cell: number | null;
  readonly mode: 'read' | 'write' | 'rmw';
}

export interface Frame {
  /** Procedure name. */
  readonly proc: string;
  /** Position of the statement in that procedure: the step itself for the innermost, the call for the others. */
  readonly loc: Loc;
}

export interface GNode {
  /** Index in Graph.nodes. */
  readonly id: number;
  readonly thread: number;
  readonly kind: 'step' | 'end';
  readonly guard: GExpr | null;
  readonly choices: number;
  readonly code: readonly Action[];
  /** Non-ghost shared accesses. */
  readonly footprint: readonly Access[];
  /** Innermost first. Empty for the end node. */
  readonly stack: readonly Frame[];
  /** What the step is, as the listing prints it: `entry = ptep_get_and_clear(mm, address)`. */
  readonly text: string;
  /** Statement ids (`proc:n`) this node was made from, for coverage. */
  readonly origin: string;
  /** Registers that carry a meaning while the thread stands at this node. */
  readonly live: readonly { readonly reg: number; readonly name: string; readonly type: string }[];
  /** Locks the thread holds here, as the static pass proved: printed forms. */
  readonly locks: readonly string[];
  readonly lock?: { readonly op: LockEffect['op']; readonly place: number; readonly cell: number | null; readonly mode: 'exclusive' | 'shared'; readonly spinning: boolean };
  readonly atomicWhy?: string;
}

export interface GPlace {
  readonly name: string;
  readonly type: string;
  /** Sizes of the dimensions; cells = their product (1 for a scalar). */
  readonly dims: readonly number[];
  readonly dimTypes: readonly string[];
  readonly cells: number;
  /** Values are 0 … size-1. */
  readonly size: number;
  readonly ghost: boolean;
  readonly display: string;
  /** One a cell. */
  readonly initial: readonly number[];
}

export interface GReg {
  /** Values are 0 … size-1. Slots are shared by locals that never live together. */
  readonly size: number;
  readonly thread: number;
  /** Only lives within one step: 0 in every state, and costs none of its bits. */
  readonly transient?: true;
}

export interface GThread {
  readonly name: string;
  readonly cpu: number;
  readonly daemon: Daemon;
  /** Initial node; registers start at 0 unless `init` says otherwise. */
  readonly start: number;
  readonly init: readonly { readonly reg: number; readonly value: number }[];
  /** Indices into Graph.nodes; the end node, if it has one, included. */
  readonly nodes: readonly number[];
}

export interface GConjunct {
  readonly name: string;
  readonly premise: GExpr | null;
  /** Must be true in every reachable state where the premise is. */
  readonly holds: GExpr;
}

export interface GProperty {
  readonly name: string;
  readonly prose: string;
  readonly conjuncts: readonly GConjunct[];
}

/** In every fair run a state where `from` holds is followed by one, perhaps itself, where `to` does. */
export interface GProgress {
  readonly name: string;
  readonly prose: string;
  readonly from: GExpr;
  readonly to: GExpr;
  /** Indices of threads of which no fairness is assumed, beside the optional ones. */
  readonly unfair: readonly number[];
  /** Fairness is strong. */
  readonly strong?: true;
}

/** How values of a type print. */
export type GType =
  | { readonly kind: 'bool' | 'int' | 'index'; readonly name: string; readonly size: number }
  | { readonly kind: 'enum'; readonly name: string; readonly size: number; readonly values: readonly string[] }
  | { readonly kind: 'record'; readonly name: string; readonly size: number; readonly fields: readonly { readonly name: string; readonly type: string; readonly shift: number; readonly width: number }[] };

export interface Graph {
  readonly name: string;
  /** Hash of everything that decides behaviour (hex, 16 digits): traces carry it. */
  readonly hash: string;
  readonly types: Readonly<Record<string, GType>>;
  readonly places: readonly GPlace[];
  readonly regs: readonly GReg[];
  readonly threads: readonly GThread[];
  readonly nodes: readonly GNode[];
  readonly properties: readonly GProperty[];
  /** Absent where there is none. */
  readonly progress?: readonly GProgress[];
  readonly reaches: readonly { readonly name: string; readonly expr: GExpr }[];
  /** Statements that should run somewhere in the search: origin → where and what. Dead ones are reported. */
  readonly origins: Readonly<Record<string, { readonly loc: Loc; readonly proc: string; readonly text: string }>>;
}
