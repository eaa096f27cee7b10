/** What a command makes goes to standard output or, with -o, to a file. */
import { writeFile } from 'node:fs/promises';
import { UsageError } from '../schedules/errors.ts';
import type { Io } from './io.ts';

/** @throws UsageError where the file cannot be written */
export async function output(file: string | undefined, text: string, io: Io): Promise<void> {
  if (file === undefined) {
    io.out(text);
    return;
  }
  if (file === '') throw new UsageError('-o needs the name of a file');
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write ${file}: ${(error as Error).message}`);
  }
  if (!io.quiet) io.err(`written to ${file}\n`);
}
