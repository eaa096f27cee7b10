import { spawn } from 'node:child_process';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkSchema } from '../../cli/json.ts';

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
    expect(await node(['bin/pterace.mjs', '--version'])).toMatchObject({ code: 0, err: '' });
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

  it('colours when told to, and not into a pipe', async () => {
    const flags = ['--max-states', '10'];
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '1', NO_COLOR: '' } })).out).toContain('\x1b[');
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '', NO_COLOR: '' } })).out).not.toContain('\x1b[');
    expect((await node([...endless, ...flags], { env: { FORCE_COLOR: '1', NO_COLOR: '1' } })).out).not.toContain('\x1b[');
  });
});
