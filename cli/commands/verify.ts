import { examples, JSON_FLAG, type Add } from '../command.ts';
import { parseCount } from '../numbers.ts';
import { addLimitFlags } from '../search-flags.ts';
import type { VerifyFlags } from '../verify.ts';

export const addVerify: Add = (program, host, io, answer) => {
  const command = program.command('verify').description('check that every scenario and mutant is as declared')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--junit <file>', 'write a JUnit report, for a build server')
    .option('--update', 'record the state counts found')
    .option('--jobs <n>', 'searches at the same time (default: one a core); limits are for each', parseCount);
  addLimitFlags(command).action(async (pattern: string | undefined, flags: VerifyFlags) => {
    answer(await (await import('../verify.ts')).verify(pattern, flags, host, io));
  });
  examples(command, [
    ['pterace verify', 'everything'],
    ['pterace verify b03', 'what has b03 in its id'],
    ['pterace verify races', 'every scenario of every race'],
    ['pterace verify --json', 'for scripts'],
    ['pterace verify --junit report.xml', 'for a build server'],
  ]);
};
