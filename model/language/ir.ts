/**
 * The intermediate representation that procedures are recorded into.
 *
 * Plain data, JSON-able, no imports: it is printed (listing), checked (validate, contracts), mutated, lowered
 * (lower) and interpreted (schedules/reference) by code that never calls the user's functions again.
 */

/** Where a statement was written. `file` is relative to the package root, with forward slashes. */
export interface Loc {
  readonly file: string;
  readonly line: number;
}

/** A declared type. Every value is an integer 0 … size-1; records pack their fields, first field lowest. */
export type TypeDecl =
  | { readonly kind: 'bool'; readonly name: string }
  /** 0 … hi, inclusive. */
  | { readonly kind: 'int'; readonly name: string; readonly hi: number }
  | { readonly kind: 'enum'; readonly name: string; readonly values: readonly string[] }
  /** 0 … size-1, the name of one of several like things (cpu, mm, pfn). */
  | { readonly kind: 'index'; readonly name: string; readonly size: number }
  | { readonly kind: 'record'; readonly name: string; readonly fields: readonly FieldDecl[] };

export interface FieldDecl {
  readonly name: string;
  /** Name of the field's type; records do not nest. */
  readonly type: string;
}

/** A shared place: an array of cells of one type, indexed by index types (none: a scalar). */
export interface PlaceDecl {
  readonly name: string;
  readonly type: string;
  /** Names of index types, one a dimension. */
  readonly dims: readonly string[];
  /** Ghost places exist for properties only: no procedure's behaviour may depend on one. */
  readonly ghost: boolean;
  /** How traces and listings print it, with %0, %1 for the indices: `page[%0].PG_dirty`. Default `name[%0][%1]`. */
  readonly display?: string;
}

export type Op =
  | 'not' | 'and' | 'or'
  | 'eq' | 'ne' | 'lt' | 'le'
  | 'add' | 'sub';

/** A pure expression. `type` names its declared type. */
export type Expr =
  | { readonly e: 'const'; readonly value: number; readonly type: string }
  /** A parameter, a loaded value, a `Let`, a call's result, a mutable variable, or a forall's bound variable. */
  | { readonly e: 'local'; readonly id: number; readonly name: string; readonly type: string }
  /** A shared place's value: only in guards, atomic sections, ghost code and properties. */
  | { readonly e: 'read'; readonly place: PlaceRef; readonly type: string }
  | { readonly e: 'field'; readonly of: Expr; readonly field: string; readonly type: string }
  | { readonly e: 'with'; readonly of: Expr; readonly field: string; readonly value: Expr; readonly type: string }
  | { readonly e: 'record'; readonly fields: Readonly<Record<string, Expr>>; readonly type: string }
  | { readonly e: 'op'; readonly op: Op; readonly args: readonly Expr[]; readonly type: string }
  | { readonly e: 'cond'; readonly test: Expr; readonly then: Expr; readonly else: Expr; readonly type: string }
  /** A named pure helper (pte_mkdirty): `body` is the meaning, `name(args)` is how it is printed. */
  | { readonly e: 'macro'; readonly name: string; readonly args: readonly Expr[]; readonly body: Expr; readonly type: string }
  /** Properties only. `var` is the bound local's id, ranging over the index type `over`. */
  | { readonly e: 'forall' | 'exists'; readonly var: number; readonly name: string; readonly over: string; readonly body: Expr; readonly type: string }
  /** Properties only: number of indices for which the body holds, saturating at the type's hi. */
  | { readonly e: 'count'; readonly var: number; readonly name: string; readonly over: string; readonly body: Expr; readonly type: string }
  /** The CPU that runs the statement: a constant of its thread. */
  | { readonly e: 'cpu'; readonly type: string }
  /** Properties only: every thread that is not a daemon has ended. */
  | { readonly e: 'quiescent'; readonly type: string };

export interface PlaceRef {
  readonly place: string;
  readonly index: readonly Expr[];
}

/** How a step is printed: `name(args)`, or its generic form if absent. */
export interface Display {
  readonly name: string;
  readonly args: readonly Expr[];
}

/** What a step does to a lock, for the static contract check. The lock is named by the place it lives in. */
export interface LockEffect {
  /** downgrade: from the exclusive side to the shared one, with nobody in between. */
  readonly op: 'acquire' | 'release' | 'tryAcquire' | 'downgrade';
  /** Acquire of a spinning lock: nothing may sleep until it is released. */
  readonly spinning: boolean;
  /** `pte_lock(mm)`: the place with its index expressions. */
  readonly lock: PlaceRef;
  /** Shared (read) or exclusive side of an rwlock. */
  readonly mode: 'exclusive' | 'shared';
}

interface At {
  readonly loc: Loc;
}

/** Statements. Those marked STEP are one scheduling step each; all others ride with the step before them. */
export type Stmt = At & (
  /** STEP. `into := place`. */
  | { readonly s: 'load'; readonly into: number; readonly name: string; readonly type: string; readonly place: PlaceRef; readonly display?: Display; readonly discard?: boolean }
  /** STEP. `place := value`. */
  | { readonly s: 'store'; readonly place: PlaceRef; readonly value: Expr; readonly display?: Display }
  /** STEP. Atomically `old := place; place := value(old)`; blocks while `guard(old)` is false. `old` is a local of value and guard. */
  | { readonly s: 'rmw'; readonly old: number; readonly name: string; readonly type: string; readonly place: PlaceRef; readonly value: Expr; readonly guard?: Expr; readonly display?: Display; readonly lock?: LockEffect; /** the old value is kept for later statements */ readonly used: boolean }
  /** STEP. Blocks until `cond`, which reads one shared place. */
  | { readonly s: 'wait'; readonly cond: Expr; readonly display?: Display }
  /** STEP. Several accesses at once, blocking while `guard` is false; `why` says what makes it atomic. */
  | { readonly s: 'atomic'; readonly why: string; readonly guard?: Expr; readonly body: readonly Stmt[]; readonly display?: Display; readonly lock?: LockEffect }
  /** STEP. Nondeterministic: `into` takes any value 0 … count-1 (mapped to labels by the type). */
  | { readonly s: 'choose'; readonly into: number; readonly name: string; readonly type: string; readonly count: number; readonly display?: Display }
  /** STEP. No access; marks a place where the thread can be preempted, for instance a sleep. */
  | { readonly s: 'skip'; readonly display?: Display }
  | { readonly s: 'let'; readonly into: number; readonly name: string; readonly type: string; readonly value: Expr }
  /** Declares a mutable local, or assigns it. */
  | { readonly s: 'var' | 'assign'; readonly into: number; readonly name: string; readonly type: string; readonly value: Expr }
  | { readonly s: 'if'; readonly test: Expr; readonly then: readonly Stmt[]; readonly else: readonly Stmt[] }
  | { readonly s: 'while'; readonly test: Expr; readonly body: readonly Stmt[] }
  /** Endless loop of a thread (daemons). */
  | { readonly s: 'forever'; readonly body: readonly Stmt[] }
  /** Unrolled over an index type. */
  | { readonly s: 'for'; readonly var: number; readonly name: string; readonly over: string; readonly body: readonly Stmt[] }
  | { readonly s: 'call'; readonly proc: string; readonly args: readonly Expr[]; readonly into?: number; readonly name?: string; readonly type?: string }
  | { readonly s: 'return'; readonly value?: Expr }
  | { readonly s: 'break' }
  /** Rides with the step before: a ghost write. The value may read ghost and real places. */
  | { readonly s: 'ghost'; readonly place: PlaceRef; readonly value: Expr; /** part of a primitive, whose name stands for it in listings */ readonly within?: string }
  /** Rides with the step before: violates property `assertion` with this name when false. Reads as ghost code does. */
  | { readonly s: 'assert'; readonly cond: Expr; readonly name: string }
);

/** What a procedure promises about locks: as printed in listings, checked on every path. */
export interface Contract {
  /** Locks held on entry and still (or no longer) on exit. */
  readonly entry: readonly LockRef[];
  readonly exit: readonly LockRef[];
  /** Exits that differ, by returned constant. */
  readonly exitWhen: readonly { readonly value: number; readonly locks: readonly LockRef[] }[];
  /** The procedure may sleep: it is an error to call it with a spinning lock held. */
  readonly maySleep: boolean;
}

export interface LockRef {
  readonly place: PlaceRef;
  readonly mode: 'exclusive' | 'shared';
}

/** Which kernel function, file and versions a procedure follows. */
export interface Source {
  readonly fn: string;
  readonly file: string;
  readonly version: string;
}

export interface ProcDecl {
  /** Unique in the program: the name, with its variant where there are several (`do_wp_page`). */
  readonly name: string;
  readonly params: readonly { readonly id: number; readonly name: string; readonly type: string }[];
  /** Type of the returned value, or null. */
  readonly returns: string | null;
  readonly models: Source | null;
  readonly doc: string;
  readonly contract: Contract;
  readonly body: readonly Stmt[];
  readonly loc: Loc;
}

/**
 * no: must end (or the program is deadlocked).
 * service: never ends, and is relied on to run when it can (an IPI handler).
 * optional: never ends, and may never run (speculative TLB fill, eviction).
 */
export type Daemon = 'no' | 'service' | 'optional';

export interface ThreadDecl {
  readonly name: string;
  /** Column in traces. */
  readonly cpu: number;
  readonly daemon: Daemon;
  readonly proc: string;
  readonly args: readonly number[];
  readonly loc: Loc;
}

export interface ConjunctDecl {
  readonly name: string;
  /** When the conjunct says something; a premise that is never true makes it vacuous. */
  readonly premise: Expr | null;
  readonly holds: Expr;
}

export interface PropertyDecl {
  /** `I1-strong`. */
  readonly name: string;
  readonly prose: string;
  readonly conjuncts: readonly ConjunctDecl[];
  readonly loc: Loc;
}

/** `from` leads to `to` in every fair run. */
export interface ProgressDecl {
  readonly name: string;
  readonly prose: string;
  readonly from: Expr;
  readonly to: Expr;
  /** Names of threads of which no fairness is assumed, beside the optional ones. */
  readonly unfair: readonly string[];
  /** Fairness is strong. */
  readonly strong: boolean;
  readonly loc: Loc;
}

/** A closed world: everything the explorer needs. */
export interface Program {
  readonly name: string;
  readonly types: readonly TypeDecl[];
  readonly places: readonly PlaceDecl[];
  /** Initial value by cell, where it is not 0: place name → flat cell index → value. */
  readonly init: Readonly<Record<string, Readonly<Record<number, number>>>>;
  readonly procs: readonly ProcDecl[];
  readonly threads: readonly ThreadDecl[];
  readonly properties: readonly PropertyDecl[];
  /** Absent where only safety is asked for. */
  readonly progress?: readonly ProgressDecl[];
  /** States that must be reachable for a "holds" to mean anything. */
  readonly reaches: readonly { readonly name: string; readonly expr: Expr }[];
}
