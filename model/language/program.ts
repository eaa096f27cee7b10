/** Closed worlds: threads, initial state, properties, recorded into a Program. */
import { checkContracts } from './contracts.ts';
import { LanguageError, type Rule } from './errors.ts';
import { applyMutation, type Mutation } from './mutate.ts';
import type { ConjunctDecl, Daemon, Loc, Program, PropertyDecl, ThreadDecl } from './ir.ts';
import { callerLoc } from './loc.ts';
import type { Place } from './places.ts';
import { proc } from './proc.ts';
import { recordProgress, type Progress } from './progress.ts';
import { withRecording, type Recording } from './recorder.ts';
import { sizeOf, widthOf } from './sizes.ts';
import type { Value } from './types.ts';
import { validate } from './validate.ts';

type Bool = Value<'bool'>;

/** A conjunct: always true, or true whenever `when` is. */
export type Conjunct = Bool | { readonly when: Bool; readonly holds: Bool };

export interface Property {
  readonly name: string;
  readonly prose: string;
  /** Called once a program; the keys name the conjuncts. */
  readonly conjuncts: () => Readonly<Record<string, Conjunct>>;
  readonly loc: Loc;
}

/** Declares an invariant: each conjunct must hold in every reachable state. */
export function property(name: string, prose: string, conjuncts: () => Readonly<Record<string, Conjunct>>): Property {
  return { name, prose, conjuncts, loc: callerLoc() };
}

export interface Thread {
  readonly name: string;
  readonly cpu: number;
  readonly daemon: Daemon;
  readonly body: () => void;
  readonly loc: Loc;
}

/** A thread pinned to a CPU (a column of the trace). `daemon` as in the IR: default 'no', it must end. */
export function thread(name: string, cpu: number, body: () => void, daemon: Daemon = 'no'): Thread {
  return { name, cpu, daemon, body, loc: callerLoc() };
}

export type Init = <T extends string>(place: Place<T>, to: Value<NoInfer<T>>) => void;

export interface WorldSpec {
  readonly name: string;
  /** Size of each index type by name. */
  readonly sizes: Readonly<Record<string, number>>;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly init?: (set: Init) => void;
  readonly threads: () => readonly Thread[];
  readonly properties?: readonly Property[];
  /** What must come about in the end. */
  readonly progress?: readonly Progress[];
  readonly reaches?: () => Readonly<Record<string, Bool>>;
  /** Edits of the recorded procedures: how a mutant is made. */
  readonly mutations?: readonly Mutation[];
  /** What hardware makes of the recorded program, mutations and all; absent: memory is sequentially consistent. */
  readonly memory?: (program: Program) => Program;
  /** Static lock rules that this world breaks on purpose, so that a dynamic property can show what comes of it. */
  readonly waive?: readonly Rule[];
}

/** Records a world. @throws LanguageError where it breaks a rule of the language */
export function program(spec: WorldSpec): Program {
  const recorded = withRecording({ sizes: spec.sizes, options: spec.options ?? {} }, (r) => recordWorld(spec, r));
  const edited = (spec.mutations ?? []).reduce(applyMutation, recorded);
  const mutated = spec.memory?.(edited) ?? edited;
  const mutant = (spec.mutations?.length ?? 0) > 0;
  validate(mutated, mutant);
  // A mutant may break a contract: that the search finds it is the point.
  if (!mutant) checkContracts(mutated, spec.waive);
  return mutated;
}

function recordWorld(spec: WorldSpec, r: Recording): Program {
  const threads: ThreadDecl[] = spec.threads().map((t) => {
    const name = proc(t.name, { params: {} }, t.body).use();
    return { name: t.name, cpu: t.cpu, daemon: t.daemon, proc: name, args: [], loc: t.loc };
  });
  const init = spec.init ? recordInit(spec.init, r) : {};
  const properties = (spec.properties ?? []).map(recordProperty);
  const progress = (spec.progress ?? []).map((p) => recordProgress(p, threads));
  const reaches = Object.entries(spec.reaches?.() ?? {}).map(([name, e]) => ({ name, expr: e.expr }));
  return {
    name: spec.name,
    types: [...r.types.values()],
    places: [...r.places.values()],
    init,
    procs: [...r.procs.values()],
    threads,
    properties,
    ...(progress.length === 0 ? {} : { progress }),
    reaches,
  };
}

function recordProperty(p: Property): PropertyDecl {
  const conjuncts: ConjunctDecl[] = Object.entries(p.conjuncts()).map(([name, c]) =>
    'holds' in c ? { name, premise: c.when.expr, holds: c.holds.expr } : { name, premise: null, holds: c.expr },
  );
  return { name: p.name, prose: p.prose, conjuncts, loc: p.loc };
}

function recordInit(write: (set: Init) => void, r: Recording): Record<string, Record<number, number>> {
  const init: Record<string, Record<number, number>> = {};
  write((place, to) => {
    const sizes = (r.places.get(place.ref.place)?.dims ?? []).map((d) => r.world.sizes[d] as number);
    const flat = place.ref.index.reduce((at, e, i) => at * (sizes[i] as number) + constant(e), 0);
    (init[place.ref.place] ??= {})[flat] = constant(to.expr, r);
  });
  return init;
}

/** Evaluates what an initial state may be made of: constants and records of them. */
function constant(e: Value<string>['expr'], r?: Recording): number {
  if (e.e === 'const') return e.value;
  if (e.e === 'macro') return constant(e.body, r);
  if (e.e === 'record' && r) {
    const type = r.types.get(e.type);
    if (type?.kind !== 'record') throw new Error(`record of ${e.type}`);
    let shift = 0;
    let word = 0;
    for (const f of type.fields) {
      const given = e.fields[f.name];
      if (given) word |= constant(given, r) << shift;
      shift += fieldWidth(r, f.type);
    }
    return word;
  }
  throw new LanguageError('PT010', callerLoc(), 'an initial value must be a constant', 'use literals and records of them');
}

function fieldWidth(r: Recording, name: string): number {
  const type = r.types.get(name);
  if (!type) throw new Error(`type ${name}`);
  return widthOf(sizeOf(type, () => 0));
}
