/** The statements of processes, in the form with a process a thread. */
import { all, any, not, type X } from './export-expr.ts';
import type { Claim, Exported, ExportedThread, Rule } from './export-graph.ts';
import { paths } from './export-paths.ts';
import type { Places } from './promela-places.ts';
import { harmless, print, sequence, statementLines } from './promela-text.ts';

/** A labelled choice a node, the one that the thread starts at in front. */
export function bodyOf(t: ExportedThread, thread: number, { rules }: Exported, places: Places): string[] {
  const nodes = [...t.nodes.keys()].sort((a, b) => Number(b === t.start) - Number(a === t.start));
  return nodes.flatMap((node) => {
    const { name, where } = t.nodes[node]!;
    const head = [`  /* ${harmless(where)} */`, `${places.label(name)}:`];
    const ways = rules.filter((r) => r.thread === thread && r.node === node).flatMap((r) => alternatives(r, places));
    if (ways.length === 0) return [...head, '  false;'];
    return [...head, '  if', ...ways.flatMap((w) => [...w.lines.slice(0, -1), `${w.lines.at(-1)!} -> goto ${places.label(w.node)}`]), '  fi;'];
  });
}

interface Alternative {
  readonly lines: readonly string[];
  /** Name of the node that follows. */
  readonly node: string;
}

function alternatives(rule: Rule, places: Places): Alternative[] {
  return paths(rule).map(({ when, code, node }) => {
    const mark = places.marks.get(node);
    const statements = [...code.flatMap((s) => statementLines(s, places.inStep)), ...(mark === undefined ? [] : [`${mark} = 1`])];
    return { node, lines: stepLines(all(rule.waits, when), statements, places) };
  });
}

function stepLines(guard: X, statements: readonly string[], places: Places): string[] {
  const free = guard.x === 'num' && guard.value !== 0;
  if (statements.length === 0) return [`  :: ${free ? 'true' : print(guard, places.inStep)}`];
  return [`  :: d_step {${free ? '' : ` ${print(guard, places.inStep)} ->`}`, ...sequence(statements, '       '), '     }'];
}

/** Threads that stay at their only node, and the claims. Its own position never changes. */
export function stillBody(threads: readonly number[], { rules, claims }: Exported, places: Places): string[] {
  const steps = rules.filter((r) => threads.includes(r.thread)).flatMap((r) => [`  /* ${harmless(r.where)} */`, ...alternatives(r, places).flatMap((a) => a.lines)]);
  return ['end_: do', ...claimLines(claims, places), ...steps, '  od'];
}

/** One test a state while all hold; which one fails is found out afterwards. No d_step may ask where processes stand. */
function claimLines(claims: readonly Claim[], places: Places): string[] {
  if (claims.length === 0) return [];
  const broken = claims.map((c): X => all(c.premise, not(c.holds)));
  return [
    `  :: ${print(any(...broken), places.inClaim)} ->`,
    '     if',
    ...claims.map((c, i) => `     :: ${print(broken[i]!, places.inClaim)} -> assert(${c.name})  /* ${harmless(c.title)} */`),
    '     fi',
  ];
}
