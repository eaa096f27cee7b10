import { examples, JSON_FLAG, type Add } from '../command.ts';

export const addList: Add = (program, host, io, answer) => {
  const command = program.command('list').description('the scenarios there are')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .action(async (pattern: string | undefined, flags: { json?: boolean }) => {
      answer(await (await import('../list.ts')).list(pattern, flags, host, io));
    });
  examples(command, [
    ['pterace list', 'every scenario'],
    ["pterace list 'dirty/b0*'", 'those of some catalogue entries'],
  ]);
};
