/** What a reduced search is made of: the graph it runs, its symmetries, and what is known of its steps. */
import type { Graph } from '../../model/language/graph.ts';
import { compile, type Engine } from '../compile.ts';
import type { SelectedConjunct } from '../interpret.ts';
import { assumeLive } from './assume.ts';
import { Dependence } from './dependence.ts';
import type { Idea } from './ideas.ts';
import { Canonical } from './permute.ts';
import { Rows } from './rows.ts';
import { Scout } from './scout.ts';
import { Situations } from './situations.ts';
import { symmetriesOf, type Symmetry } from './symmetry.ts';
import { tablesOf, type Tables } from './tables.ts';
import { widenCounters } from './widen.ts';

export class Plan {
  readonly ideas: readonly Idea[];
  readonly graph: Graph;
  readonly engine: Engine;
  readonly symmetries: readonly Symmetry[];
  readonly canonical: Canonical;
  /** By node: 0 where it is taken to be unreachable. */
  readonly live: Uint8Array;
  private readonly conjuncts: readonly SelectedConjunct[];
  private readonly scout: Scout | null;
  /** States where a search was surprised. */
  private surprises: Int32Array[] = [];

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], ideas: readonly Idea[]) {
    this.ideas = ideas;
    this.conjuncts = conjuncts;
    this.graph = this.needsTables ? widenCounters(graph) : graph;
    this.engine = compile(this.graph, conjuncts);
    this.symmetries = ideas.includes('symmetry') ? symmetriesOf(this.graph, conjuncts) : [];
    this.canonical = new Canonical(this.graph, this.engine.layout, this.symmetries);
    this.scout = this.needsTables ? new Scout(this.engine) : null;
    this.live = this.scout?.live ?? Uint8Array.from(graph.nodes, () => 1);
  }

  /** Under the assumption that only live nodes are reached. */
  tables(): { readonly tables: Tables; readonly situations: Situations | null } {
    if (!this.needsTables) return { tables: noTables(this.graph), situations: null };
    for (const s of this.symmetries) spread(this.live, s.nodes);
    const dependence = new Dependence(assumeLive(this.graph, this.live), this.conjuncts);
    const rows = new Rows(dependence);
    const tables = tablesOf(dependence, rows);
    for (const s of this.symmetries) spread(tables.cut, s.nodes);
    return { tables, situations: new Situations(dependence, rows, this.engine.layout) };
  }

  /** A search has come to a state where a thread stands at a node taken to be unreachable. */
  learn(node: number, state: Int32Array): void {
    if (this.live[node] === 1) return;
    this.live[node] = 1;
    this.surprises.push(state.slice());
  }

  /** Looks at what comes of the states that were learnt of, so that the next search is not surprised by that. */
  scoutOn(): void {
    this.scout?.walkFrom(this.surprises);
    this.surprises = [];
  }

  /** From now on every node may be reached. */
  assumeNothing(): void {
    this.live.fill(1);
  }

  /** What a thread has run, threads like it are taken to have run: of states alike only one is looked at. */
  shareRan(): void {
    for (const s of this.symmetries) spread(this.engine.ran, s.nodes);
  }

  private get needsTables(): boolean {
    return this.ideas.includes('movers') || this.ideas.includes('persistent');
  }
}

/** What is marked on a node is marked on its image. */
function spread(marks: Uint8Array, images: readonly number[]): void {
  for (const [n, image] of images.entries()) if (marks[n] === 1) marks[image] = 1;
}

/** For a search that looks nothing up. */
function noTables(graph: Graph): Tables {
  const none = new Uint8Array(0);
  const ones = Uint8Array.from(graph.nodes, () => 1);
  return { danger: none, wakes: none, delay: none, free: new Uint8Array(graph.nodes.length), visible: ones, cut: ones, takes: Int32Array.from(graph.nodes, () => -1), order: new Int32Array(0) };
}
