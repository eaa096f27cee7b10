/** A graph as a Murphi model for Rumur: one rule a step and alternative, and the claims as invariants. */
import type { Graph } from '../model/language/graph.ts';
import { printNumber, printTruth, unwrap, type Dialect, type X } from './export-expr.ts';
import { prepare, type Claim, type Exported, type ExportedThread, type Rule, type Selection, type Statement, type Variable } from './export-graph.ts';

const DIALECT: Dialect = {
  ops: { not: '!', and: '&', or: '|', eq: '=', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-', bitand: '&', bitor: '|', shl: '<<', shr: '>>' },
  conditional: (test, then, otherwise) => `(${test} ? ${then} : ${otherwise})`,
  variable: (name) => name,
  index: (_, index) => unwrap(printNumber(index, DIALECT)),
  asNumber: (truth) => `(${truth} ? 1 : 0)`,
  asTruth: (value) => `(${value} != 0)`,
  at: (pc, node, stands) => `(${pc} ${stands ? '=' : '!='} ${node})`,
  true: 'true',
  false: 'false',
};

/** @throws UsageError for an unknown property, or for what Murphi cannot say. */
export function murphi(id: string, graph: Graph, selection: Selection = {}): string {
  const exported = prepare(graph, selection);
  return [
    header(id, exported),
    ['const', ...exported.threads.flatMap(constantLines)].join('\n'),
    ['var', ...exported.threads.map((t) => `  ${t.pc}: 0..${t.nodes.length - 1};`), ...exported.variables.map(variableLine)].join('\n'),
    ['startstate "initial"', 'begin', ...exported.threads.map((t) => `  ${t.pc} := ${t.nodes[t.start]!.name};`), ...exported.variables.flatMap(initialLines), 'end;'].join('\n'),
    ...exported.rules.map(ruleLines),
    ...exported.claims.map(claimLine),
  ].join('\n\n') + '\n';
}

function header(id: string, { graph, rules, claims }: Exported): string {
  return [
    `${id} (graph ${graph.hash}), exported by pterace: ${rules.length} rules, ${claims.length} claims.`,
    '',
    'rumur --deadlock-detection off --value-type int32_t --threads 1 -o model.c FILE && gcc -O2 -mcx16 -o model model.c -lpthread && ./model',
    '',
    'Deadlock detection is off because threads may be done, and optional daemons may rest: the last invariant is the',
    'rule for deadlocks instead. Values on the way to a variable may be wider than any variable: int32_t. On anything',
    'but x86-64 leave out -mcx16.',
  ].map((l) => `-- ${l}`.trimEnd()).join('\n');
}

function constantLines(t: ExportedThread): string[] {
  return [`  -- thread ${t.name}`, ...t.nodes.map((n, i) => `  ${n.name}: ${i};  -- ${n.where}`)];
}

function variableLine(v: Variable): string {
  const range = `0..${v.size - 1}`;
  return `  ${v.name}: ${v.cells === null ? range : `array [0..${v.cells - 1}] of ${range}`};  -- ${v.about}`;
}

function initialLines(v: Variable): string[] {
  return v.initial.map((value, i) => `  ${v.name}${v.cells === null ? '' : `[${i}]`} := ${value};`);
}

function ruleLines(r: Rule): string {
  return [
    `-- ${r.where}`,
    `rule "${r.name}"`,
    `  ${print(r.guard)}`,
    '==>',
    ...(r.scratch.length === 0 ? [] : ['var', ...r.scratch.map(({ name, size }) => `  ${name}: 0..${size - 1};`)]),
    'begin',
    ...r.code.flatMap((s) => statementLines(s, '  ')),
    'end;',
  ].join('\n');
}

function statementLines(s: Statement, indent: string): string[] {
  switch (s.s) {
    case 'goto': return [`${indent}${s.pc} := ${s.node};`];
    case 'assign': return [`${indent}${printNumber({ x: 'var', name: s.name, index: s.index }, DIALECT)} := ${unwrap(printNumber(s.value, DIALECT))};`];
    case 'if': {
      const otherwise = s.else.length === 0 ? [] : [`${indent}else`, ...branch(s.else, indent)];
      return [`${indent}if ${print(s.test)} then`, ...branch(s.then, indent), ...otherwise, `${indent}end;`];
    }
  }
}

function branch(code: readonly Statement[], indent: string): string[] {
  return code.flatMap((s) => statementLines(s, `${indent}  `));
}

function claimLine(c: Claim): string {
  const title = c.title.replace(/["\\%]/g, '`');
  return `invariant "${title}"\n  ${printTruth(c.premise, DIALECT)} -> ${printTruth(c.holds, DIALECT)};`;
}

function print(e: X): string {
  return unwrap(printTruth(e, DIALECT));
}
