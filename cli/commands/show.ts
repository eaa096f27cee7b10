import { examples, JSON_FLAG, type Add } from '../command.ts';

export const addShow: Add = (program, host, io, answer) => {
  const command = program.command('show').description('what is explored: a whole scenario, or one procedure as C')
    .argument('<name>', 'id of a scenario, or name of a procedure')
    .option('--scenario <id>', 'where to look for the procedure')
    .option('--movers', 'of a scenario: which steps commute with those of other threads, and with which they do not')
    .option(...JSON_FLAG)
    .action(async (name: string, flags: { json?: boolean; scenario?: string; movers?: boolean }) => {
      if (flags.movers === true) answer(await (await import('../movers.ts')).movers(name, flags, host, io));
      else answer(await (await import('../show.ts')).show(name, flags, host, io));
    });
  examples(command, [
    ['pterace show dirty/b03-clear-vs-fault', 'threads, state, properties and all procedures'],
    ['pterace show page_mkclean_one --scenario dirty/b03-clear-vs-fault', 'one procedure as C'],
    ['pterace show dirty/munmap --movers', 'which steps commute'],
  ]);
};
