/** `pterace export <scenario> --to promela|murphi`: the same world in the language of another model checker. */
import { writeFile } from 'node:fs/promises';
import { murphi } from '../schedules/murphi.ts';
import { promela } from '../schedules/promela.ts';
import { UsageError } from '../schedules/errors.ts';
import { findCase } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';

export interface ExportFlags {
  readonly to: 'promela' | 'murphi';
  readonly output?: string;
  readonly property?: readonly string[];
}

export async function exportTo(id: string, flags: ExportFlags, host: Host, io: Io): Promise<ExitCode> {
  const found = findCase(await host.scenarios(), id);
  const write = { promela, murphi }[flags.to];
  const text = write(found.id, await host.lower(found.build()), flags.property === undefined ? {} : { properties: flags.property });
  if (flags.output === undefined) io.out(text);
  else await save(flags.output, text, io);
  return EXIT.ok;
}

async function save(file: string, text: string, io: Io): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new UsageError(`cannot write the export: ${(error as Error).message}`);
  }
  io.err(`exported to ${file}\n`);
}
