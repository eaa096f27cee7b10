import { examples, type Add } from '../command.ts';
import type { CrosscheckFlags } from '../crosscheck.ts';
import { parseCount } from '../numbers.ts';

export const addCrosscheck: Add = (program, host, io, answer) => {
  const command = program.command('crosscheck').description('let Spin and Rumur check the scenarios too, and compare')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option('--json', 'one JSON object on stdout')
    .option('--max-states <n>', 'leave out cases with more recorded states', parseCount, 200_000)
    .option('--tools <names>', 'which, with commas between: spin, spin-processes (the other form of the Promela export), rumur', 'spin,rumur')
    .option('--no-mutants', 'scenarios alone')
    .option('-j, --jobs <n>', 'cases at the same time (default: one a core)', parseCount)
    .action(async (pattern: string | undefined, flags: CrosscheckFlags) => {
      answer(await (await import('../crosscheck.ts')).crosscheck(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace crosscheck dirty/b0', 'with Spin and Rumur'],
    ['pterace crosscheck --max-states 5000 --tools spin', 'only Spin, only small worlds'],
  ]);
};
