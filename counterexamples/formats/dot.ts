/** A small state space for Graphviz: a node a state, an edge a step, what fails in red, and the shortest way there. */
import type { Graph } from '../../model/language/graph.ts';
import { isDeadlock, nodeOf, violatedConjunct, type State } from '../../schedules/interpret.ts';
import type { ScheduleStep } from '../../schedules/result.ts';
import { selectConjuncts } from '../../schedules/select.ts';
import { along, type Edge, type Space } from '../../schedules/space.ts';
import { shortLoc } from '../cell.ts';
import { isInternal } from '../reenact.ts';
import { formatValue, placeName } from '../values.ts';

/** A colour a CPU, legible on white and not red. */
const CPU_COLORS = ['#0b6e99', '#8a3ffc', '#207227', '#8a5a00'] as const;
const FAILURE = '#c00000';

type Attributes = Readonly<Record<string, string | number>>;

/** `schedule`: a shortest way to a failure, or null. */
export function dot(id: string, graph: Graph, space: Space, schedule: readonly ScheduleStep[] | null): string {
  const way = new Set(schedule === null ? [] : along(space, schedule));
  const onWay = new Set([...way].map((edge) => edge.to));
  const summary = `${id}: ${space.states.length} states, ${space.edges.length} transitions`;
  return [
    `digraph ${quoted(id)} {`,
    `  graph ${attributes({ label: summary, labelloc: 't', fontname: 'Helvetica', rankdir: 'TB' })};`,
    `  node ${attributes({ shape: 'box', style: 'rounded,filled', fillcolor: 'white', fontname: 'Courier', fontsize: 10 })};`,
    `  edge ${attributes({ fontname: 'Courier', fontsize: 9 })};`,
    ...space.states.map((state, s) => `  s${s} ${attributes(nodeAttributes(graph, space, state, s, onWay.has(s)))};`),
    ...space.edges.map((edge) => `  s${edge.from} -> s${edge.to} ${attributes(edgeAttributes(graph, space, edge, way.has(edge)))};`),
    '}',
    '',
  ].join('\n');
}

/** Where the threads stand that must end; the tooltip has what differs from the initial state. */
function nodeAttributes(graph: Graph, space: Space, state: State, s: number, onWay: boolean): Attributes {
  const wrong = failureOf(graph, state);
  const label = [`${s}`, ...graph.threads.flatMap((t, i) => (t.daemon === 'no' ? [`${t.name} ${position(graph, state, i)}`] : [])), ...(wrong === null ? [] : [wrong])];
  const ended = graph.threads.every((t, i) => t.daemon !== 'no' || nodeOf(graph, state, i).kind === 'end');
  return {
    label: label.join('\n'),
    tooltip: s === 0 ? 'initial state' : differences(graph, space.states[0]!, state).join('\n') || 'as in the initial state',
    ...(wrong === null ? {} : { fillcolor: '#ffd6d6', color: FAILURE }),
    ...(ended ? { peripheries: 2 } : {}),
    ...(s === 0 || onWay ? { penwidth: 2 } : {}),
  };
}

function edgeAttributes(graph: Graph, { states }: Space, { from, thread }: Edge, onWay: boolean): Attributes {
  const { name, cpu, daemon } = graph.threads[thread]!;
  const { text } = nodeOf(graph, states[from]!, thread);
  const color = onWay ? FAILURE : CPU_COLORS[cpu % CPU_COLORS.length]!;
  return { label: `${name}: ${text}`, color, fontcolor: color, ...(onWay ? { penwidth: 3 } : {}), ...(daemon === 'no' ? {} : { style: 'dashed' }) };
}

function failureOf(graph: Graph, state: State): string | null {
  const conjuncts = selectConjuncts(graph, undefined);
  const broken = conjuncts[violatedConjunct(graph, state, conjuncts)];
  if (broken !== undefined) return `${broken.property}/${broken.name}`;
  return isDeadlock(graph, state) ? 'deadlock' : null;
}

function position(graph: Graph, state: State, thread: number): string {
  const node = nodeOf(graph, state, thread);
  const frame = node.stack[0];
  if (node.kind === 'end') return 'ended';
  return frame === undefined ? node.text : shortLoc(frame.loc);
}

function differences(graph: Graph, initial: State, state: State): string[] {
  return graph.places.flatMap((place, p) => (isInternal(place.name) ? [] : state.cells[p]!.flatMap((value, cell) =>
    (value === initial.cells[p]![cell] ? [] : [`${placeName(place, cell)} = ${formatValue(graph, place.type, value)}`]))));
}

function attributes(list: Attributes): string {
  return `[${Object.entries(list).map(([name, value]) => `${name}=${typeof value === 'number' ? value : quoted(value)}`).join(', ')}]`;
}

/** In a quoted string only `"` and `\` mean something; `\n` centres a line. Graphviz reads no zero byte and no other control character well. */
function quoted(text: string): string {
  const plain = text.replace(/[\0-\t\v-\x1f\x7f]|\p{Surrogate}/gu, '\ufffd');
  return `"${plain.replace(/["\\]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}
