/**
 * What each step accesses and which locks its thread holds there: an abstract run of every thread over symbolic
 * registers, one abstract state for each different knowledge on a way to a node.
 */
import type { GExpr, Graph } from '../../model/language/graph.ts';
import { About } from './about.ts';
import { sameLock, Step, type Abstract, type Access, type Held } from './path-step.ts';
import { UNKNOWN, type Registers } from './symbolic.ts';

export interface Facts {
  /** By node. */
  readonly accesses: readonly (readonly Access[])[];
  /** By node: locks with a constant index held before the step, on every way there. */
  readonly held: readonly (readonly (Held & { readonly cell: number })[])[];
  /** By node: locks held before the step on some way there; cell null where it is only known at run time. */
  readonly mayHold: readonly (readonly { readonly place: number; readonly cell: number | null }[])[];
  /** By node that releases a lock: true when its thread held that very lock on every way there. */
  readonly releasesOwn: readonly boolean[];
}

const ZERO: GExpr = { g: 'const', value: 0 };

/** Different knowledge kept a node; beyond, everything known is forgotten. */
const MOST = 64;

/** `latches`: cells, as `place:cell`, by which steps only report. */
export function factsOf(graph: Graph, latches: ReadonlySet<string>): Facts {
  const run = new AbstractRun(graph, latches);
  for (const t of graph.threads) run.thread(t.start, new Map(t.init.map(({ reg, value }) => [reg, { g: 'const', value } as const])));
  return run.facts();
}

class AbstractRun {
  private readonly graph: Graph;
  private readonly about: About;
  private readonly states: Map<string, Abstract>[];
  private work: { node: number; state: Abstract }[] = [];

  constructor(graph: Graph, latches: ReadonlySet<string>) {
    this.graph = graph;
    this.about = new About(graph, latches);
    this.states = graph.nodes.map(() => new Map<string, Abstract>());
  }

  thread(start: number, init: Registers): void {
    const zero = new Map(this.graph.regs.map((_, r) => [r, init.get(r) ?? ZERO]));
    this.arrive(start, { regs: zero, held: [] });
    for (let next = this.work.pop(); next !== undefined; next = this.work.pop()) {
      const node = this.graph.nodes[next.node]!;
      for (const [to, state] of new Step(this.about, node, next.state).leave()) this.arrive(to, state);
    }
  }

  facts(): Facts {
    const { graph } = this;
    const steps = graph.nodes.map((n) => [...this.states[n.id]!.values()].map((s) => new Step(this.about, n, s)));
    for (const of of steps) for (const s of of) s.leave();
    return {
      accesses: steps.map((of) => joinAccesses(of)),
      held: steps.map((of) => joinHeld(of.map((s) => s.before.held))),
      mayHold: steps.map((of) => of.flatMap((s) => s.before.held.map((h) => ({ place: h.place, cell: h.index.g === 'const' ? h.index.value : null })))),
      releasesOwn: steps.map((of) => of.every((s) => s.releasesOwn)),
    };
  }

  private arrive(node: number, state: Abstract): void {
    const kept = this.kept(node, state);
    const known = this.states[node]!;
    const key = keyOf(kept);
    if (known.has(key)) return;
    if (known.size >= MOST) {
      this.forget(node, kept);
      return;
    }
    known.set(key, kept);
    this.work.push({ node, state: kept });
  }

  /** Only what is live at the node. */
  private kept(node: number, { regs, held }: Abstract): Abstract {
    const live = this.graph.nodes[node]!.live.map((l) => l.reg);
    return { regs: new Map(live.map((r) => [r, regs.get(r) ?? UNKNOWN])), held };
  }

  /** One state that stands for all: no register known, the locks that all hold under a constant index. */
  private forget(node: number, state: Abstract): void {
    const known = this.states[node]!;
    const all = [...known.values(), state];
    const held = joinHeld(all.map((s) => s.held));
    const one: Abstract = { regs: new Map([...state.regs.keys()].map((r) => [r, UNKNOWN])), held };
    const key = `forgotten:${keyOf(one)}`;
    if (known.has(key)) return;
    known.set(key, one);
    this.work.push({ node, state: one });
  }
}

function keyOf({ regs, held }: Abstract): string {
  return JSON.stringify([[...regs].sort((a, b) => a[0] - b[0]), held.map((h) => JSON.stringify(h)).sort()]);
}

function joinHeld(all: readonly (readonly Held[])[]): (Held & { cell: number })[] {
  const [first = [], ...others] = all;
  return first.flatMap((h) => (h.index.g === 'const' && others.every((o) => o.some((x) => sameLock(x, h) && x.mode === h.mode)) ? [{ ...h, cell: h.index.value }] : []));
}

function joinAccesses(steps: readonly Step[]): Access[] {
  const found = new Map<string, Access>();
  for (const a of steps.flatMap((s) => s.accesses)) {
    const key = `${a.place}:${String(a.cell)}:${a.mode}:${a.toward}:${String(a.watch)}:${String(a.locks)}`;
    const known = found.get(key);
    const guards = known === undefined ? a.guards : known.guards.filter((g) => a.guards.some((o) => o.place === g.place && o.mode === g.mode));
    found.set(key, { ...a, guards });
  }
  return [...found.values()];
}

