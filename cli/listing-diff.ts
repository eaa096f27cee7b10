/** The difference between two listings of procedures, as a reader of patches knows it. */
import { structuredPatch } from 'diff';
import type { Colors } from './io.ts';

/** Locations move with the lines and say nothing here; so do the numbers of the steps. */
export function withoutNumbers(listing: string): string {
  return listing.replace(/ +\/\* [\w/.-]+:\d+ \*\/$/gm, '').replace(/^ {0,3}\d+ /gm, (number) => ' '.repeat(number.length));
}

/** Hunks in the unified format, without file names; '' where there is no difference. `context`: lines around a change. */
export function hunksBetween(from: string, to: string, context: number): string {
  const { hunks } = structuredPatch('', '', from, to, '', '', { context });
  return hunks.map((h) => `@@ -${h.oldStart},${h.oldLines} +${h.newStart},${h.newLines} @@\n${h.lines.join('\n')}`).join('\n');
}

export function paintDiff(text: string, colors: Colors): string {
  const paint = (line: string): string => {
    if (/^(---|\+\+\+) /.test(line)) return colors.bold(line);
    if (line.startsWith('@@')) return colors.cyan(line);
    return line.startsWith('+') ? colors.green(line) : line.startsWith('-') ? colors.red(line) : line;
  };
  return text.split('\n').map(paint).join('\n');
}
