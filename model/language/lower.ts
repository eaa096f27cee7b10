/** Lowering: a program to one flat graph a thread, everything inlined and resolved to numbers. */
import { createHash } from 'node:crypto';
import { ASSERT_LATCH, Blocks, type Block, type Context } from './blocks.ts';
import type { GNode, GPlace, GProgress, GProperty, GReg, GThread, Graph } from './graph.ts';
import type { Expr, Program, ProgressDecl, PropertyDecl, Stmt } from './ir.ts';
import { lowerExpr, num, Tables } from './lower-expr.ts';
import { buildThread } from './nodes.ts';
import { constantName } from './names.ts';
import { stepNumbers } from './listing.ts';
import { printStep } from './print.ts';
import { eachStmt, exprsOf, readsIn } from './walk.ts';

/** @throws Error only on a program that did not pass validate() */
export function lower(program: Program): Graph {
  const assertions: string[] = [];
  const ghosts = neededGhosts(program);
  const full = withLatch(program);
  const kept = new Set(full.places.filter((p) => !p.ghost || ghosts.has(p.name)).map((p) => p.name));
  const tables = new Tables(full, kept);
  const numbers = stepNumbers(program);
  const context: Context = {
    program: full,
    tables,
    procs: new Map(program.procs.map((p) => [p.name, p])),
    numbers,
    ghosts,
    constants: constantPlaces(full, tables),
    names: programNames(full),
    site: (name) => siteNumber(assertions, name),
  };
  const ghostIds = new Set(full.places.filter((p) => (p.ghost || p.name === ASSERT_LATCH) && kept.has(p.name)).map((p) => tables.place(p.name).id));
  const isGhost = (place: number): boolean => ghostIds.has(place);
  const threads: GThread[] = [];
  const nodes: GNode[] = [];
  const regs: GReg[] = [];
  program.threads.forEach((t, thread) => {
    const blocks = new Blocks(context);
    const entry: Block = blocks.thread(t.proc, t.cpu);
    const built = buildThread({ entry, variables: blocks.variables, thread, firstNode: nodes.length, firstReg: regs.length, isGhost });
    nodes.push(...built.nodes);
    regs.push(...built.regs);
    threads.push({ name: t.name, cpu: t.cpu, daemon: t.daemon, start: built.start, init: built.init, nodes: built.nodes.map((n) => n.id) });
  });
  const places = lowerPlaces(full, tables, kept, assertions);
  const properties = [...program.properties.map((p) => lowerProperty(p, tables)), ...assertionProperty(assertions, tables)];
  const reaches = program.reaches.map((r) => ({ name: r.name, expr: lowerExpr(r.expr, new Map(), tables) }));
  const progress = lowerProgress(program.progress ?? [], threads, tables);
  const behaviour = { places, regs, threads, properties, ...progress, reaches, nodes: nodes.map((n) => [n.thread, n.kind, n.guard, n.choices, n.code]) };
  return {
    name: program.name,
    hash: createHash('sha256').update(JSON.stringify(behaviour)).digest('hex').slice(0, 16),
    types: tables.gtypes,
    places,
    regs,
    threads,
    nodes,
    properties,
    ...progress,
    reaches,
    origins: origins(program, numbers),
  };
}

/** How a program's places and constants print. */
export function programNames(program: Program): Context['names'] {
  const displays = new Map(program.places.map((p) => [p.name, p.display]));
  const types = new Map(program.types.map((t) => [t.name, t]));
  return {
    local: () => undefined,
    place: (name) => displays.get(name),
    constant: (type, value) => constantName(types.get(type), value),
  };
}

function siteNumber(list: string[], conjunct: string): number {
  const known = list.indexOf(conjunct);
  if (known >= 0) return known + 1;
  list.push(conjunct);
  return list.length;
}

/** Adds the place in which a failed assertion is latched. */
function withLatch(program: Program): Program {
  const bound = 1 + countStmts(program);
  return {
    ...program,
    types: [...program.types, { kind: 'int', name: '$site', hi: bound }],
    places: [...program.places, { name: ASSERT_LATCH, type: '$site', dims: [], ghost: false }],
  };
}

function countStmts(program: Program): number {
  let n = 0;
  for (const p of program.procs) eachStmt(p.body, () => n++);
  return n;
}

/** Places that no statement writes, with their initial cells. */
function constantPlaces(program: Program, t: Tables): ReadonlyMap<string, readonly number[]> {
  const written = new Set<string>([ASSERT_LATCH]);
  for (const p of program.procs) {
    eachStmt(p.body, (s) => {
      if (s.s === 'store' || s.s === 'rmw' || s.s === 'ghost') written.add(s.place.place);
    });
  }
  const constant = program.places.filter((p) => !written.has(p.name) && t.places.has(p.name));
  return new Map(constant.map((p) => {
    const cells = t.place(p.name).dims.reduce((a, b) => a * b, 1);
    return [p.name, Array.from({ length: cells }, (_, i) => program.init[p.name]?.[i] ?? 0)];
  }));
}

/** Ghost places that properties read, and those that feed them. The rest would only multiply states. */
function neededGhosts(program: Program): ReadonlySet<string> {
  const isGhost = new Set(program.places.filter((p) => p.ghost).map((p) => p.name));
  const needed = new Set<string>();
  const need = (e: Expr): void => {
    for (const r of readsIn(e)) if (isGhost.has(r.place)) needed.add(r.place);
  };
  for (const p of program.properties) for (const c of p.conjuncts) [c.premise, c.holds].forEach((e) => e && need(e));
  for (const p of program.progress ?? []) [p.from, p.to].forEach(need);
  for (const r of program.reaches) need(r.expr);
  const stmts: Stmt[] = [];
  for (const p of program.procs) eachStmt(p.body, (s) => stmts.push(s));
  for (const s of stmts) if (s.s === 'assert') need(s.cond);
  for (let before = -1; before !== needed.size;) {
    before = needed.size;
    for (const s of stmts) if (s.s === 'ghost' && needed.has(s.place.place)) exprsOf(s).forEach(need);
  }
  return needed;
}

function lowerPlaces(program: Program, t: Tables, kept: ReadonlySet<string>, assertions: readonly string[]): GPlace[] {
  return program.places.filter((p) => kept.has(p.name)).map((p) => {
    const { dims, size } = t.place(p.name);
    const cells = dims.reduce((a, b) => a * b, 1);
    const given = program.init[p.name] ?? {};
    const latched = p.name === ASSERT_LATCH;
    return {
      name: p.name,
      type: p.type,
      dims,
      dimTypes: p.dims,
      cells,
      size: latched ? assertions.length + 1 : size,
      ghost: p.ghost || latched,
      display: p.display ?? `${p.name}${dims.map((_, i) => `[%${i}]`).join('')}`,
      initial: Array.from({ length: cells }, (_, i) => given[i] ?? 0),
    };
  });
}

function lowerProperty(p: PropertyDecl, t: Tables): GProperty {
  const conjuncts = p.conjuncts.map((c) => ({
    name: c.name,
    premise: c.premise && lowerExpr(c.premise, new Map(), t),
    holds: lowerExpr(c.holds, new Map(), t),
  }));
  return { name: p.name, prose: p.prose, conjuncts };
}

/** Nothing where there is none. A thread that a smaller world does without is fair to nobody. */
function lowerProgress(list: readonly ProgressDecl[], threads: readonly GThread[], t: Tables): { readonly progress?: readonly GProgress[] } {
  if (list.length === 0) return {};
  const progress = list.map(({ name, prose, from, to, unfair, strong }): GProgress => ({
    name, prose,
    from: lowerExpr(from, new Map(), t),
    to: lowerExpr(to, new Map(), t),
    unfair: threads.flatMap((thread, i) => (unfair.includes(thread.name) ? [i] : [])),
    ...(strong ? { strong } : {}),
  }));
  return { progress };
}

function assertionProperty(assertions: readonly string[], t: Tables): GProperty[] {
  if (assertions.length === 0) return [];
  const latch = { g: 'cell', place: t.place(ASSERT_LATCH).id, index: num(0) } as const;
  const conjuncts = assertions.map((name, i) => ({ name, premise: null, holds: { g: 'op', op: 'ne', args: [latch, num(i + 1)] } as const }));
  return [{ name: 'assertion', prose: 'every assertion in the procedures holds', conjuncts }];
}

function origins(program: Program, numbers: ReadonlyMap<Stmt, number>): Graph['origins'] {
  const names = programNames(program);
  const out: Record<string, Graph['origins'][string]> = {};
  for (const p of program.procs) {
    eachStmt(p.body, (s, inAtomic) => {
      const n = numbers.get(s);
      if (n !== undefined && !inAtomic) out[`${p.name}:${n}`] = { loc: s.loc, proc: p.name, text: printStep(s, names) };
    });
  }
  return out;
}
