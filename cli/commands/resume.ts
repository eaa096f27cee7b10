import { examples, JSON_FLAG, ASCII_FLAG, type Add } from '../command.ts';
import { withThreads } from '../early-threads.ts';
import type { ResumeFlags } from '../resume.ts';
import { addBreadthFlags, addLimitFlags } from '../search-flags.ts';

export const addResume: Add = (program, host, io, answer) => {
  const command = program.command('resume').description('go on with a search from its checkpoint')
    .argument('<checkpoint>', 'file that check --checkpoint wrote')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .option('--trace <file>', 'write the counterexample to a file');
  addBreadthFlags(addLimitFlags(command)).action(async (file: string, flags: ResumeFlags) => {
    answer(await withThreads(flags.workers, host, async () => (await import('../resume.ts')).resume(file, flags, host, io)));
  });
  examples(command, [
    ['pterace resume search.ckpt', 'after pterace check … --checkpoint search.ckpt was interrupted'],
  ]);
};
