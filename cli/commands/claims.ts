import { examples, JSON_FLAG, type Add } from '../command.ts';
import type { ClaimsFlags } from '../claims.ts';
import { parseCount } from '../numbers.ts';
import { addLimitFlags } from '../search-flags.ts';

export const addClaims: Add = (program, host, io, answer) => {
  const command = program.command('claims').description('what was claimed in the mailing-list threads, and the verdicts')
    .argument('[thread|claim]', 'number of a thread, part of its subject, a catalogue entry, a name, or the id of a claim')
    .option(...JSON_FLAG)
    .option('--check', 'search the scenarios now and say whether the verdicts stand')
    .option('--jobs <n>', 'with --check: searches at the same time (default: one a core); limits are for each', parseCount);
  addLimitFlags(command).action(async (asked: string | undefined, flags: ClaimsFlags) => {
    answer(await (await import('../claims.ts')).claims(asked, flags, host, io));
  });
  examples(command, [
    ['pterace claims', 'all of them'],
    ['pterace claims 004', 'those of one thread'],
    ['pterace claims lameter', 'those of one person'],
    ['pterace claims seed-004/lameter-sigbus-suffices', 'one, with its reasons'],
    ['pterace claims 004 --check', 'do they stand today?'],
  ]);
};
