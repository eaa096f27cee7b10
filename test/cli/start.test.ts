/** How the command starts: the sources as one script, kept beside the packages, in a copy of this package that each test may spoil. */
import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Scenario } from '../../model/scenario.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const root = path.join(import.meta.dirname, '../..');
const SOURCES = ['bin', 'cli', 'counterexamples', 'model', 'properties', 'schedules', 'viewer', 'package.json', 'tsconfig.json'];
const SLOW_MS = 120_000;

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

let copy = '';
const inCopy = (...names: string[]): string => path.join(copy, ...names);
const cache = (): string => inCopy('node_modules', '.cache', 'pterace');
const kept = (): string[] => readdirSync(cache()).sort();

function pterace(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [inCopy('bin', 'pterace.mjs'), ...args], { cwd: copy });
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

describe('the first start', () => {
  beforeEach(() => {
    copy = mkdtempSync(path.join(os.tmpdir(), 'pterace-start-'));
    for (const name of SOURCES) cpSync(path.join(root, name), inCopy(name), { recursive: true, preserveTimestamps: true });
    mkdirSync(inCopy('node_modules'));
    for (const name of readdirSync(path.join(root, 'node_modules'))) {
      if (name !== '.cache') symlinkSync(path.join(root, 'node_modules', name), inCopy('node_modules', name));
    }
  });

  afterEach(() => { rmSync(copy, { recursive: true }); });

  it('keeps one script, also when two processes start at once, and the next takes it as it is', async () => {
    const ends = await Promise.all([pterace('--version'), pterace('--version')]);
    expect(ends.map((e) => [e.code, e.err])).toEqual([[0, ''], [0, '']]);
    const first = kept();
    expect(first).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
    expect(readdirSync(path.join(cache(), first[0]!)).sort()).toEqual(['compiled', 'positions', 'pterace.cjs']);
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

  it('does without where nothing can be written', async () => {
    mkdirSync(inCopy('node_modules', '.cache'));
    writeFileSync(cache(), 'a file where the folder would be');
    expect(await pterace('check', 'b03-repaired')).toMatchObject({ code: 0, err: '' });
  }, SLOW_MS);

  it('does without what V8 compiled where that is damaged or gone', async () => {
    await pterace('--version');
    const compiled = path.join(cache(), kept()[0]!, 'compiled');
    truncateSync(compiled, 1000);
    expect(await pterace('--version')).toMatchObject({ code: 0, err: '' });
    rmSync(compiled);
    expect(await pterace('--version')).toMatchObject({ code: 0, err: '' });
    expect(existsSync(compiled)).toBe(false);
  }, SLOW_MS);
});

it('every statement is where it is in the TypeScript file', () => {
  const some = scenarios.filter((_, i) => i % 40 === 0);
  const recorded = execFileSync(process.execPath, ['docs/recorded.mjs', ...some.map((s) => s.id)], { cwd: root, maxBuffer: 2 ** 30, encoding: 'utf8' });
  const bySource = Object.fromEntries(some.map((s: Scenario) => [s.id, s.build()]));
  expect(JSON.parse(recorded)).toEqual(JSON.parse(JSON.stringify(bySource)));
}, SLOW_MS);
