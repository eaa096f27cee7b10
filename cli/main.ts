/** The command line: parses, calls the command, turns errors into messages. */
import { Command } from 'commander';
import { UsageError } from '../schedules/errors.ts';
import type { Add } from './command.ts';
import { addCheck } from './commands/check.ts';
import { addClaims } from './commands/claims.ts';
import { addCompletion } from './commands/completion.ts';
import { addCrosscheck } from './commands/crosscheck.ts';
import { addDiff } from './commands/diff.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExplain } from './commands/explain.ts';
import { addExport } from './commands/export.ts';
import { addGraph } from './commands/graph.ts';
import { addList } from './commands/list.ts';
import { addMatrix } from './commands/matrix.ts';
import { addMutate } from './commands/mutate.ts';
import { addRaces } from './commands/races.ts';
import { addReductions } from './commands/reductions.ts';
import { addRepairs } from './commands/repairs.ts';
import { addReplay } from './commands/replay.ts';
import { addResume } from './commands/resume.ts';
import { addShow } from './commands/show.ts';
import { addShrink } from './commands/shrink.ts';
import { addTrace } from './commands/trace.ts';
import { addVerify } from './commands/verify.ts';
import { addView } from './commands/view.ts';
import { addWitness } from './commands/witness.ts';
import { failureOf, type Failure } from './errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ErrorJson } from './json.ts';
import { suggest } from './near.ts';
import { version } from './version.ts';

/** As --help lists them. */
const COMMANDS: readonly Add[] = [addList, addClaims, addCheck, addWitness, addResume, addVerify, addShow, addRaces, addMatrix, addDiff, addReductions, addReplay, addExplain, addTrace, addGraph, addExport, addShrink, addMutate, addRepairs, addView, addCrosscheck, addDoctor, addCompletion];

/** Runs one command line; never throws. */
export async function main(argv: readonly string[], host: Host, terminal: Io): Promise<ExitCode> {
  const io = isQuiet(argv) ? { ...terminal, live: false, quiet: true } : terminal;
  let code: ExitCode = EXIT.ok;
  const program = commands(host, io, (answer) => { code = answer; });
  try {
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

function commands(host: Host, io: Io, answer: (code: ExitCode) => void): Command {
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
  for (const add of COMMANDS) add(program, host, io, answer);
  return program.addHelpText('after', '\nExit codes of check: 0 holds, 1 violated or deadlock, 2 usage or broken model, 3 incomplete, 4 vacuous, 5 internal error.');
}
