/** What the commands have in common. Each is declared in cli/commands, and its code is loaded when it is run. */
import type { Command } from 'commander';
import type { ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';

/** Declares a command; `answer` takes its exit code. */
export type Add = (program: Command, host: Host, io: Io, answer: (code: ExitCode) => void) => void;

export const JSON_FLAG = ['--json', 'one JSON object on stdout (docs/json has the schemas)'] as const;
export const ASCII_FLAG = ['--ascii', 'no line-drawing characters, for mail and commit messages'] as const;

/** Shows command lines, each with what it is for, below a command's help. */
export function examples(command: Command, lines: readonly (readonly [line: string, what: string])[]): void {
  const width = Math.max(...lines.map(([line]) => line.length));
  command.addHelpText('after', `\nExamples:\n${lines.map(([line, what]) => `  ${line.padEnd(width)}  # ${what}`).join('\n')}`);
}
