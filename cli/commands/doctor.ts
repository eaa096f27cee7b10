import { examples, JSON_FLAG, type Add } from '../command.ts';

export const addDoctor: Add = (program, host, io, answer) => {
  const command = program.command('doctor').description('what is installed for cross-checks and viewing, and what this machine allows')
    .option(...JSON_FLAG)
    .action(async (flags: { json?: boolean }) => {
      answer(await (await import('../doctor.ts')).doctor(flags, host, io));
    });
  examples(command, [['pterace doctor', 'before the first crosscheck, view --screenshot or large search']]);
};
