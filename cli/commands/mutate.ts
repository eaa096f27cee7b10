import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { MutateFlags } from '../mutate.ts';
import { parseCount } from '../numbers.ts';

export const addMutate: Add = (program, host, io, answer) => {
  const command = program.command('mutate').description('make every single mistake in the procedures of scenarios that hold, and see whether it is noticed')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--html <file>', 'write the procedures, each line coloured by what its mutants did')
    .option('--budget <n>', 'states that the search of one mutant may have; scenarios with more are left out', parseCount, 500_000)
    .option('--jobs <n>', 'mutants at the same time (default: one a core)', parseCount)
    .option('--all-scenarios', 'ask every scenario of every mutant, not up to the first that kills it')
    .option('--recheck', 'only mutants recorded as killed, each in the scenario that killed it')
    .option('--update', 'record what was found, of a whole folder of scenarios')
    .action(async (pattern: string | undefined, flags: MutateFlags) => {
      answer(await (await import('../mutate.ts')).mutate(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace mutate dirty/b03-repaired', 'which steps of the repair carry its proof'],
    ["pterace mutate 'dirty/*' --html mutants.html", 'the whole protocol, as a page'],
    ["pterace mutate 'dirty/*' --recheck", 'that what was killed still is'],
  ]);
};
