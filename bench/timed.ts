/** Time and memory of other programs, as GNU time sees them. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

export interface Timed {
  /** Of the wall clock, start and end of the process included. */
  readonly seconds: number;
  /** Most memory that was resident at a time. */
  readonly rssBytes: number;
  readonly out: string;
}

/** @throws Error with what a program said that ends with another code than 0, or with none of `codes`. */
export function timed(folder: string, command: readonly [string, ...string[]], codes: readonly number[] = [0]): Timed {
  const report = path.join(folder, 'time.txt');
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync('time', ['-q', '-f', '%M', '-o', report, ...command], { cwd: folder, encoding: 'utf8', maxBuffer: 2 ** 28 });
  const seconds = (performance.now() - start) / 1000;
  if (error !== undefined) throw new Error(`cannot run time: ${error.message} (on Debian and Ubuntu: apt install time)`);
  if (!codes.includes(status ?? -1)) throw new Error(`${command.join(' ')} ended with ${status ?? 'a signal'}: ${(stderr || stdout).trim().slice(-600)}`);
  return { seconds, rssBytes: Number(readFileSync(report, 'utf8')) * 1024, out: stdout };
}
