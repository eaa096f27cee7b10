import { examples, JSON_FLAG, type Add } from '../command.ts';
import { parseCount } from '../numbers.ts';
import type { ReductionsFlags } from '../reductions.ts';

/** Some hundred megabytes. */
const MOST_KEPT = 3_000_000;

export const addReductions: Add = (program, host, io, answer) => {
  const command = program.command('reductions').description('states of every scenario, plain and with each reduction')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--recorded', 'show what was recorded, without a search')
    .option('--svg <file>', 'draw how many times fewer states are kept')
    .option('--check', 'states must be as recorded too; of worlds that are larger than --max-states says, only the world')
    .option('--update', 'record the states found, as they are found: of worlds that are not recorded, have changed, or were cut short')
    .option('--max-states <n>', 'leave out cases with more recorded states (default: 200,000; with --update: none)', parseCount)
    .option('--max-kept <n>', 'cut a search short that keeps more states', parseCount, MOST_KEPT)
    .option('--jobs <n>', 'searches at the same time (default: one a core)', parseCount)
    .action(async (pattern: string | undefined, flags: ReductionsFlags) => {
      answer(await (await import('../reductions.ts')).reductions(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace reductions b0', 'what each reduction keeps'],
    ['pterace reductions --recorded', 'what was found of every scenario'],
    ['pterace reductions --recorded --svg reductions.svg', 'as a picture'],
  ]);
};
