import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSchema, verifySchema } from '../../cli/json.ts';

const root = path.join(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of this repository; `interrupt` sends it Ctrl-C after so many milliseconds. */
function node(args: readonly string[], options: { readonly interrupt?: number; readonly env?: NodeJS.ProcessEnv } = {}): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...options.env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => { out += String(chunk); });
  child.stderr.on('data', (chunk) => { err += String(chunk); });
  if (options.interrupt !== undefined) setTimeout(() => child.kill('SIGINT'), options.interrupt);
  return new Promise((resolve) => child.on('close', (code) => { resolve({ code, out, err }); }));
}

const endless = ['--import', 'tsx', 'test/cli/endless.ts', 'check', 'endless'];

describe('the process', () => {
  it('needs no build step', async () => {
    expect(await node(['bin/pterace.cjs', '--version'])).toMatchObject({ code: 0, err: '' });
  });

  it('Ctrl-C prints what was covered and exits 3', async () => {
    const { code, out } = await node([...endless, '--json'], { interrupt: 4000 });
    const answer = checkSchema.parse(JSON.parse(out));
    expect([code, answer.verdict, answer.limit]).toEqual([3, 'incomplete', 'interrupted']);
    expect(answer.states).toBeGreaterThan(1000);
  });

  it.each([
    ['states', ['--max-states', '10K']],
    ['memory', ['--max-memory', '20M']],
    ['seconds', ['--max-seconds', '0.5']],
    ['depth', ['--max-depth', '5']],
  ])('a limit on %s stops cleanly', async (limit, flags) => {
    const { code, out, err } = await node([...endless, '--json', ...flags]);
    const answer = checkSchema.parse(JSON.parse(out));
    expect([code, answer.verdict, answer.limit, err]).toEqual([3, 'incomplete', limit, '']);
  });

  it('Ctrl-C ends random walks and verify the same way', async () => {
    const [walks, verify] = await Promise.all([
      node([...endless, '--json', '--search', 'random', '--walks', '1e9'], { interrupt: 4000 }),
      node(['bin/pterace.cjs', 'verify', '--jobs', '2'], { interrupt: 3000 }),
    ]);
    expect([walks.code, checkSchema.parse(JSON.parse(walks.out)).limit]).toEqual([3, 'interrupted']);
    expect([verify.code, verify.err]).toEqual([3, '']);
    expect(verify.out).toMatch(/not run \(interrupted\)/);
  });

  it('a pipe that closes early is no error', async () => {
    const piped = spawn('sh', ['-c', `"${process.execPath}" bin/pterace.cjs show b03-repaired | head -1; true`], { cwd: root });
    let said = '';
    piped.stderr.on('data', (chunk) => { said += String(chunk); });
    await new Promise((resolve) => piped.on('close', resolve));
    expect(said).toBe('');
  });

  it.runIf(existsSync('/dev/full'))('a full disk under standard output is said in one line', async () => {
    const child = spawn('sh', ['-c', `"${process.execPath}" bin/pterace.cjs list > /dev/full`], { cwd: root });
    let said = '';
    child.stderr.on('data', (chunk) => { said += String(chunk); });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([code, said]).toEqual([2, expect.stringMatching(/^pterace: cannot write standard output: .*\n$/)]);
  });

  it('verify answers the same on one core and on two', async () => {
    const ask = async (jobs: string): Promise<unknown[]> => {
      const { out } = await node(['bin/pterace.cjs', 'verify', 'b03', '--json', '--jobs', jobs]);
      return verifySchema.parse(JSON.parse(out)).cases.map((c) => ({ ...c, seconds: 0 }));
    };
    const [one, two] = await Promise.all([ask('1'), ask('2')]);
    expect(one.length).toBeGreaterThan(2);
    expect(two).toEqual(one);
  });

  it('colours when told to, and not into a pipe', async () => {
    const flags = ['--max-states', '10'];
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '1', NO_COLOR: '' } })).out).toContain('\x1b[');
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '', NO_COLOR: '' } })).out).not.toContain('\x1b[');
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain('\x1b[');
  });
});
