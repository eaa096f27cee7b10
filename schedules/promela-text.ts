/** Statements, declarations and comments of Promela, whatever the form of the model. */
import { mentions, printNumber, unwrap, type Dialect, type X } from './export-expr.ts';
import type { Rule, Statement, Variable } from './export-graph.ts';

const OPS: Dialect['ops'] = {
  not: '!', and: '&&', or: '||', eq: '==', ne: '!=', lt: '<', le: '<=', add: '+', sub: '-', bitand: '&', bitor: '|', shl: '<<', shr: '>>',
};

const COMMON = { ops: OPS, asNumber: (truth: string) => truth, asTruth: (value: string) => value, true: '1', false: '0' } as const;

/** How a form of the model names things. */
export type Naming = Pick<Dialect, 'variable' | 'at'>;

/** `c` is what Spin's own C code calls the same. */
export function dialect(names: Naming, c: Naming): Dialect {
  // What Spin takes as it is, for the sake of the one thing that it does not say itself. Here it checks no bounds.
  const inC: Dialect = {
    ...COMMON, ...c,
    conditional: (test, then, otherwise) => `(${test} ? ${then} : ${otherwise})`,
    index: (_, index) => unwrap(printNumber(index, inC)),
  };
  const promela: Dialect = {
    ...COMMON, ...names,
    conditional: (test, then, otherwise) => `(${test} -> ${then} : ${otherwise})`,
    // To `a[a[0]]` Spin says: do not index an array with itself.
    index: (array, index) => (mentions(index, array) ? `c_expr { ${inC.index(array, index)} }` : unwrap(printNumber(index, promela))),
  };
  return promela;
}

/** Holds a value that may be out of range until that is checked. */
const WIDE = 'checked_value';

export function comment(lines: readonly string[]): string {
  return `/*\n${lines.map((l) => ` * ${harmless(l)}`.trimEnd()).join('\n')}\n */`;
}

/** The text may hold the end of a comment, and quotes and backslashes, at which the preprocessor stumbles. */
export function harmless(text: string): string {
  return text.replaceAll('*/', '* /').replaceAll('/*', '/ *').replace(/[\\"']/g, '`');
}

/** Narrowest type that holds 0 … size-1. */
export function typeOf(size: number): string {
  if (size <= 2) return 'bit';
  if (size <= 2 ** 8) return 'byte';
  return size <= 2 ** 15 ? 'short' : 'int';
}

export function variableLine(v: Variable): string {
  if (v.cells === null) return `${typeOf(v.size)} ${v.name} = ${v.initial[0]!};${aboutVariable(v)}`;
  return `${typeOf(v.size)} ${v.name}[${v.cells}] = { ${v.initial.join(', ')} };${aboutVariable(v)}`;
}

export function aboutVariable(v: Variable): string {
  return `  /* ${harmless(v.about)}: 0 to ${v.size - 1} */`;
}

/** What only holds something in the middle of a step: name and type. */
export function scratchOf(rules: readonly Rule[]): [name: string, type: string][] {
  const scratch = new Map<string, number>();
  for (const { name, size } of rules.flatMap((r) => r.scratch)) scratch.set(name, Math.max(size, scratch.get(name) ?? 0));
  return [[WIDE, 'int'], ...[...scratch].map(([name, size]): [string, string] => [name, typeOf(size)])];
}

export const ABOUT_SCRATCH = '/* 0 between steps */';
export const ABOUT_FLAGS = '/* false for ever: their names say in the message of Spin which claim failed */';

/** Statements one a line; lines of one statement are joined already. */
export function sequence(statements: readonly string[], indent: string): string[] {
  return statements.map((s, i) => `${indent}${s.replaceAll('\n', `\n${indent}`)}${i === statements.length - 1 ? '' : ';'}`);
}

/** The statements that one becomes. */
export function statementLines(s: Statement, d: Dialect): string[] {
  switch (s.s) {
    case 'goto': return [`${s.pc} = ${s.node}`];
    case 'assign': return assignment(s, d);
    case 'if': return [['if', `:: ${print(s.test, d)} ->`, ...branch(s.then, d), ':: else ->', ...branch(s.else, d), 'fi'].join('\n')];
  }
}

/** A value out of range is an error of the model; Spin would cut it to size in silence. */
function assignment(s: Extract<Statement, { s: 'assign' }>, d: Dialect): string[] {
  const target = printNumber({ x: 'var', name: s.name, index: s.index }, d);
  const assign = `${target} = ${print(s.value, d)}`;
  if (s.sure) return [assign];
  return [`${WIDE} = ${print(s.value, d)}`, `assert(0 <= ${WIDE} && ${WIDE} < ${s.size})`, `${target} = ${WIDE}`, `${WIDE} = 0`];
}

function branch(code: readonly Statement[], d: Dialect): string[] {
  return code.length === 0 ? ['  skip'] : sequence(code.flatMap((s) => statementLines(s, d)), '  ');
}

export function print(e: X, d: Dialect): string {
  return unwrap(printNumber(e, d));
}
