import { Option } from 'commander';
import { SUBSYSTEMS } from '../../model/races/race.ts';
import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { RacesFlags } from '../races.ts';

const more = (name: string, names: readonly string[] = []): string[] => [...names, name];

export const addRaces: Add = (program, host, io, answer) => {
  const command = program.command('races').description('the races of real kernels: commits, releases, and the scenarios that show them')
    .argument('[pattern]', 'part of an id, entry, title, commit or procedure; * stands for anything')
    .addOption(new Option('--subsystem <name>', 'only those of a part of the kernel').choices(SUBSYSTEMS))
    .option('--kernel <release>', 'only those that the release has')
    .option('--cve [id]', 'only those that have a CVE, or that one')
    .option('--property <name>', 'only those that break the property')
    .option('--ingredient <name>', 'only those made of it, such as TLB or \'page lock\'; more than one: of all of them', more)
    .option('--left-out', 'the entries of the catalogue without scenarios, and why')
    .option(...JSON_FLAG)
    .action(async (pattern: string | undefined, flags: RacesFlags) => {
      answer(await (await import('../races.ts')).listRaces(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace races', 'every race'],
    ['pterace races b12', 'all about one'],
    ['pterace races --kernel 2.6.20', 'those that 2.6.20 has'],
    ['pterace races page_mkclean', 'those that a procedure is part of'],
    ['pterace races --ingredient PMD --cve', 'at the PMD level, with a CVE'],
    ['pterace verify races', 'search all their scenarios again'],
  ]);
};
