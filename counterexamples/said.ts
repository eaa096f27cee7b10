/** A step's statement with the values of this run in it: `lock_page(pfn0)` where the listing says `lock_page(slot.pfn)`. */
import type { GNode, GPlace, Graph } from '../model/language/graph.ts';
import type { ReplayStep, State } from '../schedules/replay.ts';
import { guardedCell, type Touch } from './executed.ts';
import { cellIndices, fieldOf, formatValue, indexName, typeOf } from './values.ts';

/** A statement that binds a name: `pte = *pte(mm0, va0)`. */
const BINDING = /^(\w+) = /;
/** `name(arguments)`, with or without a name bound to it. */
const CALL = /^((?:\w+ = )?[^()]+)\((.*)\)$/;

export interface Obtained {
  readonly name: string;
  readonly value: string;
}

/** What the name that a step binds stands for after it; null when it binds none. */
export function obtained(graph: Graph, node: GNode, next: GNode, after: State, touched: readonly Touch[]): Obtained | null {
  const name = BINDING.exec(node.text)?.[1];
  if (name === undefined) return null;
  // A step of one access binds what it read, even if nobody needs it for longer than the next branch.
  const load = node.atomicWhy === undefined ? touched.find((t) => t.read !== null) : undefined;
  if (load !== undefined) return { name, value: formatValue(graph, graph.places[load.place]!.type, load.read!) };
  const local = next.live.find((l) => l.name === name);
  return local === undefined ? null : { name, value: formatValue(graph, local.type, after.regs[local.reg]!) };
}

/**
 * The static text, with an argument that says which cell is meant replaced by that cell's index. Only where the step
 * proves it: names in the text belong to the innermost procedure and may mean something else elsewhere.
 */
export function concreteText(graph: Graph, step: ReplayStep, touched: readonly Touch[]): string {
  const { node, before } = step;
  const [access, ...others] = node.footprint;
  const [, callee, list] = CALL.exec(node.text) ?? [];
  if (access?.cell !== null || others.length > 0 || node.atomicWhy !== undefined || callee === undefined || list === undefined) return node.text;
  const cell = touched.find((t) => t.place === access.place)?.cell ?? guardedCell(graph, step, access.place);
  if (cell === null) return node.text;
  const place = graph.places[access.place]!;
  const names = indexNames(place, cell);
  const args = splitArguments(list);
  if (args.length === 1 && names.length === 1) return `${callee}(${names[0]!})`;
  return `${callee}(${args.map((arg) => liveIndex(graph, node, before, arg, names) ?? arg).join(', ')})`;
}

function indexNames(place: GPlace, cell: number): string[] {
  return cellIndices(place.dims, cell).map((i, dim) => indexName(place.dimTypes[dim] ?? '', i));
}

/** `slot.pfn` as `pfn0`, when a live local of that name is one of the indices the step used. */
function liveIndex(graph: Graph, node: GNode, before: State, arg: string, names: readonly string[]): string | null {
  const [name, ...path] = arg.split('.');
  const local = node.live.find((l) => l.name === name);
  if (local === undefined) return null;
  let type = typeOf(graph, local.type);
  let value = before.regs[local.reg]!;
  for (const part of path) {
    const field = type.kind === 'record' ? type.fields.find((f) => f.name === part) : undefined;
    if (field === undefined) return null;
    type = typeOf(graph, field.type);
    value = fieldOf(field, value);
  }
  const printed = type.kind === 'index' ? indexName(type.name, value) : '';
  return names.includes(printed) ? printed : null;
}

/** At the commas outside parentheses. */
function splitArguments(list: string): string[] {
  const args: string[] = [];
  let start = 0;
  let depth = 0;
  for (let i = 0; i <= list.length; i++) {
    const char = list[i] ?? ',';
    if (char === '(') depth++;
    if (char === ')') depth--;
    if (char !== ',' || (depth > 0 && i < list.length)) continue;
    args.push(list.slice(start, i).trim());
    start = i + 1;
  }
  return args;
}
