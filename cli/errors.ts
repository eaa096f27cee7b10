/** Turns whatever went wrong into a message and an exit code: no stack trace for a user's mistake. */
import { CommanderError } from 'commander';
import { TraceRefused } from '../counterexamples/refused.ts';
import { UsageError } from '../schedules/errors.ts';
import { isModelFault } from './broken-model.ts';
import { EXIT, type ExitCode } from './exit.ts';

export interface Failure {
  readonly kind: 'usage' | 'model' | 'trace' | 'internal';
  readonly message: string;
  readonly exitCode: ExitCode;
}

/** Null for the "errors" that commander ends `--help` and `--version` with. */
export function failureOf(error: unknown): Failure | null {
  if (error instanceof CommanderError) return commanderFailure(error);
  if (error instanceof UsageError) return { kind: 'usage', message: error.message, exitCode: EXIT.usage };
  if (error instanceof TraceRefused) return { kind: 'trace', message: error.message, exitCode: EXIT.usage };
  if (isModelFault(error)) return { kind: 'model', message: error.message, exitCode: EXIT.usage };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { kind: 'internal', message: `internal error, please report it: ${message}`, exitCode: EXIT.internal };
}

function commanderFailure(error: CommanderError): Failure | null {
  if (error.exitCode === 0) return null;
  const message = error.code === 'commander.help' ? 'a command is missing' : oneLine(error.message);
  return { kind: 'usage', message, exitCode: EXIT.usage };
}

/** As all other messages are: cause, near names, cure. */
function oneLine(message: string): string {
  const plain = message.replace(/^error: /, '').replace(/\n\(Did you mean (.*)\?\)/, '; did you mean $1?');
  return /^unknown|^missing|^too many/.test(plain) ? `${plain} (--help shows what there is)` : plain;
}
