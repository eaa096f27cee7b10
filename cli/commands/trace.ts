import { Option } from 'commander';
import { examples, type Add } from '../command.ts';
import { FORMATS } from '../../counterexamples/formats/formats.ts';
import type { TraceFlags } from '../trace.ts';

export const addTrace: Add = (program, host, io, answer) => {
  const command = program.command('trace').description('a failing run in a format that other tools show')
    .argument('<trace>', 'a trace file, - for standard input, a string pterace:1:…, or the id of a scenario or mutant that fails')
    .addOption(new Option('--to <format>', 'what to write').choices(Object.keys(FORMATS)).makeOptionMandatory())
    .option('-o, --output <file>', 'write there and not to standard output')
    .action(async (source: string, flags: TraceFlags) => {
      answer(await (await import('../trace.ts')).traceTo(source, flags, host, io));
    });
  examples(command, [
    ['pterace trace dirty/b03-clear-vs-fault --to mermaid', 'a sequence diagram for Markdown'],
    ['pterace trace race.json --to sarif -o race.sarif', 'for an editor or a code host'],
    ['pterace trace race.json --to perfetto -o race.perfetto.json', 'for ui.perfetto.dev or chrome://tracing'],
  ]);
};
