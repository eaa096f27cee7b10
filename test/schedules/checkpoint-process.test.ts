/** Searches as processes: killed without warning at any moment, interrupted, resumed; and searched by several threads. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import { checkSchema, type CheckJson } from '../../cli/json.ts';

const root = path.join(import.meta.dirname, '../..');
const folder = mkdtempSync(path.join(os.tmpdir(), 'pterace-process-'));
const scenario = 'dirty/3cpu-2mm-today#returns-unlocked';

afterAll(() => { rmSync(folder, { recursive: true }); });

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of this repository; `kill` sends the signal after so many milliseconds. */
function node(args: readonly string[], kill?: { readonly signal: NodeJS.Signals; readonly after: number }): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd: root });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => { out += String(chunk); });
  child.stderr.on('data', (chunk) => { err += String(chunk); });
  const timer = kill === undefined ? undefined : globalThis.setTimeout(() => child.kill(kill.signal), kill.after);
  return new Promise((resolve) => child.on('close', (code) => {
    clearTimeout(timer);
    resolve({ code, out, err });
  }));
}

/** Kills the program so many milliseconds after it has written the file; false when it had ended by then. */
async function killOnceWritten(args: readonly string[], file: string, after: number): Promise<boolean> {
  const written = (): number => statSync(file, { throwIfNoEntry: false })?.ino ?? 0;
  const before = written();
  const child = spawn(process.execPath, args, { cwd: root, stdio: 'ignore' });
  const ended = new Promise<boolean>((resolve) => child.on('close', (_, signal) => { resolve(signal === 'SIGKILL'); }));
  while (child.exitCode === null && written() === before) await setTimeout(2);
  await setTimeout(after);
  child.kill('SIGKILL');
  return ended;
}

function found({ out }: Ended): Partial<CheckJson> {
  const { verdict, property, conjunct, states, transitions, depth, steps, switches, replay } = checkSchema.parse(JSON.parse(out));
  return { verdict, property, conjunct, states, transitions, depth, steps, switches, replay };
}

test('killed again and again, a search still ends as one that was left alone', { timeout: 240_000 }, async () => {
  const file = path.join(folder, 'killed.checkpoint');
  const whole = found(await node(['bin/pterace.cjs', 'check', scenario, '--json']));
  expect(whole.verdict).toBe('violated');
  const begin = ['bin/pterace.cjs', 'check', scenario, '--json', '--checkpoint', file, '--checkpoint-every', '0.001'];
  const goOn = ['bin/pterace.cjs', 'resume', file, '--json', '--checkpoint-every', '0.001'];
  let killed = 0;
  for (let i = 0; i < 6; i++) if (await killOnceWritten(existsSync(file) ? goOn : begin, file, 25 * i)) killed++;
  expect(killed).toBeGreaterThan(2);
  expect(found(await node(goOn))).toEqual(whole);
  expect(found(await node([...goOn, '--workers', '2']))).toEqual(whole);
});

const endless = ['--import', 'tsx', 'test/cli/endless.ts'];

test.each(['1', '2'])('Ctrl-C leaves a checkpoint and no thread: --workers %s', { timeout: 120_000 }, async (workers) => {
  const file = path.join(folder, `stopped-${workers}.checkpoint`);
  const first = await node([...endless, 'check', 'endless', '--json', '--workers', workers, '--checkpoint', file], { signal: 'SIGINT', after: 6000 });
  expect([first.code, found(first).verdict]).toEqual([3, 'incomplete']);
  expect(first.err).toContain(`go on with: pterace resume ${file}`);
  const before = found(first).states!;
  expect(before).toBeGreaterThan(1000);
  const second = await node([...endless, 'resume', file, '--json', '--max-states', String(before + 100_000)]);
  expect([second.code, found(second).states]).toEqual([3, before + 100_000]);
});

test('resume says what it cannot use in one line', { timeout: 60_000 }, async () => {
  const file = path.join(folder, 'foreign');
  writeFileSync(file, 'something else\n');
  expect(await node(['bin/pterace.cjs', 'resume', file])).toEqual({ code: 2, out: '', err: `pterace: ${file} is no checkpoint of pterace\n` });
  expect(await node(['bin/pterace.cjs', 'check', scenario, '--search', 'dfs', '--checkpoint', file])).toEqual({ code: 2, out: '', err: 'pterace: --checkpoint only means something with --search bfs, not dfs\n' });
});
