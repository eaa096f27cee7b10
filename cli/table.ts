/** Plain aligned columns; the last may be as long as it likes, folded at the terminal's width. */
import stringWidth from 'string-width';
import { fold, pad } from '../counterexamples/fold.ts';

const GAP = '  ';

export function renderTable(head: readonly string[], body: readonly (readonly string[])[], width: number): string {
  return alignRows([head, ...body], width).join('\n');
}

/** One string a row, which may hold line breaks; all have as many cells as the first. */
export function alignRows(rows: readonly (readonly string[])[], width: number): string[] {
  const widths = (rows[0] ?? []).slice(0, -1).map((_, i) => Math.max(...rows.map((row) => stringWidth(row[i] ?? ''))));
  const left = widths.reduce((sum, w) => sum + w + GAP.length, 0);
  const room = Math.max(20, width - left);
  return rows.map((row) => renderRow(row, widths, left, room));
}

function renderRow(row: readonly string[], widths: readonly number[], left: number, room: number): string {
  const cells = widths.map((w, i) => pad(row[i] ?? '', w) + GAP).join('');
  const [first = '', ...rest] = fold(row.at(-1) ?? '', room, 0, 0);
  return [`${cells}${first}`.trimEnd(), ...rest.map((line) => ' '.repeat(left) + line)].join('\n');
}
