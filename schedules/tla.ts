/** A graph as a TLA+ module for TLC: an action a step and alternative, and the claims as invariants. */
import type { Graph } from '../model/language/graph.ts';
import { UsageError } from './errors.ts';
import { printTruth } from './export-expr.ts';
import { prepare, type Claim, type Exported, type ExportedThread, type Rule, type Selection, type Variable } from './export-graph.ts';
import { actionText } from './tla-actions.ts';
import { BIT_OPERATORS, tlaDialect, truth } from './tla-expr.ts';

/** A module, and the configuration that TLC reads beside it. */
export interface TlaFiles {
  readonly module: string;
  readonly config: string;
}

/** @param module Its name, which is that of the file. @throws UsageError for an unknown property, or for what TLA+ cannot say. */
export function tla(id: string, graph: Graph, selection: Selection = {}, module: string = moduleName(id)): TlaFiles {
  if (!/^[A-Za-z]\w*$/.test(module)) throw new UsageError(`'${module}' is no name for a TLA+ module: letters, digits and underscores, a letter first`);
  const exported = prepare(graph, selection);
  const variables = [...exported.threads.map((t) => t.pc), ...exported.variables.map((v) => v.name)];
  const named = exported.rules.map((rule) => ({ rule, thread: exported.threads[rule.thread]!, name: actionName(rule, exported) }));
  const body = [
    declarations(exported),
    `vars == <<${variables.join(', ')}>>`,
    junction('TypeOK', '/\\', [...exported.threads.map(pcType), ...exported.variables.map(typeOf)]),
    junction('Init', '/\\', [...exported.threads.map((t) => `${t.pc} = "${t.nodes[t.start]!.name}"`), ...exported.variables.map(initial)]),
    ...named.map(({ rule, name, thread }) => actionText(name, rule, `${thread.pc} = "${thread.nodes[rule.node]!.name}"`, variables)),
    junction('Next', '\\/', named.map((n) => n.name)),
    'Spec == Init /\\ [][Next]_vars',
    ...exported.claims.map(claimText),
  ];
  const uses = body.some((text) => /\bBit(And|Or)\(/.test(text));
  return {
    module: [heading(module), header(id, exported, module), 'EXTENDS Integers, TLC', ...(uses ? [BIT_OPERATORS] : []), ...body, '='.repeat(78)].join('\n\n') + '\n',
    config: ['SPECIFICATION Spec', 'CHECK_DEADLOCK FALSE', 'INVARIANTS', '  TypeOK', ...exported.claims.map((c) => `  ${c.name}`), ''].join('\n'),
  };
}

function claimText({ name, title, premise, holds }: Claim): string {
  const d = tlaDialect(title);
  const always = premise.x === 'num' && premise.value !== 0;
  return `\\* ${title}\n${name} ==\n  ${always ? truth(holds, d) : `${printTruth(premise, d)} => ${printTruth(holds, d)}`}`;
}

/** A step without alternatives is called as its node, which is a string and no name of the module. */
function actionName({ name, thread, node }: Rule, { threads, names }: Exported): string {
  return name === threads[thread]!.nodes[node]!.name ? name : names.unique(name);
}

export function moduleName(id: string): string {
  const name = id.replace(/[^A-Za-z0-9]+/g, '_');
  return /^[A-Za-z]/.test(name) ? name : `M${name}`;
}

function heading(module: string): string {
  return ` MODULE ${module} `.padStart(39 + Math.ceil(module.length / 2) + 5, '-').padEnd(78, '-');
}

function header(id: string, { graph, rules, claims }: Exported, module: string): string {
  return [
    `${id} (graph ${graph.hash}), exported by pterace: ${rules.length} actions, ${claims.length} claims.`,
    '',
    `java -cp tla2tools.jar tlc2.TLC -config ${module}.cfg ${module}.tla`,
    '',
    'TLC is told not to look for deadlocks: threads may be done, and optional daemons may rest. The last invariant is the',
    'rule for deadlocks instead. TypeOK fails where the model puts a value out of range into a variable.',
  ].map((l) => `\\* ${l}`.trimEnd()).join('\n');
}

function declarations({ threads, variables }: Exported): string {
  const all = [...threads.map((t) => [t.pc, `thread ${t.name}`]), ...variables.map((v) => [v.name, v.about])];
  return ['VARIABLES', ...all.map(([name = '', about = ''], i) => `  ${name}${i === all.length - 1 ? ' ' : ','}  \\* ${about}`)].join('\n');
}

function junction(name: string, sign: string, parts: readonly string[]): string {
  return [`${name} ==`, ...parts.map((p) => `  ${sign} ${p}`)].join('\n');
}

function pcType(t: ExportedThread): string {
  return `${t.pc} \\in {${t.nodes.map((n) => `"${n.name}"`).join(', ')}}`;
}

function typeOf(v: Variable): string {
  const range = `0..${v.size - 1}`;
  return `${v.name} \\in ${v.cells === null ? range : `[0..${v.cells - 1} -> ${range}]`}`;
}

function initial(v: Variable): string {
  const [first] = v.initial;
  if (v.cells === null) return `${v.name} = ${first!}`;
  const same = v.initial.every((x) => x === first);
  return `${v.name} = [i__1 \\in 0..${v.cells - 1} |-> ${same ? first! : `<<${v.initial.join(', ')}>>[i__1 + 1]`}]`;
}
