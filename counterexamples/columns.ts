/** A trace in the terminal: one column a CPU, time going down, only what changed. */
import type { Graph } from '../model/language/graph.ts';
import { cellLines } from './cell.ts';
import { fold, pad } from './fold.ts';
import type { Moment } from './reenact.ts';
import { cpuColor, type Style } from './style.ts';

/** Width when the output is not a terminal. */
export const DEFAULT_WIDTH = 100;
/** Narrower columns cannot be read: the CPUs then share one, and each says who it is where it takes over. */
const MIN_COLUMN = 24;
/** Wider ones are no better: a line of code is short. */
const MAX_COLUMN = 64;

interface Layout {
  /** CPUs of each column. */
  readonly lanes: readonly (readonly number[])[];
  readonly gutter: number;
  readonly column: number;
  readonly style: Style;
}

/** The whole table, without a final newline. `loop`: index of the first step that repeats for ever. */
export function renderColumns(graph: Graph, moments: readonly Moment[], width: number, style: Style, loop: number | null = null): string {
  const layout = layOut(graph, moments, width, style);
  const lines = [...headingLines(graph, layout)];
  moments.forEach((moment, i) => {
    const previous = moments[i - 1] ?? null;
    if (i === loop) lines.push(...forEver(i, layout));
    else if (previous !== null && previous.thread !== moment.thread) lines.push(divider(layout, style.glyphs.thin));
    lines.push(...stepLines(moment, previous, layout));
  });
  if (loop === moments.length) lines.push(divider(layout, style.glyphs.rule), 'then nothing, for ever');
  return lines.map((line) => line.trimEnd()).join('\n');
}

/** What stands before the steps that repeat. */
function forEver(step: number, layout: Layout): string[] {
  const rule = divider(layout, layout.style.glyphs.rule);
  return step === 0 ? ['for ever:', rule] : [rule, 'then for ever:', rule];
}

function layOut(graph: Graph, moments: readonly Moment[], width: number, style: Style): Layout {
  const all = [...new Set(graph.threads.map((t) => t.cpu))].sort((a, b) => a - b);
  const moving = all.filter((cpu) => moments.some((m) => m.cpu === cpu));
  const cpus = moving.length > 0 ? moving : all;
  const gutter = String(moments.length).length + 1;
  const apart = Math.floor((width - gutter - 3 * cpus.length) / cpus.length);
  const lanes = apart < MIN_COLUMN ? [cpus] : cpus.map((cpu) => [cpu]);
  const room = apart < MIN_COLUMN ? width - gutter - 3 : apart;
  return { lanes, gutter, column: Math.min(MAX_COLUMN, Math.max(MIN_COLUMN, room)), style };
}

function headingLines(graph: Graph, layout: Layout): string[] {
  const { colors, glyphs } = layout.style;
  const headings = layout.lanes.map((cpus) => cpus.flatMap((cpu) => {
    const threads = graph.threads.filter((t) => t.cpu === cpu);
    const names = threads.map((t) => (t.daemon === 'no' ? t.name : `[${t.name}]`)).join(' ');
    return fold(`${cpuName(cpu, layout.style)}  ${colors.dim(names)}`, layout.column, 0, 6);
  }));
  return [...rows('', headings, layout), divider(layout, glyphs.rule)];
}

function cpuName(cpu: number, style: Style): string {
  return style.colors.bold(cpuColor(style, cpu)(`CPU${cpu}`));
}

function stepLines(moment: Moment, previous: Moment | null, layout: Layout): string[] {
  const cells = layout.lanes.map((cpus) => {
    if (!cpus.includes(moment.cpu)) return [];
    const who = cpus.length > 1 && previous?.cpu !== moment.cpu ? [cpuName(moment.cpu, layout.style)] : [];
    return [...who, ...cellLines(moment, previous, layout.column, layout.style)];
  });
  return rows(String(moment.number), cells, layout);
}

/** Cells side by side, padded to the tallest. */
function rows(label: string, cells: readonly (readonly string[])[], layout: Layout): string[] {
  const { colors, glyphs } = layout.style;
  const bar = ` ${colors.dim(glyphs.bar)} `;
  const height = Math.max(...cells.map((cell) => cell.length));
  return Array.from({ length: height }, (_, row) => {
    const number = (row === 0 ? label : '').padStart(layout.gutter);
    return [number, ...cells.map((cell) => pad(cell[row] ?? '', layout.column))].join(bar);
  });
}

function divider(layout: Layout, glyph: string): string {
  const { colors, glyphs } = layout.style;
  const lines = layout.lanes.map((_, i) => glyph.repeat(layout.column + (i === layout.lanes.length - 1 ? 1 : 2)));
  return ' '.repeat(layout.gutter + 1) + colors.dim(lines.map((line) => glyphs.bar + line).join(''));
}
