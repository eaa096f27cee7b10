/** Which other threads may do what a step must not precede, by what the step does in the state at hand. */
import type { GNode } from '../../model/language/graph.ts';
import { grown } from '../grown.ts';
import type { Layout } from '../layout.ts';
import { About } from './about.ts';
import type { Dependence } from './dependence.ts';
import { enact, type Deed, type Known, type Wanted } from './enact.ts';
import type { Access } from './path-step.ts';
import type { Danger, Rows } from './rows.ts';

/** Of a branch of a tree: the values that lead to it, and the name of the one looked at there. */
interface Branch {
  readonly known: Known;
  readonly key: string;
}

/** Decisions made a node; beyond, the step is taken to do all that it may. */
const MOST = 2_000;
/** Words of a branch before its entries, one a value: where in a state that value is found. */
const HEAD = 3;

/**
 * Decision trees, one a node, that grow as states are met. All are in one array of words. An entry is 0 until it is decided, then
 * the complement of the number of a danger, or where a branch begins: word, shift and mask of the value to look at, and an entry for each value. The
 * first entries are the roots, by node.
 */
export class Situations {
  private readonly d: Dependence;
  private readonly rows: Rows;
  private readonly at: Layout;
  private readonly about: About;
  private readonly sizes: Int32Array;
  private trees: Int32Array;
  /** Words of `trees` that are used. */
  private used: number;
  /** By where it begins. */
  private readonly branches = new Map<number, Branch>();
  private readonly dangers: Danger[] = [];
  private readonly numbers = new Map<Danger, number>();

  constructor(d: Dependence, rows: Rows, at: Layout) {
    this.d = d;
    this.rows = rows;
    this.at = at;
    this.about = new About(d.graph, d.latches);
    this.sizes = new Int32Array(d.graph.nodes.length);
    this.used = d.graph.nodes.length;
    this.trees = new Int32Array(2 * this.used);
  }

  /** For the step at a node that can be taken in the state at `src[o]`: which steps of others it must not precede. */
  dangerOf(node: number, src: Int32Array, o: number): Danger {
    const { trees } = this;
    let branch = -1;
    let slot = node;
    for (let next = trees[slot]!; next >= 0; next = trees[slot]!) {
      if (next === 0) return this.grow(node, slot, branch, src, o);
      branch = next;
      slot = next + HEAD + ((src[o + trees[next]!]! >>> trees[next + 1]!) & trees[next + 2]!);
    }
    return this.dangers[~trees[slot]!]!;
  }

  /** Decides an entry of a branch, or a root where the branch is -1, and goes on from there. */
  private grow(node: number, slot: number, branch: number, src: Int32Array, o: number): Danger {
    const before = this.branches.get(branch);
    const known: Known = before === undefined ? new Map() : new Map([...before.known, [before.key, slot - branch - HEAD]]);
    const n = this.d.graph.nodes[node]!;
    const deed = this.sizes[node]! < MOST ? enact(this.about, this.at, n, known) : null;
    this.sizes[node]!++;
    const entry = deed !== null && 'field' in deed ? this.branchOn(deed, known) : ~this.numberOf(this.dangerBy(n, deed));
    this.trees[slot] = entry;
    return this.dangerOf(node, src, o);
  }

  private branchOn({ key, field }: Wanted, known: Known): number {
    const begin = this.used;
    this.used += HEAD + 2 ** field.width;
    if (this.used > this.trees.length) this.trees = grown(this.trees, this.used);
    this.trees.set([field.word, field.shift, 2 ** field.width - 1], begin);
    this.branches.set(begin, { known, key });
    return begin;
  }

  private numberOf(danger: Danger): number {
    const known = this.numbers.get(danger);
    if (known !== undefined) return known;
    this.numbers.set(danger, this.dangers.length);
    return this.dangers.push(danger) - 1;
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
