import { examples, JSON_FLAG, type Add } from '../command.ts';
import { IDEAS } from '../../schedules/reduce/ideas.ts';
import type { MatrixFlags } from '../matrix.ts';
import { parseCount } from '../numbers.ts';
import { addLimitFlags, parseIdeas } from '../search-flags.ts';

export const addMatrix: Add = (program, host, io, answer) => {
  const command = program.command('matrix').description("today's protocol: its agents against each other, every two of them or every three")
    .argument('[agents...]', 'one: what it meets; several: what they are to each other')
    .option('--kinds <kinds>', 'only these kinds of memory, with commas between them: file, anon, huge, private, large, text')
    .option('--triples', 'every three agents instead of every two, the small ones reduced by movers and persistent, unless --reduce says otherwise')
    .option('--reduce <ideas>', `keep fewer states, by all or some of ${IDEAS.join(', ')} (with commas between)`, parseIdeas)
    .option('--recorded', 'show what was recorded, without a search')
    .option('--svg <file>', 'write the table as a heat map; of triples: every two agents with each third')
    .option('--check', 'states must be as recorded too; with --triples and --max-states: where no more are recorded')
    .option('--update', 'record the states found; with --triples: as they are found, and only of worlds that are not recorded, have changed, or were cut short')
    .option('--jobs <n>', 'searches at the same time (default: one a core); limits are for each', parseCount)
    .option(...JSON_FLAG);
  addLimitFlags(command).action(async (agents: string[], flags: MatrixFlags) => {
    answer(await (await import('../matrix.ts')).matrix(agents, flags, host, io));
  });
  examples(command, [
    ['pterace matrix', 'every pair'],
    ['pterace matrix munmap', 'what munmap meets'],
    ['pterace matrix write-fault writeback reclaim --triples', 'three at once'],
    ['pterace matrix fork gup-fast --triples', 'fork and GUP-fast with every third'],
    ['pterace matrix --triples --recorded', 'how many triples hold'],
    ['pterace check matrix/file-rw/munmap+reclaim', 'one cell'],
  ]);
};
