/** How values, places and their changes are printed. */
import type { GPlace, GType, Graph } from '../model/language/graph.ts';
import { constantName } from '../model/language/names.ts';

type RecordType = Extract<GType, { kind: 'record' }>;
type Field = RecordType['fields'][number];

/** A record with all fields 0, such as an empty page-table entry. */
const EMPTY = 'none';

export function typeOf(graph: Graph, name: string): GType {
  const type = graph.types[name];
  if (type === undefined) throw new Error(`the graph has no type ${name}`);
  return type;
}

/** `P W D pfn0`, `pfn1`, `LOCKED`, `3`, `true`. */
export function formatValue(graph: Graph, typeName: string, value: number): string {
  const type = typeOf(graph, typeName);
  switch (type.kind) {
    case 'bool':
      return String(value !== 0);
    case 'int':
      return String(value);
    case 'index':
      return indexName(type.name, value);
    case 'enum':
      return type.values[value] ?? String(value);
    case 'record':
      return formatRecord(graph, type, value);
  }
}

/** Where cell `cell` of a place is printed as: `pfn0.PG_dirty`. */
export function placeName(place: GPlace, cell: number): string {
  const at = cellIndices(place.dims, cell).map((i, dim) => indexName(place.dimTypes[dim] ?? '', i));
  if (!place.display.includes('%')) return place.display + at.map((name) => `[${name}]`).join('');
  return place.display.replace(/%(\d)/g, (_, digit: string) => at[Number(digit)] ?? '?');
}

/** As the listing prints a constant of an index type: `mm1` of mm_t. */
export function indexName(type: string, value: number): string {
  return constantName({ kind: 'index', name: type, size: value + 1 }, value) ?? String(value);
}

/** What changed between two values: `0 -> 1`, or of a record that lost or gained only some fields those: `-D +A`. */
export function formatChange(graph: Graph, typeName: string, from: number, to: number): string {
  const type = typeOf(graph, typeName);
  const whole = `${formatValue(graph, typeName, from)} -> ${formatValue(graph, typeName, to)}`;
  if (type.kind !== 'record' || from === 0 || to === 0) return whole;
  const changed = type.fields.filter((field) => fieldOf(field, from) !== fieldOf(field, to));
  if (changed.length === type.fields.length) return whole;
  return changed.map((field) => fieldChange(graph, field, fieldOf(field, from), fieldOf(field, to))).join(' ');
}

function fieldChange(graph: Graph, field: Field, from: number, to: number): string {
  const kind = typeOf(graph, field.type).kind;
  if (kind === 'bool') return (to === 0 ? '-' : '+') + field.name;
  if (kind === 'index') return `${field.name}${from}->${field.name}${to}`;
  return `${field.name} ${formatValue(graph, field.type, from)}->${formatValue(graph, field.type, to)}`;
}

function formatRecord(graph: Graph, type: RecordType, value: number): string {
  if (value === 0) return EMPTY;
  return type.fields.map((field) => formatField(graph, field, fieldOf(field, value))).filter((text) => text !== '').join(' ');
}

/** Flags print by name when set; an index prints even at 0 (pfn0 is a page), a number or an enum only beyond it. */
function formatField(graph: Graph, field: Field, value: number): string {
  const type = typeOf(graph, field.type);
  switch (type.kind) {
    case 'bool':
      return value === 0 ? '' : field.name;
    case 'index':
      return `${field.name}${value}`;
    case 'int':
      return value === 0 ? '' : `${field.name}=${value}`;
    case 'enum':
    case 'record':
      return value === 0 ? '' : formatValue(graph, field.type, value);
  }
}

export function fieldOf(field: Field, value: number): number {
  return (value >>> field.shift) & ((2 ** field.width) - 1);
}

/** Row-major: the last index runs fastest. */
export function cellIndices(dims: readonly number[], cell: number): number[] {
  const at: number[] = [];
  let rest = cell;
  for (const size of [...dims].reverse()) {
    at.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return at;
}
