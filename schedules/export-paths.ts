/** The ways through a step: one for each place where its thread may stand next. */
import { UsageError } from './errors.ts';
import { all, not, number, partsOf, type X } from './export-expr.ts';
import { Effects } from './export-effects.ts';
import type { Rule, Statement } from './export-graph.ts';

/** What a step does when it ends at `node`. */
export interface Path {
  /** When this way is taken, said of the state before the step. */
  readonly when: X;
  /** Without gotos. */
  readonly code: readonly Statement[];
  /** Name of the node. */
  readonly node: string;
}

/** Longest condition written, in operators and operands; the kernel's own have some dozen. */
const LONGEST = 5000;

/** Exactly one path's `when` is true in each state. @throws UsageError where such a condition would be too long. */
export function paths({ code, where }: Rule): Path[] {
  const found = follow(code, { when: number(1), code: [], node: '' });
  const sizes = new Map<X, number>();
  if (found.every((p) => sizeOf(p.when, sizes) <= LONGEST)) return found;
  throw new UsageError(`cannot export ${where}: where it goes on depends on too much that it computes itself to be said beforehand (--form rules can)`);
}

/** As it would be written: what is shared counts each time. */
function sizeOf(e: X, known: Map<X, number>): number {
  const before = known.get(e);
  if (before !== undefined) return before;
  const size = partsOf(e).reduce((sum, part) => sum + sizeOf(part, known), 1);
  known.set(e, size);
  return size;
}

function follow(code: readonly Statement[], before: Path): Path[] {
  const targets = new Set(gotos(code));
  if (targets.size === 1) return [{ when: before.when, code: [...before.code, ...straight(code)], node: [...targets][0]! }];
  // Nothing follows an `if` that may end in a goto.
  const last = code.at(-1);
  if (last?.s !== 'if') throw new Error('a step with several ends does not end in a branch');
  const done = [...before.code, ...code.slice(0, -1)];
  const effects = new Effects();
  effects.run(done);
  const test = effects.before(last.test);
  return [
    ...follow(last.then, { when: all(before.when, test), code: done, node: '' }),
    ...follow(last.else, { when: all(before.when, not(test)), code: done, node: '' }),
  ];
}

function gotos(code: readonly Statement[]): string[] {
  return code.flatMap((s) => (s.s === 'goto' ? [s.node] : s.s === 'if' ? [...gotos(s.then), ...gotos(s.else)] : []));
}

/** Without the gotos, which all lead to one place. */
function straight(code: readonly Statement[]): Statement[] {
  return code.flatMap((s): Statement[] => {
    if (s.s === 'goto') return [];
    return s.s === 'if' ? [{ ...s, then: straight(s.then), else: straight(s.else) }] : [s];
  });
}
