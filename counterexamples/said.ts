/** A step's statement with the values of this run in it: `lock_page(pfn0)` where the listing says `lock_page(slot.pfn)`. */
import type { GNode, GPlace, Graph } from '../model/language/graph.ts';
import type { ReplayStep, State } from '../schedules/replay.ts';
import { guardedCell, type Touch } from './executed.ts';
import { cellIndices, fieldOf, formatValue, indexName, typeOf } from './values.ts';

/** A statement that binds a name: `pte = *pte(mm0, va0)`. */
const BINDING = /^(\w+) = /;
/** `name(arguments)`, with or without a name bound to it. */
const CALL = /^((?:\w+ = )?[^()]+)\((.*)\)$/;

/** An argument that is concrete already: `va0`, `3`. */
const CONSTANT = /^[a-z_]*\d+$/;

export interface Obtained {
  readonly name: string;
  readonly value: string;
}

/** What the name that a step binds stands for after it; null when it binds none. */
export function obtained(graph: Graph, step: ReplayStep, next: GNode, touched: readonly Touch[]): Obtained | null {
  const { node, before, after } = step;
  const name = BINDING.exec(node.text)?.[1];
  if (name === undefined) return null;
  // A step of one access binds what it read, even if nobody needs it for longer than the next branch, or it never changes.
  const only = onlyCell(graph, step, touched);
  // `k = pid1` stores to a place of that name.
  const stores = node.footprint[0]?.mode === 'write';
  if (only !== null && !stores) return { name, value: formatValue(graph, graph.places[only.place]!.type, before.cells[only.place]![only.cell]!) };
  const local = next.live.find((l) => l.name === name);
  return local === undefined ? null : { name, value: formatValue(graph, local.type, after.regs[local.reg]!) };
}

/**
 * The static text, with an argument that says which cell is meant replaced by that cell's index. Only where the step
 * proves it: names in the text belong to the innermost procedure and may mean something else elsewhere.
 */
export function concreteText(graph: Graph, step: ReplayStep, touched: readonly Touch[]): string {
  const { node, before } = step;
  const [, callee, list] = CALL.exec(node.text) ?? [];
  const only = onlyCell(graph, step, touched);
  if (only === null || callee === undefined || list === undefined) return node.text;
  const place = graph.places[only.place]!;
  const names = indexNames(place, only.cell);
  const args = splitArguments(list);
  if (args.length === 1 && names.length === 1 && !CONSTANT.test(args[0]!) && !perCpu(place)) return `${callee}(${names[0]!})`;
  return `${callee}(${args.map((arg) => liveIndex(graph, node, before, arg, names) ?? arg).join(', ')})`;
}

/** The one cell that the step accessed; null when there are several, or which one it was cannot be seen. */
function onlyCell(graph: Graph, step: ReplayStep, touched: readonly Touch[]): { readonly place: number; readonly cell: number } | null {
  const [access, ...others] = step.node.footprint;
  if (access === undefined || others.length > 0 || step.node.atomicWhy !== undefined) return null;
  const cell = access.cell ?? touched.find((t) => t.place === access.place)?.cell ?? guardedCell(graph, step, access.place);
  return cell === null ? null : { place: access.place, cell };
}

/** Which CPU is meant is seldom an argument: it is the one that runs. */
function perCpu(place: GPlace): boolean {
  return place.dimTypes[0]?.startsWith('cpu') === true;
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
