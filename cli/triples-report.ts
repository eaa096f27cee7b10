/** How many worlds of three agents hold, or hold but for what a pair in them breaks: in each kind of memory, and with each agent. */
import type { Colors } from './io.ts';
import type { CellJson, FieldJson, MatrixJson } from './json-matrix.ts';
import { formatCount } from './numbers.ts';

interface Row {
  readonly name: string;
  readonly cells: readonly CellJson[];
  /** Worlds that were not searched. */
  readonly missing: number;
}

export function triplesSummary(answer: MatrixJson, colors: Colors): string {
  const head = ['', 'worlds', 'hold', 'but for a pair', 'do not', 'vacuous', 'cut short', 'not run', 'states'];
  const rows = [...byKind(answer), ...byAgent(answer)].map(columns);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (row: readonly string[]): string => row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : text.padStart(widths[i]!))).join('  ');
  return [colors.dim(line(head)), ...rows.map(line)].join('\n');
}

const kindOf = (id: string): string => /^matrix\/(\w+)-/.exec(id)?.[1] ?? '';

function byKind({ fields }: MatrixJson): Row[] {
  const [cells, missing] = [fields.flatMap((f) => f.cells), fields.flatMap((f) => f.missing)];
  const kinds = [...new Set([...cells.map((c) => c.id), ...missing].map(kindOf))];
  const rows = kinds.map((kind): Row => ({ name: kind, cells: cells.filter((c) => c.kind === kind), missing: missing.filter((id) => kindOf(id) === kind).length }));
  return [...rows, { name: 'all', cells, missing: missing.length }];
}

const byAgent = ({ agents, fields }: MatrixJson): Row[] => agents.map(({ id }) => rowOf(id, fields.filter((f) => f.agents.includes(id))));

const rowOf = (name: string, fields: readonly FieldJson[]): Row => ({ name, cells: fields.flatMap((f) => f.cells), missing: fields.reduce((sum, f) => sum + f.missing.length, 0) });

function columns({ name, cells, missing }: Row): string[] {
  const count = (...verdicts: CellJson['verdict'][]): number => cells.filter((c) => verdicts.includes(c.verdict)).length;
  const butFor = cells.filter((c) => c.verdict === 'holds' && c.pairs.length > 0).length;
  const numbers = [cells.length + missing, count('holds') - butFor, butFor, count('violated', 'deadlock'), count('vacuous'), count('incomplete'), missing];
  return [name, ...numbers.map((n, i) => (n === 0 && i > 1 ? '-' : formatCount(n))), formatCount(cells.reduce((sum, c) => sum + c.states, 0))];
}
