/** How the command starts: the sources as a few scripts, kept beside the packages, in a copy of this package that each test may spoil. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Scenario } from '../../model/scenario.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const root = path.join(import.meta.dirname, '../..');
const SOURCES = ['bin', 'cli', 'counterexamples', 'model', 'properties', 'schedules', 'viewer', 'package.json', 'tsconfig.json'];
const SLOW_MS = 240_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let copy = '';
const inCopy = (...names: string[]): string => path.join(copy, ...names);
const cache = (): string => inCopy('node_modules', '.cache', 'pterace');
const kept = (): string[] => readdirSync(cache()).filter((name) => name !== 'current').sort();
/** The folder that was used last. */
const current = (): string => path.join(cache(), readFileSync(path.join(cache(), 'current'), 'utf8').split('\n')[0]!);

function pterace(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [inCopy('bin', 'pterace.cjs'), ...args], { cwd: copy });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => { out += String(chunk); });
  child.stderr.on('data', (chunk) => { err += String(chunk); });
  return new Promise((resolve) => child.on('close', (code) => { resolve({ code, out, err }); }));
}

/** Puts a line into a source, after the line that contains `before`; its number. */
function insert(file: string, before: string, line: string): number {
  const lines = readFileSync(inCopy(file), 'utf8').split('\n');
  const at = lines.findIndex((l) => l.includes(before)) + 1;
  if (at === 0) throw new Error(`no ${before} in ${file}`);
  lines.splice(at, 0, line);
  writeFileSync(inCopy(file), lines.join('\n'));
  return at + 1;
}

/** A copy of the package without what a first start keeps. */
function fresh(): void {
  copy = mkdtempSync(path.join(os.tmpdir(), 'pterace-start-'));
  for (const name of SOURCES) cpSync(path.join(root, name), inCopy(name), { recursive: true, preserveTimestamps: true });
  mkdirSync(inCopy('node_modules'));
  for (const name of readdirSync(path.join(root, 'node_modules'))) {
    if (name !== '.cache') symlinkSync(path.join(root, 'node_modules', name), inCopy('node_modules', name));
  }
}

const clear = (): void => { rmSync(copy, { recursive: true }); };

/** What bin/bundle.mjs writes. */
const FILES = ['check', 'commands', 'failing', 'model', 'rest'].flatMap((part) => [`${part}.cjs`, `${part}.compiled`, `${part}.positions`]);

describe('the first start', () => {
  beforeEach(fresh);
  afterEach(clear);

  it('keeps what it made, also when two processes start at once, and the next takes it as it is', async () => {
    const ends = await Promise.all([pterace('--version'), pterace('--version')]);
    expect(ends.map((e) => [e.code, e.err])).toEqual([[0, ''], [0, '']]);
    const first = kept();
    expect(first).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(readdirSync(current()).sort()).toEqual(FILES);
    // Whoever may read the package may read it.
    expect(statSync(current()).mode & 0o777).toBe(0o755);
    expect(await pterace('check', 'b03-repaired')).toMatchObject({ code: 0, err: '' });
    expect(kept()).toEqual(first);
  }, SLOW_MS);

  it('is made again when a source changes, and an internal error names the line of the source', async () => {
    await pterace('--version');
    const line = insert('cli/list.ts', 'export async function list', "  if (Math.random() >= 0) throw new TypeError('broken for the test');");
    const { code, err } = await pterace('list');
    expect(code).toBe(5);
    expect(err).toContain('TypeError: broken for the test');
    expect(err).toMatch(new RegExp(`^    at .*cli/list\\.ts:${line}\\b`, 'm'));
    expect(kept()).toHaveLength(2);
  }, SLOW_MS);

  it('leaves nothing of starts that were killed, and of folders the last used and those in use', async () => {
    const GONE = 2 ** 22 + 1;
    const [killed, other] = [`draft-${GONE}-killed`, `draft-${process.pid}-other`];
    const olds = [['1', GONE], ['2', process.pid], ['3', GONE], ['4', GONE]] as const;
    for (const name of [killed, other]) mkdirSync(path.join(cache(), name), { recursive: true });
    for (const [name, user] of olds) {
      mkdirSync(path.join(cache(), name));
      writeFileSync(path.join(cache(), name, `used-by-${user}`), '');
      utimesSync(path.join(cache(), name), Number(name), Number(name));
    }
    await pterace('--version');
    expect(kept()).toEqual(['2', '3', '4', path.basename(current()), other].sort());
    expect(readdirSync(current()).sort()).toEqual(FILES);
  }, SLOW_MS);

  it('is what threads of the process run too, although a source has changed since', async () => {
    writeFileSync(inCopy('thread.mjs'), "import { load } from './bin/load.cjs';\nawait load('cli/host.ts');\n");
    writeFileSync(inCopy('process.mjs'), [
      "import { appendFileSync } from 'node:fs';",
      "import { Worker } from 'node:worker_threads';",
      "import { load } from './bin/load.cjs';",
      "await load('cli/host.ts');",
      "appendFileSync(new URL('./cli/list.ts', import.meta.url), '// Changed.');",
      "new Worker(new URL('./thread.mjs', import.meta.url)).on('exit', (code) => { process.exitCode = code; });",
    ].join('\n'));
    execFileSync(process.execPath, [inCopy('process.mjs')]);
    expect(kept()).toHaveLength(1);
    await pterace('--version');
    expect(kept()).toHaveLength(2);
  }, SLOW_MS);

  it('does without where nothing can be written', async () => {
    mkdirSync(inCopy('node_modules', '.cache'));
    writeFileSync(cache(), 'a file where the folder would be');
    expect(await pterace('check', 'b03-repaired')).toMatchObject({ code: 0, err: '' });
  }, SLOW_MS);
});

describe('the next start', () => {
  beforeAll(async () => {
    fresh();
    await pterace('--version');
  }, SLOW_MS);
  afterAll(clear);

  it('does without what V8 compiled where that is damaged or gone', async () => {
    const compiled = path.join(current(), 'check.compiled');
    truncateSync(compiled, 1000);
    expect(await pterace('--version')).toMatchObject({ code: 0, err: '' });
    rmSync(compiled);
    expect(await pterace('--version')).toMatchObject({ code: 0, err: '' });
    expect(existsSync(compiled)).toBe(false);
  }, SLOW_MS);

  it('sees every source that there is', () => {
    const state = readFileSync(path.join(cache(), 'current'), 'utf8').split('\n').slice(2).map((line) => line.split(' ')[0]!);
    const sources = SOURCES.filter((name) => !name.includes('.')).flatMap((folder) => readdirSync(inCopy(folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(ts|[cm]js)$/.test(name)).map((name) => `${folder}/${name}`));
    expect(state.filter((name) => /\.(ts|[cm]js)$/.test(name)).sort()).toEqual(sources.sort());
  });

  it('loads no module of Node.js that a check of a kept world does not need', async () => {
    const CHECK = ['check', 'b04-repaired', '-q'];
    await pterace(...CHECK);
    const tell = inCopy('tell.cjs');
    writeFileSync(tell, "process.on('exit', () => { console.log(process.moduleLoadList.join('\\n')); });");
    const loaded = execFileSync(process.execPath, ['--require', tell, inCopy('bin', 'pterace.cjs'), ...CHECK], { cwd: copy, encoding: 'utf8' }).split('\n');
    expect(loaded).toContain('NativeModule vm');
    for (const name of ['child_process', 'crypto', 'fs/promises', 'perf_hooks', 'stream/consumers', 'worker_threads', 'internal/modules/esm/resolve']) expect(loaded).not.toContain(`NativeModule ${name}`);
  }, SLOW_MS);

  it('keeps the worlds that were checked, until a source changes', async () => {
    const CHECK = ['check', 'b04-repaired#clear-outside', '--json'];
    const told = async (): Promise<object> => {
      const { seconds, statesPerSecond, peakRssBytesPerState, ...rest } = JSON.parse((await pterace(...CHECK)).out) as Record<string, unknown>;
      expect([seconds, statesPerSecond, peakRssBytesPerState]).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
      return rest;
    };
    const first = await told();
    const file = path.join(current(), 'worlds', `${encodeURIComponent(CHECK[1]!)}.json`);
    const world = readFileSync(file, 'utf8');
    const another = world.replace('"dirty/b04-repaired#clear-outside"', '"another"');
    expect(another).not.toBe(world);
    expect(await told()).toEqual(first);
    // It is what is read: another name in it is another name in the answer.
    writeFileSync(file, another);
    expect(await told()).not.toEqual(first);
    truncateSync(file, 1000);
    expect(await told()).toEqual(first);
    expect(readFileSync(file, 'utf8')).toBe(world);
    writeFileSync(file, another);
    insert('cli/list.ts', 'export async function list', '  // Changed.');
    expect(await told()).toEqual(first);
  }, SLOW_MS);
});

it('every statement is where it is in the TypeScript file', () => {
  const some = scenarios.filter((_, i) => i % 40 === 0);
  const recorded = execFileSync(process.execPath, ['docs/recorded.mjs', ...some.map((s) => s.id)], { cwd: root, maxBuffer: 2 ** 30, encoding: 'utf8' });
  const bySource = Object.fromEntries(some.map((s: Scenario) => [s.id, s.build()]));
  expect(JSON.parse(recorded)).toEqual(JSON.parse(JSON.stringify(bySource)));
}, SLOW_MS);
