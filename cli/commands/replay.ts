import { examples, JSON_FLAG, ASCII_FLAG, type Add } from '../command.ts';

export const addReplay: Add = (program, host, io, answer) => {
  const command = program.command('replay').description('re-check a recorded trace and show it')
    .argument('<trace>', 'a trace file, - for standard input, or a string pterace:1:…')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .action(async (source: string, flags: { json?: boolean; ascii?: boolean }) => {
      answer(await (await import('../replay.ts')).replay(source, flags, host, io));
    });
  examples(command, [
    ['pterace replay race.json', 'a file that check --trace wrote'],
    ["pterace replay 'pterace:1:…'", 'the last line of a trace'],
  ]);
};
