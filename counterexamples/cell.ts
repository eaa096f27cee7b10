/** What one step looks like in its CPU's column. */
import stringWidth from 'string-width';
import type { Loc } from '../model/language/ir.ts';
import { fold } from './fold.ts';
import type { Change, Moment } from './reenact.ts';
import { cpuColor, type Style } from './style.ts';

/** Indents of the parts below the heading. */
const STATEMENT = 2;
const DETAIL = 4;

/** The lines of a step; `previous` is the step before it in the trace, for what need not be said again. */
export function cellLines(step: Moment, previous: Moment | null, width: number, style: Style): string[] {
  const { colors } = style;
  const sameThread = previous?.thread === step.thread;
  const sameProc = sameThread && previous.proc === step.proc && previous.loc.file === step.loc.file;
  const at = sameProc ? `${colors.dim(`:${step.loc.line}`)} ` : '';
  const { statement, below } = withValue(step, `${at}${colors.bold(step.said)}`, width - STATEMENT, style);
  const head = [...(sameProc ? [] : fold(heading(step, style), width)), ...fold(statement, width, STATEMENT)];
  const details = [
    ...below,
    ...step.locals.map((local) => colors.dim(`${local.name} = ${local.value}`)),
    ...step.changed.map((change) => changeText(change, style)),
    ...step.rewrote.map(({ place, value }) => `${place}: stays ${value}`),
    ...lockText(step, sameThread ? previous : null, style),
    ...(step.ended ? [colors.dim('ends')] : []),
  ];
  return [...head, ...details.flatMap((line) => fold(line, width, DETAIL))];
}

/** The value that a statement binds follows it where there is room: `pte = *pte(mm0, va0) → P pfn0`; else it goes below. */
function withValue({ obtained }: Moment, text: string, room: number, { colors, glyphs }: Style): { statement: string; below: string[] } {
  if (obtained === null) return { statement: text, below: [] };
  const whole = `${text} ${colors.dim(`${glyphs.arrow} ${obtained.value}`)}`;
  if (stringWidth(whole) <= room) return { statement: whole, below: [] };
  return { statement: text, below: [colors.dim(`${obtained.name} = ${obtained.value}`)] };
}

/** `do_wp_page memory.ts:41`; a thread that is not the CPU's program is named before it: `[tlb fill]`. */
function heading(step: Moment, style: Style): string {
  const { colors } = style;
  const who = step.daemon === 'no' ? '' : `${colors.yellow(`[${step.threadName}]`)} `;
  return `${who}${cpuColor(style, step.cpu)(step.proc)} ${colors.dim(shortLoc(step.loc))}`;
}

/** `pte(va0): -D = P pfn0`: what changed, and, where that is not all of it, what it is now. */
export function changeText(change: Change, { colors, glyphs }: Style): string {
  const now = change.delta.includes('->') ? '' : ` = ${change.to}`;
  const text = `${change.place}: ${change.delta.replaceAll('->', glyphs.arrow)}${now}`;
  return change.ghost ? colors.dim(`(${text})`) : text;
}

/** Said where a thread takes over, and when the set changes. */
function lockText(step: Moment, previous: Moment | null, { colors }: Style): string[] {
  const held = step.locks.join(', ');
  const before = previous === null ? null : previous.locks.join(', ');
  if (held === before || (held === '' && before === null)) return [];
  return [colors.yellow(held === '' ? 'holds no lock' : `holds ${held}`)];
}

/** The file's own name is enough to find it; the path is in the JSON. */
export function shortLoc(loc: Loc): string {
  return `${loc.file.slice(loc.file.lastIndexOf('/') + 1)}:${loc.line}`;
}
