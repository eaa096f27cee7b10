import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { MatrixFlags } from '../matrix.ts';
import { parseCount } from '../numbers.ts';
import { addLimitFlags } from '../search-flags.ts';

export const addMatrix: Add = (program, host, io, answer) => {
  const command = program.command('matrix').description("today's protocol: its agents against each other, every two of them or every three")
    .argument('[agents...]', 'one: what it meets; several: what they are to each other')
    .option('--kinds <kinds>', 'only these kinds of memory, with commas between them: file, anon, huge')
    .option('--triples', 'every three different agents instead of every two, with all reductions')
    .option('--svg <file>', 'write the table as a heat map')
    .option('--check', 'states must be as recorded too')
    .option('--update', 'record the states found')
    .option('--jobs <n>', 'searches at the same time (default: one a core); limits are for each', parseCount)
    .option(...JSON_FLAG);
  addLimitFlags(command).action(async (agents: string[], flags: MatrixFlags) => {
    answer(await (await import('../matrix.ts')).matrix(agents, flags, host, io));
  });
  examples(command, [
    ['pterace matrix', 'every pair'],
    ['pterace matrix munmap', 'what munmap meets'],
    ['pterace matrix write-fault writeback reclaim --triples', 'three at once'],
    ['pterace check matrix/file-rw/munmap+reclaim', 'one cell'],
  ]);
};
