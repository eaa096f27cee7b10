import { InvalidArgumentError } from 'commander';
import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { ViewFlags } from '../view.ts';

export const addView: Add = (program, host, io, answer) => {
  const command = program.command('view').description('a failing run in the browser: lanes, locks, state, code, properties over time')
    .argument('<trace>', 'a trace file, - for standard input, a string pterace:1:…, or the id of a scenario or mutant')
    .option('-o, --output <file>', 'write one HTML file that needs no network')
    .option('--screenshot <file>', 'write a picture of it as PNG, made by a Chromium that is installed (or PTERACE_CHROMIUM)')
    .option('--serve', 'show it from http://127.0.0.1 until Ctrl-C; there the scenario can be walked freely, also one that holds')
    .option('--port <n>', 'port of --serve (default: any free one)', parsePort)
    .option(...JSON_FLAG)
    .action(async (source: string, flags: ViewFlags) => {
      answer(await (await import('../view.ts')).view(source, flags, host, io));
    });
  examples(command, [
    ['pterace view dirty/b01-december-2006 -o race.html', 'the shortest failing run, in one file'],
    ["pterace view 'pterace:1:…' -o race.html", 'a run from a mail'],
    ['pterace view dirty/b03-repaired --serve', 'choose which CPU moves next'],
  ]);
};

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new InvalidArgumentError('A port is a whole number from 1 to 65535.');
  return port;
}
