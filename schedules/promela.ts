/**
 * A graph as a Promela model for Spin: one process, one d_step a rule, so that Spin's states are ours.
 *
 * Claims are alternatives of the loop that can run only where the claim is false. An assertion at the end of every
 * step would say the same at many times the size, and the initial state would need a step of its own to be asserted.
 */
import type { Graph } from '../model/language/graph.ts';
import { mentions, printNumber, printTruth, unwrap, type Dialect, type X } from './export-expr.ts';
import { prepare, type Claim, type Exported, type ExportedThread, type Rule, type Selection, type Statement, type Variable } from './export-graph.ts';

const OPS: Dialect['ops'] = {
  not: '!', and: '&&', or: '||', eq: '==', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-', bitand: '&', bitor: '|', shl: '<<', shr: '>>',
};

const COMMON = { ops: OPS, asNumber: (truth: string) => truth, asTruth: (value: string) => value, true: '1', false: '0' } as const;

/** What Spin takes as it is, for the sake of the one thing that it does not say itself. Here it checks no bounds. */
const C: Dialect = {
  ...COMMON,
  conditional: (test, then, otherwise) => `(${test} ? ${then} : ${otherwise})`,
  variable: (name) => `now.${name}`,
  index: (_, index) => unwrap(printNumber(index, C)),
};

const DIALECT: Dialect = {
  ...COMMON,
  conditional: (test, then, otherwise) => `(${test} -> ${then} : ${otherwise})`,
  variable: (name) => name,
  // To `a[a[0]]` Spin says: do not index an array with itself.
  index: (array, index) => (mentions(index, array) ? `c_expr { ${C.index(array, index)} }` : unwrap(printNumber(index, DIALECT))),
};

/** Holds a value that may be out of range until that is checked. */
const WIDE = 'checked_value';

/** @throws UsageError for an unknown property, or for what Promela cannot say. */
export function promela(id: string, graph: Graph, selection: Selection = {}): string {
  const exported = prepare(graph, selection);
  return [
    header(id, exported),
    ...exported.threads.map(threadLines),
    exported.variables.map(variableLine).join('\n'),
    flagLines(exported),
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

function comment(lines: readonly string[]): string {
  return `/*\n${lines.map((l) => ` * ${harmless(l)}`.trimEnd()).join('\n')}\n */`;
}

/** The text may hold the end of a comment, and quotes and backslashes, at which the preprocessor stumbles. */
function harmless(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll('/*', '/ *').replace(/[\\"']/g, '`');
}

function threadLines(t: ExportedThread): string {
  const nodes = t.nodes.map((n, i) => `#define ${n.name} ${i}  /* ${harmless(n.where)} */`);
  return [`/* thread ${harmless(t.name)} */`, ...nodes, `${typeOf(t.nodes.length)} ${t.pc} = ${t.nodes[t.start]!.name};`].join('\n');
}

function typeOf(size: number): string {
  if (size <= 2) return 'bit';
  if (size <= 2 ** 8) return 'byte';
  return size <= 2 ** 15 ? 'short' : 'int';
}

function variableLine(v: Variable): string {
  const about = `  /* ${harmless(v.about)}: 0 to ${v.size - 1} */`;
  if (v.cells === null) return `${typeOf(v.size)} ${v.name} = ${v.initial[0]!};${about}`;
  return `${typeOf(v.size)} ${v.name}[${v.cells}] = { ${v.initial.join(', ')} };${about}`;
}

/** Not `hidden`, which Spin's breadth-first search refuses: both are the same in every state and cost none. */
function flagLines({ claims, rules }: Exported): string {
  const scratch = new Map<string, number>();
  for (const { name, size } of rules.flatMap((r) => r.scratch)) scratch.set(name, Math.max(size, scratch.get(name) ?? 0));
  const names = [`int ${WIDE};`, ...[...scratch].map(([name, size]) => `${typeOf(size)} ${name};`)];
  return [
    '/* 0 between steps */',
    ...names,
    '',
    '/* false for ever: their names say in the message of Spin which claim failed */',
    ...claims.map((c) => `bool ${c.name};  /* ${harmless(c.title)} */`),
  ].join('\n');
}

function world({ claims, rules }: Exported): string {
  return ['active proctype world()', '{', 'end_: do', ...claims.map(claimLines), ...rules.map(ruleLines), '  od', '}'].join('\n');
}

function claimLines(c: Claim): string {
  const premise = c.premise.x === 'num' && c.premise.value !== 0 ? '' : `${printTruth(c.premise, DIALECT)} && `;
  return `  :: d_step { ${premise}!(${print(c.holds)}) -> assert(${c.name}) }  /* ${harmless(c.title)} */`;
}

function ruleLines(r: Rule): string {
  return [`  /* ${harmless(r.where)} */`, `  :: d_step { ${print(r.guard)} ->`, ...sequence(r.code.flatMap(statementLines), '       '), '     }'].join('\n');
}

/** Statements one a line; lines of one statement are joined already. */
function sequence(statements: readonly string[], indent: string): string[] {
  return statements.map((s, i) => `${indent}${s.replaceAll('\n', `\n${indent}`)}${i === statements.length - 1 ? '' : ';'}`);
}

function statementLines(s: Statement): string[] {
  switch (s.s) {
    case 'goto': return [`${s.pc} = ${s.node}`];
    case 'assign': return assignment(s);
    case 'if': return [['if', `:: ${print(s.test)} ->`, ...branch(s.then), ':: else ->', ...branch(s.else), 'fi'].join('\n')];
  }
}

/** A value out of range is an error of the model; Spin would cut it to size in silence. */
function assignment(s: Extract<Statement, { s: 'assign' }>): string[] {
  const target = printNumber({ x: 'var', name: s.name, index: s.index }, DIALECT);
  const assign = `${target} = ${print(s.value)}`;
  if (s.sure) return [assign];
  return [`${WIDE} = ${print(s.value)}`, `assert(0 <= ${WIDE} && ${WIDE} < ${s.size})`, `${target} = ${WIDE}`, `${WIDE} = 0`];
}

function branch(code: readonly Statement[]): string[] {
  return code.length === 0 ? ['  skip'] : sequence(code.flatMap(statementLines), '  ');
}

function print(e: X): string {
  return unwrap(printNumber(e, DIALECT));
}

/** Title of the claim whose flag Spin names when an assertion fails; null for a name of something else. */
export function claimNamed(graph: Graph, name: string): string | null {
  return prepare(graph, {}).claims.find((c) => c.name === name)?.title ?? null;
}
