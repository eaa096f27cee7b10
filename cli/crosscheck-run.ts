/** Running other checkers: each in a folder of its own that goes away, none left behind by Ctrl-C. */
import { spawn, type ChildProcess } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../schedules/errors.ts';

const children = new Set<ChildProcess>();
const folders = new Set<string>();

// A second Ctrl-C ends this process at once: the last moment to take the others along.
process.on('exit', () => {
  for (const child of children) kill(child);
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Thrown where Ctrl-C cut a comparison short. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

/** A folder for the time of `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'pterace-crosscheck-'));
  folders.add(folder);
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
    folders.delete(folder);
  }
}

/** Standard output of a program that ends well. @throws Interrupted @throws Error with what a failing program said. */
export async function output(program: string, args: readonly string[], folder: string, signal: AbortSignal): Promise<string> {
  const { code, out, err } = await ended(program, args, folder, signal);
  if (code === 0) return out;
  throw new Error(`${[program, ...args].join(' ')} failed (${code ?? 'killed'}): ${(err || out).slice(-2000)}`);
}

/** Whatever a program answers: checkers that find something do not end with 0. */
export async function outputOf(program: string, args: readonly string[], folder: string, signal: AbortSignal): Promise<string> {
  const { code, out, err } = await ended(program, args, folder, signal);
  if (code !== null) return out;
  throw new Error(`${program} was killed: ${err.slice(-2000)}`);
}

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

function ended(program: string, args: readonly string[], folder: string, signal: AbortSignal): Promise<Ended> {
  if (signal.aborted) return Promise.reject(new Interrupted());
  // A process group of its own, so that compilers started by compilers end with it.
  const child = spawn(program, args, { cwd: folder, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  children.add(child);
  const stop = (): void => { kill(child); };
  signal.addEventListener('abort', stop);
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => { out += String(chunk); });
  child.stderr.on('data', (chunk) => { err += String(chunk); });
  return new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => { if (signal.aborted) reject(new Interrupted()); else resolve({ code, out, err }); });
  }).finally(() => {
    signal.removeEventListener('abort', stop);
    children.delete(child);
  });
}

function kill(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** The Debian packages have the names of the programs. @throws UsageError */
export async function refuseMissing(programs: readonly string[]): Promise<void> {
  const missing = (await Promise.all(programs.map(async (p) => ((await installed(p)) ? [] : [p])))).flat();
  if (missing.length > 0) throw new UsageError(`not installed: ${missing.join(', ')}; on Debian and Ubuntu: apt install ${missing.join(' ')}`);
}

/** Asked by starting it: a version is what each of them can tell. */
export async function installed(program: string): Promise<boolean> {
  try {
    // At once: nobody needs to interrupt it.
    await ended(program, [program === 'spin' ? '-V' : '--version'], tmpdir(), new AbortController().signal);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
