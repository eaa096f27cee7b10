/** Writing the counterexample to a file. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Trace } from '../counterexamples/trace-schema.ts';
import { UsageError } from '../schedules/errors.ts';
import type { Io } from './io.ts';

/** Before the search: nobody wants to hear of a misspelt folder after an hour. @throws UsageError */
export async function refuseUnwritable(file: string, flag = '--trace', what = 'the trace'): Promise<void> {
  if (file === '') throw new UsageError(`${flag} needs the name of a file`);
  const folder = path.dirname(path.resolve(file));
  if (!(await isFolder(folder))) throw new UsageError(`cannot write ${what}: there is no folder ${folder}`);
  if (await isFolder(file)) throw new UsageError(`cannot write ${what}: ${file} is a folder; name a file in it`);
  const target = (await exists(file)) ? file : folder;
  try {
    await access(target, constants.W_OK);
  } catch {
    throw new UsageError(`cannot write ${what}: no permission to write ${target}`);
  }
}

async function exists(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null)) !== null;
}

async function isFolder(file: string): Promise<boolean> {
  return (await stat(file).catch(() => null))?.isDirectory() === true;
}

/** @throws UsageError */
export async function saveTrace(file: string, trace: Trace | null, io: Io): Promise<void> {
  if (trace === null) {
    io.err(`no trace to write to ${file}\n`);
    return;
  }
  try {
    await writeFile(file, `${JSON.stringify(trace, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`cannot write the trace: ${(error as Error).message}`);
  }
  io.err(`trace written to ${file}\n`);
}
