/**
 * A graph as a Promela model for Spin: one process, one d_step a rule, so that Spin's states are ours.
 *
 * Claims are alternatives of the loop that can run only where the claim is false. An assertion at the end of every
 * step would say the same at many times the size, and the initial state would need a step of its own to be asserted.
 */
import type { Graph } from '../model/language/graph.ts';
import { printTruth } from './export-expr.ts';
import { prepare, type Claim, type Exported, type ExportedThread, type Rule, type Selection } from './export-graph.ts';
import { ABOUT_FLAGS, ABOUT_SCRATCH, comment, dialect, harmless, print, scratchOf, sequence, statementLines, typeOf, variableLine, type Naming } from './promela-text.ts';

const naming = (variable: (name: string) => string): Naming => ({ variable, at: (pc, node, stands) => `(${variable(pc)} ${stands ? '==' : '!='} ${node})` });
const DIALECT = dialect(naming((name) => name), naming((name) => `now.${name}`));

/** @throws UsageError for an unknown property, or for what Promela cannot say. */
export function promela(id: string, graph: Graph, selection: Selection = {}): string {
  const exported = prepare(graph, selection);
  return [
    header(id, exported),
    ...exported.threads.map(threadLines),
    exported.variables.map(variableLine).join('\n'),
    // Not `hidden`, which Spin's breadth-first search refuses: both are the same in every state and cost none.
    [ABOUT_SCRATCH, ...scratchOf(exported.rules).map(([name, type]) => `${type} ${name};`)].join('\n'),
    [ABOUT_FLAGS, ...exported.claims.map((c) => `bool ${c.name};  /* ${harmless(c.title)} */`)].join('\n'),
    world(exported),
    '',
  ].join('\n\n').replace(/\n+$/, '\n');
}

function header(id: string, { graph, rules, claims }: Exported): string {
  return comment([
    `${id} (graph ${graph.hash}), exported by pterace: ${rules.length} rules, ${claims.length} claims.`,
    '',
    'spin -o2 -a FILE && gcc -O2 -DNOREDUCE -DSAFETY -o pan pan.c && ./pan -n -m1000000',
    '',
    '-o2: variables that are only written are part of the state. With -DBFS the trail is a shortest one; its last',
    'step is the failed assertion and none of the model. Spin counts the initial state among its transitions.',
    'The label end_ switches off the search of Spin for invalid end states: threads may be done, and optional daemons may',
    'rest. The last claim is the rule for deadlocks instead.',
  ]);
}

function threadLines(t: ExportedThread): string {
  const nodes = t.nodes.map((n, i) => `#define ${n.name} ${i}  /* ${harmless(n.where)} */`);
  return [`/* thread ${harmless(t.name)} */`, ...nodes, `${typeOf(t.nodes.length)} ${t.pc} = ${t.nodes[t.start]!.name};`].join('\n');
}

function world({ claims, rules }: Exported): string {
  return ['active proctype world()', '{', 'end_: do', ...claims.map(claimLines), ...rules.map(ruleLines), '  od', '}'].join('\n');
}

function claimLines(c: Claim): string {
  const premise = c.premise.x === 'num' && c.premise.value !== 0 ? '' : `${printTruth(c.premise, DIALECT)} && `;
  return `  :: d_step { ${premise}!(${print(c.holds, DIALECT)}) -> assert(${c.name}) }  /* ${harmless(c.title)} */`;
}

function ruleLines(r: Rule): string {
  return [`  /* ${harmless(r.where)} */`, `  :: d_step { ${print(r.guard, DIALECT)} ->`, ...sequence(r.code.flatMap((s) => statementLines(s, DIALECT)), '       '), '     }'].join('\n');
}

/** Title of the claim whose flag Spin names when an assertion fails; null for a name of something else. */
export function claimNamed(graph: Graph, name: string): string | null {
  return prepare(graph, {}).claims.find((c) => c.name === name)?.title ?? null;
}
