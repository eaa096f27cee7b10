/** `pterace doctor`: what is there for cross-checks and viewing, and what this machine allows. */
import { execFile } from 'node:child_process';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { promisify } from 'node:util';
import { fold } from '../counterexamples/fold.ts';
import { style } from '../counterexamples/style.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { DoctorJson } from './json-doctor.ts';
import { formatBytes } from './numbers.ts';
import { renderTable } from './table.ts';

/** A program that some command can use. */
interface Helper {
  readonly names: readonly string[];
  readonly ask: readonly string[];
  readonly use: string;
  /** Package of Debian and its relatives. */
  readonly debian: string;
}

const HELPERS: readonly Helper[] = [
  { names: ['spin'], ask: ['-V'], use: 'crosscheck', debian: 'spin' },
  { names: ['rumur'], ask: ['--version'], use: 'crosscheck', debian: 'rumur' },
  { names: ['gcc'], ask: ['-dumpfullversion'], use: 'crosscheck, for what Spin and Rumur write', debian: 'gcc libc6-dev' },
  { names: ['chromium', 'chromium-browser', 'google-chrome'], ask: ['--version'], use: 'view --screenshot, and the tests of the viewer', debian: 'chromium' },
  { names: ['dot'], ask: ['-V'], use: 'to draw what graph writes', debian: 'graphviz' },
];

type Found = DoctorJson['helpers'][number];

export async function doctor(flags: { readonly json?: boolean }, host: Host, io: Io): Promise<ExitCode> {
  const helpers = await Promise.all(HELPERS.map(look));
  const answer: DoctorJson = {
    node: process.version, cores: availableParallelism(), memory: totalmem(), free: freemem(),
    scenarios: (await host.scenarios()).length, width: io.width, color: io.color, helpers,
  };
  if (flags.json) printJson(io, answer);
  else io.out(`${render(answer, io)}\n`);
  return EXIT.ok;
}

/** Some print their version to standard error. */
async function look({ names, ask, use, debian }: Helper): Promise<Found> {
  for (const name of names) {
    try {
      const { stdout, stderr } = await promisify(execFile)(name, [...ask], { timeout: 10_000 });
      return { name, version: /\d+(\.\d+)+/.exec(stdout + stderr)?.[0] ?? 'of unknown version', use, debian };
    } catch {
      // Not there, or not that program: the next name.
    }
  }
  return { name: names[0]!, version: null, use, debian };
}

function render(d: DoctorJson, io: Io): string {
  const { colors } = style({ color: io.color });
  const rows = d.helpers.map((h) => [
    h.version === null ? colors.yellow('--') : colors.green('ok'), h.name, h.version ?? 'not found', h.version === null ? `${h.use}: apt-get install ${h.debian}` : h.use,
  ]);
  const missing = d.helpers.filter((h) => h.version === null).length;
  return [
    renderTable(['', 'program', 'version', 'for'].map((name) => colors.dim(name)), [
      [colors.green('ok'), 'node', d.node.slice(1), `${d.scenarios} scenarios load`],
      ...rows,
    ], io.width), '',
    `${d.cores} cores, ${formatBytes(d.memory)} of memory, ${formatBytes(d.free)} free; terminal ${d.width} wide, ${d.color ? 'with' : 'without'} colour`,
    ...(missing === 0 ? [] : fold(`${missing} not found: check, verify, explain and view need none of them`, io.width)),
  ].join('\n');
}
