import { Option } from 'commander';
import { examples, JSON_FLAG, ASCII_FLAG, type Add } from '../command.ts';
import type { ExplainFlags } from '../explain.ts';
import { parseCount } from '../numbers.ts';

export const addExplain: Add = (program, host, io, answer) => {
  const command = program.command('explain').description('why a run fails: what raced, and the window that let it')
    .argument('<trace|scenario>', 'a trace file, - for standard input, a string pterace:1:…, or the id of a scenario that fails')
    .addOption(new Option('--format <format>', 'commit: 72 columns of plain ASCII, to paste').choices(['text', 'commit']).default('text'))
    .option('--max-states <n>', 'of each search that tries a window or a repair', parseCount, 200_000)
    .option('--no-repairs', 'do not try small changes that repair it')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .action(async (source: string, flags: ExplainFlags) => {
      answer(await (await import('../explain.ts')).explainRun(source, flags, host, io));
    });
  examples(command, [
    ['pterace explain dirty/b03-clear-vs-fault', 'its shortest failing run'],
    ['pterace explain race.json --format commit', 'for a commit message'],
  ]);
};
