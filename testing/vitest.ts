/**
 * Matchers for vitest: `import 'pterace/vitest'` in a test or a setup file, then
 *
 *     await expect(scenario).toHold();
 *     await expect(scenario).toViolate('I1-strong', { steps: 18 });
 */
import { expect } from 'vitest';
import { renderClosing } from '../counterexamples/closing.ts';
import { DEFAULT_WIDTH, renderColumns } from '../counterexamples/columns.ts';
import { recheck } from '../counterexamples/recheck.ts';
import { style } from '../counterexamples/style.ts';
import { lower } from '../model/language/lower.ts';
import type { Graph } from '../model/language/graph.ts';
import type { Program } from '../model/language/ir.ts';
import { check } from '../schedules/check.ts';
import type { CheckOptions, CheckResult } from '../schedules/result.ts';

/** What can be checked: a program, or what builds one (a scenario, a mutant). */
export type Subject = Program | { build(): Program };

export interface ViolationDetails {
  readonly conjunct?: string;
  /** Length of the shortest trace. */
  readonly steps?: number;
}

interface Outcome {
  readonly pass: boolean;
  readonly message: () => string;
}

export const matchers = {
  /** Every interleaving was searched, nothing broke, and the properties had something to say. */
  async toHold(subject: Subject, options: CheckOptions = {}): Promise<Outcome> {
    const graph = graphOf(subject);
    const result = await check(graph, options);
    return { pass: result.verdict === 'holds', message: () => `expected ${graph.name} ${this.isNot ? 'not ' : ''}to hold; found ${describe(graph, result)}` };
  },

  /** The named property is the one that breaks ('deadlock' for a deadlock). */
  async toViolate(subject: Subject, property: string, details: ViolationDetails = {}): Promise<Outcome> {
    const graph = graphOf(subject);
    const result = await check(graph);
    const pass = result.property === property
      && (details.conjunct === undefined || details.conjunct === result.conjunct)
      && (details.steps === undefined || details.steps === result.schedule?.length);
    const wanted = [property, details.conjunct].filter((part) => part !== undefined).join('/') + (details.steps === undefined ? '' : ` in ${details.steps} steps`);
    return { pass, message: () => `expected ${graph.name} ${this.isNot ? 'not ' : ''}to violate ${wanted}; found ${describe(graph, result)}` };
  },
} satisfies Record<string, (this: { readonly isNot: boolean }, ...args: never[]) => Promise<Outcome>>;

expect.extend(matchers);

function graphOf(subject: Subject): Graph {
  return lower('build' in subject ? subject.build() : subject);
}

function describe(graph: Graph, result: CheckResult): string {
  const { verdict, limit, states, schedule, property, conjunct } = result;
  const gaps = [...result.unreached.map((name) => `never reached: ${name}`), ...result.neverTruePremises.map((c) => `premise never true: ${c.property}/${c.conjunct}`)];
  const head = `${verdict}${limit === null ? '' : ` (${limit})`}, ${states} states${gaps.map((gap) => `\n${gap}`).join('')}`;
  if (schedule === null) return head;
  const { moments, breakage } = recheck(graph, schedule, { property, conjunct }, result.loop?.start);
  const plain = style({ color: false });
  return `${head}, ${schedule.length} steps\n\n${renderColumns(graph, moments, DEFAULT_WIDTH, plain, breakage.lasso?.start)}\n\n${renderClosing(breakage, DEFAULT_WIDTH, plain)}`;
}

/*
 * Chai's own interface takes the augmentation, because vitest's does not bear one for two majors: version 4
 * declares Matchers<T>, version 5 Matchers<R, T>, and every declaration of an interface must have the same
 * parameters. Both map all of Chai.Assertion into what `expect` returns.
 */
declare global {
  // eslint-disable-next-line @typescript-eslint/no-namespace -- chai declares its types in one
  namespace Chai {
    interface Assertion {
      toHold(options?: CheckOptions): Promise<void>;
      toViolate(property: string, details?: ViolationDetails): Promise<void>;
    }
  }
}
