import { examples, JSON_FLAG, ASCII_FLAG, type Add } from '../command.ts';
import { parseCount } from '../numbers.ts';
import type { ShrinkFlags } from '../shrink.ts';

export const addShrink: Add = (program, host, io, answer) => {
  const command = program.command('shrink').description('a failing run made minimal: smaller world, fewer steps, fewer context switches')
    .argument('<trace>', 'a trace file, - for standard input, a string pterace:1:…, or the id of a scenario that fails')
    .option('-o, --output <file>', 'write the minimal trace to a file')
    .option('--smallest-world', 'leave out what the failure does without even where the run then needs more steps')
    .option('--max-states <n>', 'states that each of its searches may keep (default: 1M)', parseCount)
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .action(async (source: string, flags: ShrinkFlags) => {
      answer(await (await import('../shrink.ts')).shrinkRun(source, flags, host, io));
    });
  examples(command, [
    ['pterace check dirty/4cpu-2mm#no-flush --search pct --trace long.json', 'some failing run'],
    ['pterace shrink long.json -o short.json', 'the part of it that matters'],
    ['pterace shrink dirty/reclaim#no-flush', 'what of a world a race needs'],
  ]);
};
