/** `pterace export <scenario> --to promela|murphi|tla`: the same world in the language of another model checker. */
import path from 'node:path';
import type { GProgress, Graph } from '../model/language/graph.ts';
import type { Selection } from '../schedules/export-graph.ts';
import { murphi } from '../schedules/murphi.ts';
import { promelaProcesses } from '../schedules/promela-processes.ts';
import { promela } from '../schedules/promela.ts';
import { tla } from '../schedules/tla.ts';
import { selectProgress } from '../schedules/select.ts';
import { UsageError } from '../schedules/errors.ts';
import { findCase } from './cases.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import { output } from './output.ts';

export interface ExportFlags {
  readonly to: 'promela' | 'murphi' | 'tla';
  readonly form?: 'processes' | 'rules';
  readonly output?: string;
  readonly property?: readonly string[];
}

export async function exportTo(id: string, flags: ExportFlags, host: Host, io: Io): Promise<ExitCode> {
  if (flags.form !== undefined && flags.to !== 'promela') throw new UsageError('--form only means something with --to promela');
  const found = findCase(await host.scenarios(id), id);
  const files = exported(found.id, await host.lower(found.build()), flags);
  for (const [file, text] of files) await output(flags.output === undefined ? undefined : file, text, io);
  return EXIT.ok;
}

/** By name of the file, where there is one. What follows the end of a TLA+ module is no part of it. */
function exported(id: string, graph: Graph, { to, form, output: target = '', property }: ExportFlags): [file: string, text: string][] {
  const selection: Selection = property === undefined ? {} : { properties: property };
  refuseProgress(id, selectProgress(graph, property));
  switch (to) {
    case 'murphi': return [[target, murphi(id, graph, selection)]];
    case 'promela': return [[target, (form === 'rules' ? promela : promelaProcesses)(id, graph, selection)]];
    case 'tla': {
      const { dir, name, ext } = path.parse(target);
      if (target !== '' && ext !== '.tla') throw new UsageError(`'${target}' does not end in .tla, as TLC wants it`);
      const { module, config } = tla(id, graph, selection, ...(target === '' ? [] : [name]));
      return [[target, module], [path.join(dir, `${name}.cfg`), config]];
    }
  }
}

/** The formats are written for invariants: a file that said nothing of the rest would promise too much. */
function refuseProgress(id: string, progress: readonly GProgress[]): void {
  if (progress.length === 0) return;
  throw new UsageError(`${id} asks for progress (${progress.map((p) => p.name).join(', ')}), which is not exported; --property names what is`);
}
