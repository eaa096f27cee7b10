/**
 * A world and the smaller ones like it. A cut is what is left out: a part that the scenario can be built without (`cpu1`,
 * `program0@2`, `mm1`, `pfn1`), or a thread by its name. The names are those of the whole world, so cuts can be made in
 * any order, and the list of them says which world a run is of.
 */
import { withoutThreads } from '../../model/language/cut.ts';
import { LanguageError } from '../../model/language/errors.ts';
import type { Daemon, Program, ThreadDecl } from '../../model/language/ir.ts';
import type { Buildable } from '../../model/scenario.ts';

export type Cuts = readonly string[];

export type CutKind = 'cpu' | 'thread' | 'operation' | 'mm' | 'page' | 'hardware';

export interface Cut {
  /** As in the id of the smaller world. */
  readonly name: string;
  readonly kind: CutKind;
  /** Of a thread; 'no' of everything else. */
  readonly daemon: Daemon;
}

/** Null when there is no such world: a cut that is not known, nobody left, or a mutation that has nothing to change. */
export function smallerProgram(whole: Buildable, cuts: Cuts): Program | null {
  const parts = cuts.filter((cut) => whole.parts?.includes(cut));
  const names = cuts.filter((cut) => !parts.includes(cut));
  const program = parts.length === 0 ? whole.build() : rebuilt(whole, parts);
  if (program === null || names.some((name) => !program.threads.some((t) => t.name === name))) return null;
  const left = names.length === 0 ? program : withoutThreads(program, names);
  return left.threads.length === 0 ? null : left;
}

/** As `smallerProgram`, from the program without all cuts but the last: a thread is gone without recording anything again. */
export function programWithout(whole: Buildable, program: Program, cuts: Cuts, { name, kind }: Cut): Program | null {
  if (kind !== 'thread' && kind !== 'hardware') return smallerProgram(whole, cuts);
  const left = withoutThreads(program, [name]);
  return left.threads.length === 0 ? null : left;
}

function rebuilt(whole: Buildable, parts: Cuts): Program | null {
  try {
    return whole.without?.(parts) ?? null;
  } catch (error) {
    if (error instanceof LanguageError) return null;
    throw error;
  }
}

/** What more can be left out, the largest first. */
export function furtherCuts(whole: Buildable, program: Program, cuts: Cuts): Cut[] {
  const parts = (whole.parts ?? []).filter((part) => !cuts.includes(part)).map((name): Cut => ({ name, kind: kindOf(name), daemon: 'no' }));
  const of = (...kinds: readonly CutKind[]): Cut[] => parts.filter((part) => kinds.includes(part.kind) && standsIn(program, part));
  const threads = (...daemons: readonly Daemon[]): Cut[] => program.threads.filter((t) => daemons.includes(t.daemon)).map(threadCut);
  return [...of('cpu'), ...threads('no'), ...of('operation', 'mm', 'page'), ...threads('service', 'optional')];
}

const threadCut = ({ name, daemon }: ThreadDecl): Cut => ({ name, kind: daemon === 'no' ? 'thread' : 'hardware', daemon });

function kindOf(part: string): CutKind {
  if (part.includes('@')) return 'operation';
  return part.startsWith('cpu') ? 'cpu' : part.startsWith('mm') ? 'mm' : 'page';
}

/** Whether the part is still there to be left out. */
function standsIn(program: Program, { name, kind }: Cut): boolean {
  if (kind === 'cpu') return program.threads.some((t) => `cpu${t.cpu}` === name);
  return kind !== 'operation' || program.threads.some((t) => t.name === name.split('@')[0]);
}

/** The cuts without those that another one makes idle: a thread of a CPU that is gone. `threads` are those of the whole world. */
export function neededCuts(threads: readonly ThreadDecl[], cuts: Cuts): string[] {
  const gone = (name: string): boolean => {
    const thread = threads.find((t) => t.name === name.split('@')[0]);
    return thread !== undefined && (cuts.includes(`cpu${thread.cpu}`) || (name.includes('@') && cuts.includes(thread.name)));
  };
  return cuts.filter((cut) => !gone(cut));
}
