/** The command line: parses, calls the command, turns errors into messages. */
import { readFileSync } from 'node:fs';
import { Command, Option } from 'commander';
import { UsageError } from '../schedules/errors.ts';
import { suggest } from './near.ts';
import { failureOf, type Failure } from './errors.ts';
import { EXIT, type ExitCode } from './exit.ts';
import type { CheckFlags } from './check.ts';
import type { CrosscheckFlags } from './crosscheck.ts';
import type { ExportFlags } from './export.ts';
import type { Host } from './host.ts';
import { printJson, type Io } from './io.ts';
import type { ErrorJson } from './json.ts';
import { parseCount } from './numbers.ts';
import type { ReductionsFlags } from './reductions.ts';
import type { ResumeFlags } from './resume.ts';
import { addBreadthFlags, addLimitFlags, addSearchFlags, collect } from './search-flags.ts';
import type { VerifyFlags } from './verify.ts';

/** Runs one command line; never throws. */
export async function main(argv: readonly string[], host: Host, io: Io): Promise<ExitCode> {
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
    .exitOverride()
    .configureOutput({
      writeOut: (text) => { io.out(text); },
      writeErr: (text) => { io.err(text); },
      // Errors are printed once, by `report`.
      outputError: () => undefined,
      getOutHelpWidth: () => io.width,
    })
    .showSuggestionAfterError();
  addList(program, host, io, answer);
  addCheck(program, host, io, answer);
  addResume(program, host, io, answer);
  addVerify(program, host, io, answer);
  addShow(program, host, io, answer);
  addReductions(program, host, io, answer);
  addReplay(program, host, io, answer);
  addExport(program, host, io, answer);
  addCrosscheck(program, host, io, answer);
  return program.addHelpText('after', '\nExit codes of check: 0 holds, 1 violated or deadlock, 2 usage or broken model, 3 incomplete, 4 vacuous, 5 internal error.');
}

type Add = (program: Command, host: Host, io: Io, answer: (code: ExitCode) => void) => void;

const JSON_FLAG = ['--json', 'one JSON object on stdout (docs/json has the schemas)'] as const;
const ASCII_FLAG = ['--ascii', 'no line-drawing characters, for mail and commit messages'] as const;

const addList: Add = (program, host, io, answer) => {
  program.command('list').description('the scenarios there are')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .action(async (pattern: string | undefined, flags: { json?: boolean }) => {
      answer(await (await import('./list.ts')).list(pattern, flags, host, io));
    });
};

const addCheck: Add = (program, host, io, answer) => {
  const command = program.command('check').description('search every interleaving of a scenario')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .option('--trace <file>', 'write the counterexample to a file');
  addSearchFlags(command).action(async (id: string, flags: CheckFlags) => {
    answer(await (await import('./check.ts')).check(id, flags, host, io));
  });
};

const addResume: Add = (program, host, io, answer) => {
  const command = program.command('resume').description('go on with a search from its checkpoint')
    .argument('<checkpoint>', 'file that check --checkpoint wrote')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .option('--trace <file>', 'write the counterexample to a file');
  addBreadthFlags(addLimitFlags(command)).action(async (file: string, flags: ResumeFlags) => {
    answer(await (await import('./resume.ts')).resume(file, flags, host, io));
  });
};

const addVerify: Add = (program, host, io, answer) => {
  const command = program.command('verify').description('check that every scenario and mutant is as declared')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--update', 'record the state counts found')
    .option('--jobs <n>', 'searches at the same time (default: one a core); limits are for each', parseCount);
  addLimitFlags(command).action(async (pattern: string | undefined, flags: VerifyFlags) => {
    answer(await (await import('./verify.ts')).verify(pattern, flags, host, io));
  });
};

const addShow: Add = (program, host, io, answer) => {
  program.command('show').description('what is explored: a whole scenario, or one procedure as C')
    .argument('<name>', 'id of a scenario, or name of a procedure')
    .option('--scenario <id>', 'where to look for the procedure')
    .option('--movers', 'of a scenario: which steps commute with those of other threads, and with which they do not')
    .option(...JSON_FLAG)
    .action(async (name: string, flags: { json?: boolean; scenario?: string; movers?: boolean }) => {
      if (flags.movers === true) answer(await (await import('./movers.ts')).movers(name, flags, host, io));
      else answer(await (await import('./show.ts')).show(name, flags, host, io));
    });
};

const addReductions: Add = (program, host, io, answer) => {
  program.command('reductions').description('states of every scenario, plain and with each reduction')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option(...JSON_FLAG)
    .option('--max-states <n>', 'leave out cases with more recorded states', parseCount, 200_000)
    .option('--jobs <n>', 'searches at the same time (default: one a core)', parseCount)
    .action(async (pattern: string | undefined, flags: ReductionsFlags) => {
      answer(await (await import('./reductions.ts')).reductions(pattern, flags, host, io));
    });
};

const addReplay: Add = (program, host, io, answer) => {
  program.command('replay').description('re-check a recorded trace and show it')
    .argument('<trace>', 'a trace file, - for standard input, or a string pterace:1:…')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .action(async (source: string, flags: { json?: boolean; ascii?: boolean }) => {
      answer(await (await import('./replay.ts')).replay(source, flags, host, io));
    });
};

const addExport: Add = (program, host, io, answer) => {
  program.command('export').description('a scenario in the language of another model checker')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .addOption(new Option('--to <language>', 'Promela is for Spin, Murphi for Rumur, TLA+ for TLC (with -o X.tla also X.cfg)').choices(['promela', 'murphi', 'tla']).makeOptionMandatory())
    .addOption(new Option('--form <form>', 'of Promela: a process a thread, which Spin searches fastest, or one process with a rule a step').choices(['processes', 'rules']))
    .option('-o, --output <file>', 'write there and not to standard output')
    .option('--property <name>', 'only this property (may be given several times)', collect)
    .action(async (id: string, flags: ExportFlags) => {
      answer(await (await import('./export.ts')).exportTo(id, flags, host, io));
    });
};

const addCrosscheck: Add = (program, host, io, answer) => {
  program.command('crosscheck').description('let Spin and Rumur check the scenarios too, and compare')
    .argument('[pattern]', 'part of an id; * stands for anything')
    .option('--json', 'one JSON object on stdout')
    .option('--max-states <n>', 'leave out cases with more recorded states', parseCount, 200_000)
    .option('--tools <names>', 'which, with commas between: spin, spin-processes (the other form of the Promela export), rumur', 'spin,rumur')
    .option('-j, --jobs <n>', 'cases at the same time (default: one a core)', parseCount)
    .action(async (pattern: string | undefined, flags: CrosscheckFlags) => {
      answer(await (await import('./crosscheck.ts')).crosscheck(pattern, flags, host, io));
    });
};

function version(): string {
  const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };
  return manifest.version;
}
