/**
 * What a check costs before it searches: `node --import tsx bench/startup.ts [scenario [runs]]`, medians of fresh processes.
 * `pterace` is the command as it is; the others show what each of its economies saves. What V8 compiled is kept for the flags that
 * the command sets, and is not used without them.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const ROOT = path.join(import.meta.dirname, '..');
const [scenario = 'dirty/b03-repaired', runs = '5'] = process.argv.slice(2);

const REPORT = "process.on('exit', () => { process.stderr.write('\\n' + process.resourceUsage().maxRSS); });";
const from = (file: string): string => JSON.stringify(pathToFileURL(path.join(ROOT, file)).href);
const inline = (code: string): readonly string[] => ['--input-type=module', '-e', REPORT + code];
const RUN = `process.exitCode = await run(['check', '${scenario}']);`;

const WAYS: Readonly<Record<string, readonly string[]>> = {
  'node alone': inline(''),
  'tsx at every start': inline(`(await import('tsx/esm/api')).register(); process.setSourceMapsEnabled(true); const { run } = await import(${from('cli/run.ts')}); ${RUN}`),
  scripts: inline(`const { load } = await import(${from('bin/load.cjs')}); const { run } = await load('cli/run.ts'); ${RUN}`),
  pterace: inline(`(await import(${from('bin/flags.cjs')})).setFlags(); const { load } = await import(${from('bin/load.cjs')}); const { run } = await load('cli/run.ts'); ${RUN}`),
};

for (const [name, args] of Object.entries(WAYS)) {
  const measured = Array.from({ length: Number(runs) + 1 }, () => measure(args)).slice(1);
  const middle = (of: (m: Measured) => number): number => measured.map(of).sort((a, b) => a - b)[measured.length >> 1]!;
  console.log(`${name.padEnd(22)}${(middle((m) => m.kilobytes) / 1024).toFixed(0).padStart(4)} MB  ${(middle((m) => m.milliseconds) / 1000).toFixed(2)} s`);
}

interface Measured {
  readonly kilobytes: number;
  readonly milliseconds: number;
}

function measure(args: readonly string[]): Measured {
  const start = performance.now();
  const { stderr } = spawnSync(process.execPath, args, { cwd: ROOT, encoding: 'utf8' });
  return { milliseconds: performance.now() - start, kilobytes: Number(stderr.split('\n').at(-1)) };
}
