import { examples, JSON_FLAG, type Add } from '../command.ts';
import { parseCount } from '../numbers.ts';
import type { ReductionsFlags } from '../reductions.ts';

export const addReductions: Add = (program, host, io, answer) => {
  const command = program.command('reductions').description('states of every scenario, plain and with each reduction')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--max-states <n>', 'leave out cases with more recorded states', parseCount, 200_000)
    .option('--jobs <n>', 'searches at the same time (default: one a core)', parseCount)
    .action(async (pattern: string | undefined, flags: ReductionsFlags) => {
      answer(await (await import('../reductions.ts')).reductions(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace reductions b0', 'what each reduction keeps'],
  ]);
};
