import { Option } from 'commander';
import { SUBSYSTEMS } from '../../model/races/race.ts';
import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { RacesFlags } from '../races.ts';

export const addRaces: Add = (program, host, io, answer) => {
  const command = program.command('races').description('the races of real kernels: commits, releases, and the scenarios that show them')
    .argument('[pattern]', 'part of an id, entry, title, commit or procedure; * stands for anything')
    .addOption(new Option('--subsystem <name>', 'only those of a part of the kernel').choices(SUBSYSTEMS))
    .option('--kernel <release>', 'only those that the release has')
    .option('--cve [id]', 'only those that have a CVE, or that one')
    .option('--property <name>', 'only those that break the property')
    .option(...JSON_FLAG)
    .action(async (pattern: string | undefined, flags: RacesFlags) => {
      answer(await (await import('../races.ts')).listRaces(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace races', 'every race'],
    ['pterace races --kernel 2.6.20', 'those that 2.6.20 has'],
    ['pterace races page_mkclean', 'those that a procedure is part of'],
  ]);
};
