/**
 * The parts of a Markdown file that are made by a program: console blocks (commands and what they print), code blocks
 * that show a file, and regions between `<!-- begin:name -->` and `<!-- end -->`. Everything else is left alone.
 */

/** One command of a console block and its output, without the final newline. */
export interface Exchange {
  readonly command: string;
  readonly output: string;
}

export interface Makers {
  /** What the command prints. Commands of one block are run one after the other. */
  readonly run: (commands: readonly string[]) => Promise<readonly string[]>;
  /** Text of `path` or of `path#region`. */
  readonly file: (path: string) => string;
  readonly region: (name: string) => Promise<string>;
}

const FENCE = /^```(console|ts|json)(?: (\S+))?\n([^]*?)^```$/gm;
const REGION = /(<!-- begin:(\S+) -->\n)[^]*?(<!-- end -->)/g;

/** The whole file as it should read now. */
export async function regenerate(markdown: string, makers: Makers): Promise<string> {
  const regions = await replaceAll(markdown, REGION, async ([, begin = '', name = '', end = '']) => `${begin}${await makers.region(name)}\n${end}`);
  return replaceAll(regions, FENCE, async ([whole = '', kind = '', info = '', body = '']) => {
    if (kind === 'console') return `\`\`\`console${info && ` ${info}`}\n${await console(body, info, makers)}\`\`\``;
    return info === '' ? whole : `\`\`\`${kind} ${info}\n${makers.file(info).trimEnd()}\n\`\`\``;
  });
}

async function console(body: string, info: string, makers: Makers): Promise<string> {
  const shown = exchanges(body);
  const outputs = await makers.run(shown.map((x) => x.command));
  return shown.map(({ command, output }, i) => `$ ${command}\n${settled(output, withoutSteps(outputs[i]!, info))}`).join('');
}

/** What the document shows stays when only figures of time and memory differ: regenerating changes nothing then. */
function settled(shown: string, printed: string): string {
  const text = masked(shown) === masked(printed) ? shown : printed;
  return text === '' ? '' : `${text}\n`;
}

/** A `$ ` begins a command; what follows, up to the next, is its output. */
export function exchanges(body: string): Exchange[] {
  return body.split(/^\$ /m).slice(1).map((part) => {
    const [command = '', ...lines] = part.trimEnd().split('\n');
    return { command, output: lines.join('\n') };
  });
}

/** `cut=3-11,15-20` in the info string leaves those steps of a trace out, and says so. */
function withoutSteps(output: string, info: string): string {
  if (!info.startsWith('cut=')) return output;
  return info.slice('cut='.length).split(',').reduce((text, range) => {
    const [from = 0, to = 0] = range.split('-').map(Number);
    return cutSteps(text.split('\n'), from, to).join('\n');
  }, output);
}

function cutSteps(lines: readonly string[], from: number, to: number): readonly string[] {
  const start = lines.findIndex((line) => beginsStep(line, from));
  const end = lines.findIndex((line, i) => i > start && (beginsStep(line, to + 1) || line === ''));
  if (start < 0 || end < 0) return lines;
  return [...lines.slice(0, start), `  ⋮ │ (steps ${from} to ${to} are left out here)`, ...lines.slice(end)];
}

const beginsStep = (line: string, step: number): boolean => line.trimStart().startsWith(`${step} │`);

/** Without the figures that differ from run to run, and the blanks that align them. */
export function masked(output: string): string {
  return output.split('\n').map((line) => {
    const without = line
      .replace(/\d+:\d\d min|\d+\.\d+ s\b/g, '# s')
      .replace(/[\d.,]+( [kM])? states\/s/g, '# states/s')
      .replace(/[\d.]+ bytes\/state/g, '# bytes/state')
      .replace(/[\d.]+ [KMG]B/g, '# MB');
    return without === line ? line : without.replace(/ {2,}/g, ' ');
  }).join('\n');
}

async function replaceAll(text: string, pattern: RegExp, make: (match: readonly string[]) => Promise<string>): Promise<string> {
  const matches = [...text.matchAll(pattern)];
  const made = await Promise.all(matches.map((match) => make(match)));
  let at = 0;
  return matches.map((match, i) => {
    const piece = text.slice(at, match.index) + made[i]!;
    at = match.index + match[0].length;
    return piece;
  }).join('') + text.slice(at);
}
