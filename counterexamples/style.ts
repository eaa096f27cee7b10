/** Colours and line glyphs, chosen once for where the text goes. */
import pc from 'picocolors';

export interface Glyphs {
  readonly bar: string;
  readonly rule: string;
  readonly thin: string;
  readonly arrow: string;
}

export interface Style {
  readonly colors: ReturnType<typeof pc.createColors>;
  readonly glyphs: Glyphs;
}

const UNICODE: Glyphs = { bar: '│', rule: '─', thin: '┈', arrow: '→' };
/** For commit messages and mail. */
const ASCII: Glyphs = { bar: '|', rule: '-', thin: '.', arrow: '->' };

export function style(options: { readonly color: boolean; readonly ascii?: boolean }): Style {
  return { colors: pc.createColors(options.color), glyphs: options.ascii ? ASCII : UNICODE };
}

/** One colour a CPU, the same in headings and steps. */
export function cpuColor({ colors }: Style, cpu: number): (text: string) => string {
  const palette = [colors.cyan, colors.magenta, colors.green, colors.blue];
  return palette[cpu % palette.length]!;
}
