import { InvalidArgumentError } from 'commander';
import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { DiffFlags } from '../diff.ts';

function lines(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of lines, from 0 to 9999.');
  return Number(text);
}

export const addDiff: Add = (program, host, io, answer) => {
  const command = program.command('diff').description('the repair of a race as a diff of the procedures, or how two worlds differ')
    .argument('<race|scenario>', 'a race, by id or catalogue entry; a mutant, to compare with its scenario; or a scenario')
    .argument('[scenario]', 'a second scenario or mutant')
    .option(...JSON_FLAG)
    .option('-U, --unified <n>', 'lines of context', lines, 3)
    .action(async (first: string, second: string | undefined, flags: DiffFlags) => {
      answer(await (await import('../diff.ts')).diff(first, second, flags, host, io));
    });
  examples(command, [
    ['pterace diff b12', 'the repair of a race'],
    ['pterace diff dirty/b03-repaired#no-wait', 'what a mutant leaves out'],
    ['pterace diff b01-repaired b01-today', 'two scenarios'],
  ]);
};
