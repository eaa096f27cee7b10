/**
 * The Informal Trace Format of Apalache and Quint, as their ADR-015 has it: a state a step, with every place in it.
 * Places with indices are maps, records are records, indices and enumerations are strings by the names that traces print.
 */
import type { GNode, GPlace, Graph } from '../../model/language/graph.ts';
import { nodeOf, run, type ReplayStep, type State } from '../../schedules/replay.ts';
import { shortLoc } from '../cell.ts';
import { isInternal } from '../reenact.ts';
import { cellIndices, fieldOf, formatValue, indexName, typeOf } from '../values.ts';
import { failureName, headline, type Story } from './story.ts';

type Expr = string | number | boolean | { readonly [field: string]: Expr } | readonly Expr[];

export function itf(story: Story): string {
  const { graph, trace } = story;
  const { initial, steps } = run(graph, trace.schedule);
  const names = variables(graph);
  const meta = {
    format: 'ITF',
    'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
    source: story.id,
    description: `${story.title}: ${headline(story)}`,
    status: 'violation',
    property: failureName(story),
    replay: story.replay,
    tool: `pterace ${story.version}`,
  };
  const vars = [names.at, names.locals, ...places(graph).map(([place]) => place.name)];
  const states = [initial, ...steps.map((step) => step.after)].map((state, index) => ({
    '#meta': { index, ...(index === 0 ? {} : stepMeta(graph, steps[index - 1]!)) },
    [names.at]: map(graph.threads.map((t, i) => [t.name, position(nodeOf(graph, state, i))])),
    [names.locals]: map(graph.threads.map((t, i) => [t.name, locals(graph, state, nodeOf(graph, state, i))])),
    ...Object.fromEntries(places(graph).map(([place, p]) => [place.name, placeExpr(graph, place, state.cells[p]!)])),
  }));
  // A line a state: indented whole, one state is hundreds of lines.
  const lines = states.map((state) => JSON.stringify(state)).join(',\n');
  return `{"#meta": ${JSON.stringify(meta, null, 2)},\n"vars": ${JSON.stringify(vars)},\n"states": [\n${lines}\n]}\n`;
}

/** Names for where the threads stand and for their locals that no place has. */
function variables(graph: Graph): { readonly at: string; readonly locals: string } {
  const taken = new Set(graph.places.map((p) => p.name));
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  return { at: free('at'), locals: free('locals') };
}

function places(graph: Graph): [GPlace, number][] {
  return graph.places.map((place, p): [GPlace, number] => [place, p]).filter(([place]) => !isInternal(place.name));
}

function stepMeta(graph: Graph, { thread, choice, node }: ReplayStep): Record<string, string | number> {
  const { name, cpu } = graph.threads[thread]!;
  const frame = node.stack[0];
  return { thread: name, cpu, choice, statement: node.text, ...(frame === undefined ? {} : { function: frame.proc, file: frame.loc.file, line: frame.loc.line }) };
}

/** `do_wp_page memory.ts:41`: the step that the thread takes next. */
function position(node: GNode): string {
  const frame = node.stack[0];
  if (node.kind === 'end') return 'ended';
  return frame === undefined ? node.text : `${frame.proc} ${shortLoc(frame.loc)}`;
}

function locals(graph: Graph, state: State, node: GNode): Expr {
  return map(node.live.map((l) => [l.name, valueExpr(graph, l.type, state.regs[l.reg]!)]));
}

function placeExpr(graph: Graph, place: GPlace, cells: readonly number[]): Expr {
  if (place.dims.length === 0) return valueExpr(graph, place.type, cells[0]!);
  return map(cells.map((value, cell) => {
    const at = cellIndices(place.dims, cell).map((i, dim) => indexName(place.dimTypes[dim]!, i));
    return [at.length === 1 ? at[0]! : { '#tup': at }, valueExpr(graph, place.type, value)];
  }));
}

function valueExpr(graph: Graph, typeName: string, value: number): Expr {
  const type = typeOf(graph, typeName);
  switch (type.kind) {
    case 'bool': return value !== 0;
    case 'int': return value;
    case 'index':
    case 'enum': return formatValue(graph, typeName, value);
    case 'record': return Object.fromEntries(type.fields.map((f) => [f.name, valueExpr(graph, f.type, fieldOf(f, value))]));
  }
}

function map(pairs: readonly (readonly [Expr, Expr])[]): Expr {
  return { '#map': pairs };
}
