/** Liveness over one thread's blocks. */
import type { Action, GExpr } from './graph.ts';
import type { Block } from './blocks.ts';

/** Variables whose values are still wanted. */
export type Live = ReadonlySet<number>;

const NONE: Live = new Set();

/** Follows loop entries to a block that does something. */
export function resolve(b: Block): Exclude<Block, { b: 'jump' }> {
  let at = b;
  while (at.b === 'jump') {
    if (!at.target) throw new Error('loop without a body');
    at = at.target;
  }
  return at;
}

function successors(b: Block): Block[] {
  if (b.b === 'end') return [];
  if (b.b === 'if') return [resolve(b.then), resolve(b.else)];
  if (b.b === 'jump') return [resolve(b)];
  return [resolve(b.next)];
}

function regsIn(e: GExpr, into: Set<number>): void {
  switch (e.g) {
    case 'reg': into.add(e.reg); return;
    case 'cell': regsIn(e.index, into); return;
    case 'op': for (const a of e.args) regsIn(a, into); return;
    case 'cond': regsIn(e.test, into); regsIn(e.then, into); regsIn(e.else, into); return;
    default: return;
  }
}

/** What is live before each block, and the blocks in postorder. */
export class Liveness {
  readonly order: Block[] = [];
  private readonly liveIn = new Map<Block, Live>();

  constructor(entry: Block) {
    this.collect(resolve(entry));
    for (let changed = true; changed;) {
      changed = false;
      for (const b of this.order) {
        const now = this.transfer(b);
        if (now.size !== (this.liveIn.get(b) ?? NONE).size) {
          this.liveIn.set(b, now);
          changed = true;
        }
      }
    }
  }

  /** Postorder, so that most uses are seen before their definitions. */
  private collect(start: Block): void {
    const seen = new Set<Block>();
    const visit = (b: Block): void => {
      if (seen.has(b)) return;
      seen.add(b);
      for (const s of successors(b)) visit(s);
      this.order.push(b);
    };
    visit(start);
  }

  in(b: Block): Live {
    return this.liveIn.get(resolve(b)) ?? NONE;
  }

  private transfer(b: Block): Live {
    switch (b.b) {
      case 'end': case 'jump': return NONE;
      case 'set': {
        const after = this.in(b.next);
        return after.has(b.variable) ? plus(minus(after, b.variable), b.value) : after;
      }
      case 'write': return plus(plus(this.in(b.next), b.index), b.value);
      case 'if': return plus(new Set([...this.in(b.then), ...this.in(b.else)]), b.test);
      case 'step': {
        const { live } = backward(b.effects, this.in(b.next));
        return b.guard ? plus(live, b.guard) : live;
      }
    }
  }
}

function plus(live: Live, e: GExpr): Live {
  const out = new Set(live);
  regsIn(e, out);
  return out;
}

function minus(live: Live, v: number): Live {
  const out = new Set(live);
  out.delete(v);
  return out;
}

/** Effects without dead sets, and what is live before them. `onDef` sees each definition with what lives past it. */
export function backward(effects: readonly Action[], after: Live, onDef?: (v: number, live: Live) => void): { readonly kept: Action[]; readonly live: Live } {
  let live = after;
  const kept: Action[] = [];
  for (const a of [...effects].reverse()) {
    if (a.a === 'set') {
      if (!live.has(a.reg)) continue;
      live = minus(live, a.reg);
      onDef?.(a.reg, live);
      live = plus(live, a.value);
      kept.unshift(a);
    } else if (a.a === 'write') {
      live = plus(plus(live, a.index), a.value);
      kept.unshift(a);
    } else if (a.a === 'if') {
      const then = backward(a.then, live, onDef);
      const otherwise = backward(a.else, live, onDef);
      if (then.kept.length + otherwise.kept.length === 0) continue;
      live = plus(new Set([...then.live, ...otherwise.live]), a.test);
      kept.unshift({ ...a, then: then.kept, else: otherwise.kept });
    }
  }
  return { kept, live };
}
