/** Depth-first search: finds some failure early in spaces whose breadth is too big; its trace is seldom the shortest. */
import type { Graph } from '../model/language/graph.ts';
import { moveChoice, moveThread } from './compile.ts';
import { ModelError } from './errors.ts';
import { Explorer } from './explorer.ts';
import { modelError } from './fault.ts';
import type { Violation } from './failures.ts';
import type { SelectedConjunct } from './interpret.ts';
import { complete, deadlocked, incomplete, violated } from './outcome.ts';
import type { Tally } from './outcome.ts';
import { Pace } from './pace.ts';
import type { Counters } from './pace.ts';
import type { CheckOptions, CheckResult, Limit, ScheduleStep } from './result.ts';
import { RANGE } from './select.ts';

/** Explores the newest state first, by an explicit stack. @throws ModelError */
export async function depthFirst(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions): Promise<CheckResult> {
  return new DepthFirst(graph, conjuncts, options).run();
}

class DepthFirst {
  private readonly x: Explorer;
  private readonly pace: Pace;
  private readonly maxDepth: number;
  private readonly maxBytes: number;
  private readonly stack = new Stack();
  private depth = 0;
  /** The state expanded last and those it was reached by, by depth; older entries may follow. */
  private readonly path: number[] = [];
  private pathLength = 0;
  private cut = false;

  constructor(graph: Graph, conjuncts: readonly SelectedConjunct[], options: CheckOptions) {
    this.x = new Explorer(graph, conjuncts, options);
    this.pace = new Pace(options);
    this.maxDepth = options.maxDepth ?? Infinity;
    this.maxBytes = options.maxMemory ?? Infinity;
  }

  async run(): Promise<CheckResult> {
    const { x } = this;
    if (!x.begin()) return incomplete(this.tally(), 'memory');
    this.discovered(0, 0);
    const limit = (await this.search()) ?? (this.cut ? 'depth' : null);
    return this.failure() ?? (limit === null ? complete(x.engine, this.tally()) : incomplete(this.tally(), limit));
  }

  /** Runs until the stack is empty or something fails; answers the limit that stopped it, or null. */
  private async search(): Promise<Limit | null> {
    const { pace, stack } = this;
    for (let steps = 0; stack.size > 0 && this.x.failures.count === 0; steps++) {
      const { id, depth } = stack.pop();
      if (depth >= this.maxDepth) this.cut = true;
      else {
        const limit = this.expand(id, depth);
        if (limit !== null) return limit;
      }
      if (this.x.bytes + stack.bytes > this.maxBytes) return 'memory';
      if ((steps & 1023) === 0 && pace.due()) {
        const limit = await pace.pause(() => this.progress());
        if (limit !== null) return limit;
      }
    }
    return null;
  }

  private expand(id: number, depth: number): Limit | null {
    const { x } = this;
    this.path[depth] = id;
    this.pathLength = depth + 1;
    const found = x.visited.count;
    const n = x.expandOne(id);
    x.transitions += n;
    if (!x.insert(n)) return x.limit;
    this.discovered(found, depth + 1);
    return x.visited.refused ? x.limit : null;
  }

  /** Checks the states from id on, which are new, and stacks them. */
  private discovered(from: number, depth: number): void {
    const to = this.x.visited.count;
    this.x.checkRange(from, to);
    if (to > from && depth > this.depth) this.depth = depth;
    for (let id = to - 1; id >= from; id--) this.stack.push(id, depth);
  }

  /** The answer when something failed; an error of the model comes first. @throws ModelError */
  private failure(): CheckResult | null {
    const { engine, failures: { steps, tests, dead, violations } } = this.x;
    const fault = steps[0] ?? tests[0];
    if (fault !== undefined) throw modelError(engine.graph, engine.conjuncts, fault, this.pathTo(fault.id));
    const violation = violations.find((v) => engine.conjuncts[v.conjunct]!.property === RANGE) ?? violations[0];
    if (violation !== undefined) return this.violation(violation);
    return dead.length > 0 ? deadlocked(this.tally(), this.pathTo(dead[0]!)) : null;
  }

  private violation(v: Violation): CheckResult {
    const { engine } = this.x;
    const { property, name } = engine.conjuncts[v.conjunct]!;
    if (property === RANGE) throw new ModelError(name, this.pathTo(v.id));
    return violated(engine, this.tally(), v.conjunct, this.pathTo(v.id));
  }

  /** The way to the state expanded last or to one of its successors. */
  private pathTo(id: number): ScheduleStep[] {
    const path = this.path.slice(0, this.pathLength);
    const states = path.at(-1) === id ? path : [...path, id];
    return states.slice(1).map((child, i) => this.moveBetween(states[i]!, child));
  }

  private moveBetween(parent: number, child: number): ScheduleStep {
    const { x } = this;
    x.visited.find(x.expandOne(parent));
    const move = x.moves[x.visited.ids.indexOf(child)]!;
    return { thread: moveThread(move), choice: moveChoice(move) };
  }

  private tally(): Tally {
    const { x } = this;
    return { states: x.visited.count, transitions: x.transitions, depth: this.depth, seconds: this.pace.seconds, engineBytes: x.bytes + this.stack.bytes };
  }

  private progress(): Counters {
    const { states, transitions, depth, engineBytes } = this.tally();
    return { states, transitions, depth, frontier: this.stack.size, memory: engineBytes };
  }
}

/** Ids with their depths. */
class Stack {
  size = 0;
  private pairs = new Int32Array(8192);

  get bytes(): number {
    return this.pairs.byteLength;
  }

  push(id: number, depth: number): void {
    if (this.size * 2 === this.pairs.length) {
      const bigger = new Int32Array(this.pairs.length * 2);
      bigger.set(this.pairs);
      this.pairs = bigger;
    }
    this.pairs[this.size * 2] = id;
    this.pairs[this.size++ * 2 + 1] = depth;
  }

  pop(): { id: number; depth: number } {
    const at = --this.size * 2;
    return { id: this.pairs[at]!, depth: this.pairs[at + 1]! };
  }
}
