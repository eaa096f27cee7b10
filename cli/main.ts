/** The command line: parses, calls the command, turns errors into messages. */
import { Command } from 'commander';
import { UsageError } from '../schedules/errors.ts';
import { COMMANDS } from './commands.ts';
import { failureOf, type Failure } from './errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ErrorJson } from './json.ts';
import { suggest } from './near.ts';
import { version } from './version.ts';

/** Runs one command line; never throws. */
export async function main(argv: readonly string[], host: Host, terminal: Io): Promise<ExitCode> {
  const io = isQuiet(argv) ? { ...terminal, live: false, quiet: true } : terminal;
  let code: ExitCode = EXIT.ok;
  try {
    const program = await declared(argv, host, io, (answer) => { code = answer; });
    if (argv.length === 0) program.help({ error: true });
    refuseUnknownHelp(argv, program);
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    const failure = failureOf(error);
    if (failure === null) return EXIT.ok;
    report(failure, argv.includes('--json'), io);
    return failure.exitCode;
  }
}

/** Looked for before anything is parsed: the commands are declared with the terminal that they print to. */
function isQuiet(argv: readonly string[]): boolean {
  return argv.some((word) => word === '-q' || word === '--quiet');
}

/** Commander answers `help nope` with the general help and says nothing of the slip. */
function refuseUnknownHelp([first, asked]: readonly string[], program: Command): void {
  if (first !== 'help' || asked === undefined || asked.startsWith('-')) return;
  const names = program.commands.map((command) => command.name());
  if (!names.includes(asked)) throw new UsageError(`unknown command '${asked}'${suggest(asked, names)} (--help shows what there is)`);
}

function report(failure: Failure, json: boolean, io: Io): void {
  const answer: ErrorJson = { error: { ...failure } };
  if (json) printJson(io, answer);
  io.err(`pterace: ${failure.message}\n`);
}

/** The command that is called, or all where none is: to load and declare them takes longer than many a search. */
async function declared(argv: readonly string[], host: Host, io: Io, answer: (code: ExitCode) => void): Promise<Command> {
  const program = new Command('pterace')
    .description('A model checker for page-table concurrency.')
    .version(version())
    .option('-q, --quiet', 'no progress and no notes; check and verify print what must be known in as few lines')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => { io.out(text); },
      writeErr: (text) => { io.err(text); },
      // Errors are printed once, by `report`.
      outputError: () => undefined,
      getOutHelpWidth: () => io.width,
    })
    .showSuggestionAfterError();
  const called = argv.find((word) => !word.startsWith('-'));
  const needed = called !== undefined && Object.hasOwn(COMMANDS, called) ? [called] : Object.keys(COMMANDS);
  for (const name of needed) (await COMMANDS[name]!())(program, host, io, answer);
  return program.addHelpText('after', '\nExit codes of check: 0 holds, 1 violated or deadlock, 2 usage or broken model, 3 incomplete, 4 vacuous, 5 internal error.');
}
