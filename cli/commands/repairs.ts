import { examples, JSON_FLAG, type Add } from '../command.ts';
import { parseCount } from '../numbers.ts';
import type { RepairsFlags } from '../repairs.ts';

export const addRepairs: Add = (program, host, io, answer) => {
  const command = program.command('repairs').description('which small change makes what fails hold')
    .argument('<trace|scenario>', 'id of a scenario that fails, or a trace of it')
    .option(...JSON_FLAG)
    .option('--budget <n>', 'states that the search of one change may have', parseCount, 200_000)
    .action(async (source: string, flags: RepairsFlags) => {
      answer(await (await import('../repairs.ts')).findRepairs(source, flags, host, io));
    });
  examples(command, [
    ['pterace repairs dirty/b03-clear-vs-fault', 'every move and repetition of a statement that repairs it'],
  ]);
};
