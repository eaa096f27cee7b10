import { Option } from 'commander';
import { examples, type Add } from '../command.ts';
import type { ExportFlags } from '../export.ts';
import { collect } from '../search-flags.ts';

export const addExport: Add = (program, host, io, answer) => {
  const command = program.command('export').description('a scenario in the language of another model checker')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .addOption(new Option('--to <language>', 'Promela is for Spin, Murphi for Rumur, TLA+ for TLC (with -o X.tla also X.cfg)').choices(['promela', 'murphi', 'tla']).makeOptionMandatory())
    .addOption(new Option('--form <form>', 'of Promela: a process a thread, which Spin searches fastest, or one process with a rule a step').choices(['processes', 'rules']))
    .option('-o, --output <file>', 'write there and not to standard output')
    .option('--property <name>', 'only this property (may be given several times)', collect)
    .action(async (id: string, flags: ExportFlags) => {
      answer(await (await import('../export.ts')).exportTo(id, flags, host, io));
    });
  examples(command, [
    ['pterace export dirty/munmap --to promela -o munmap.pml', 'for Spin'],
    ['pterace export dirty/munmap --to tla -o munmap.tla', 'for TLC; writes munmap.cfg too'],
  ]);
};
