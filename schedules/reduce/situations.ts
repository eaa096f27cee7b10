/** Which other threads may do what a step must not precede, by what the step does in the state at hand. */
import type { GNode } from '../../model/language/graph.ts';
import type { Layout } from '../layout.ts';
import { About } from './about.ts';
import type { Dependence } from './dependence.ts';
import { enact, type Deed, type Known } from './enact.ts';
import type { Access } from './path-step.ts';
import type { Danger, Rows } from './rows.ts';

/** A place in a decision tree: a value to look at, or what follows from those looked at. */
interface Decision {
  readonly known: Known;
  readonly danger: Danger | null;
  /** Of what is to be looked at: its name, where it is in a state, and what follows by its value. */
  readonly key: string;
  readonly word: number;
  readonly shift: number;
  readonly mask: number;
  readonly next: Decision[];
}

/** Decisions made a node; beyond, the step is taken to do all that it may. */
const MOST = 2_000;

/** Decision trees, one a node, that grow as states are met. */
export class Situations {
  private readonly d: Dependence;
  private readonly rows: Rows;
  private readonly at: Layout;
  private readonly about: About;
  private readonly roots: (Decision | undefined)[];
  private readonly sizes: Int32Array;

  constructor(d: Dependence, rows: Rows, at: Layout) {
    this.d = d;
    this.rows = rows;
    this.at = at;
    this.about = new About(d.graph, d.latches);
    this.roots = d.graph.nodes.map(() => undefined);
    this.sizes = new Int32Array(d.graph.nodes.length);
  }

  /** For the step at a node that can be taken in the state at `src[o]`: which steps of others it must not precede. */
  dangerOf(node: number, src: Int32Array, o: number): Danger {
    let at = this.roots[node] ??= this.decide(node, new Map());
    while (at.danger === null) {
      const value = (src[o + at.word]! >>> at.shift) & at.mask;
      at = at.next[value] ??= this.decide(node, new Map([...at.known, [at.key, value]]));
    }
    return at.danger;
  }

  private decide(node: number, known: Known): Decision {
    const n = this.d.graph.nodes[node]!;
    const deed = this.sizes[node]! < MOST ? enact(this.about, this.at, n, known) : null;
    this.sizes[node]!++;
    if (deed !== null && 'field' in deed) return { known, danger: null, key: deed.key, word: deed.field.word, shift: deed.field.shift, mask: 2 ** deed.field.width - 1, next: [] };
    return { known, danger: this.dangerBy(n, deed), key: '', word: 0, shift: 0, mask: 0, next: [] };
  }

  private dangerBy(n: GNode, deed: Deed | null): Danger {
    const any = this.d.facts.accesses[n.id]!;
    if (deed === null || !foreseen(deed, any)) return this.rows.danger(n, any, this.d.exposed(n));
    return this.rows.danger(n, deed.accesses.flatMap((a) => narrowed(a, any)).concat(lockIn(deed, any)), this.d.exposedBy(n, deed));
  }
}

const sameCell = (a: Access, any: readonly Access[]): Access[] => any.filter((x) => x.place === a.place && (x.cell === null || x.cell === a.cell));

/** False on a way to a node that is taken to be unreachable: the step itself will be the surprise, and the search begins again. */
const foreseen = (deed: Deed, any: readonly Access[]): boolean => deed.accesses.every((a) => sameCell(a, any).length > 0);

/** An access with the locks under which the step makes all accesses of its kind. Those of a lock step to its lock are told by `lockIn`. */
function narrowed(a: Access, any: readonly Access[]): Access[] {
  const same = sameCell(a, any);
  if (same.some((x) => x.locks)) return same.filter((x) => !x.locks).map((x) => ({ ...x, cell: a.cell }));
  const [first, ...others] = same.map((x) => x.guards);
  return [{ ...a, guards: first!.filter((g) => others.every((guards) => guards.some((o) => o.place === g.place && o.mode === g.mode))) }];
}

/** The accesses by which a step takes or gives back a lock, in the cell where it does. */
function lockIn(deed: Deed, any: readonly Access[]): Access[] {
  return any.filter((x) => x.locks).flatMap((x) => {
    const cells = new Set(deed.accesses.filter((a) => a.place === x.place).map((a) => a.cell));
    return x.cell !== null || cells.size === 0 ? [x] : [...cells].map((cell) => ({ ...x, cell }));
  });
}
