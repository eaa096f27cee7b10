import { examples, JSON_FLAG, ASCII_FLAG, type Add } from '../command.ts';
import type { CheckFlags } from '../check.ts';
import { withThreads } from '../early-threads.ts';
import { addSearchFlags } from '../search-flags.ts';

export const addCheck: Add = (program, host, io, answer) => {
  const command = program.command('check').description('search every interleaving of a scenario')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .option('--trace <file>', 'write the counterexample to a file');
  addSearchFlags(command).action(async (id: string, flags: CheckFlags) => {
    answer(await withThreads(flags.workers, host, async () => (await import('../check.ts')).check(id, flags, host, io)));
  });
  examples(command, [
    ['pterace check dirty/b01-december-2006', 'the shortest way to the corruption of December 2006'],
    ['pterace check dirty/3cpu-2mm --reduce all', 'a larger world, by what commutes'],
    ['pterace check dirty/b04-repaired#clear-outside --trace race.json', 'a mutant; its trace in a file'],
  ]);
};
