/** Completion in the shell, by the library that writes the scripts and answers what they ask. */
import root, { type Complete } from '@bomb.sh/tab';
import type { Command, Option } from 'commander';
import { threads } from '../model/claims/threads.ts';
import { EXIT, type ExitCode } from './exit.ts';
import { raceNames } from './find-race.ts';
import type { Host } from './host.ts';

const NAME = 'pterace';
/** Arguments that are ids of scenarios, or may be. */
const IDS = ['scenario', 'pattern', 'name', 'trace|scenario', 'race|scenario'];
/** Arguments that are claims, or may be. */
const CLAIMS = ['thread|claim'];

/** Prints the script; the shell is one that the library knows. */
export function printScript(shell: string): ExitCode {
  root.setup(NAME, NAME, shell);
  return EXIT.ok;
}

/** Prints what may stand where the last of the words is; an empty last word: anything. */
export async function complete(words: readonly string[], program: Command, host: Host): Promise<ExitCode> {
  // Those that were recorded: reading them takes no time, making the scenarios does.
  const claims = (await host.claims()).map(({ id }) => id);
  const ids = [...new Set([...Object.keys(await host.expected()), ...claims, ...raceNames(await host.races())])];
  const offerIds = offering(ids);
  const offerClaims = offering([...threads.map(({ thread }) => thread), ...claims]);
  for (const command of program.createHelp().visibleCommands(program)) {
    const known = root.command(command.name(), command.description());
    for (const option of command.createHelp().visibleOptions(command)) offerOption(known, option);
    for (const argument of command.registeredArguments) {
      const { argChoices } = argument;
      const offered = IDS.includes(argument.name()) ? offerIds : CLAIMS.includes(argument.name()) ? offerClaims : undefined;
      known.argument(argument.name(), argChoices === undefined ? offered : offering(argChoices), argument.variadic);
    }
  }
  root.parse([...words]);
  return EXIT.ok;
}

function offerOption(command: ReturnType<typeof root.command>, option: Option): void {
  const long = option.long?.slice(2);
  if (long === undefined) return;
  const short = option.short?.slice(1);
  if (option.required || option.optional) command.option(long, option.description, offering(option.argChoices ?? []), short);
  else if (short !== undefined) command.option(long, option.description, short);
  else command.option(long, option.description);
}

function offering(values: readonly string[]): (offer: Complete) => void {
  return (offer) => { for (const value of values) offer(value, ''); };
}
