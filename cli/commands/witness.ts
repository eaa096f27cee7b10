import { ASCII_FLAG, examples, JSON_FLAG, type Add } from '../command.ts';
import { withThreads } from '../early-threads.ts';
import { parseCount } from '../numbers.ts';
import { addLimitFlags } from '../search-flags.ts';
import type { WitnessFlags } from '../witness.ts';

export const addWitness: Add = (program, host, io, answer) => {
  const command = program.command('witness').description('the shortest way to a state where a predicate is true, if there is one')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .argument('[predicate]', 'over places as traces print them: pte[mm0][va0].W && !pfn0.PG_dirty; without one, the places are listed')
    .option(...JSON_FLAG)
    .option(...ASCII_FLAG)
    .option('--workers <n>', 'threads that search together (default: 1)', parseCount);
  addLimitFlags(command).action(async (id: string, predicate: string | undefined, flags: WitnessFlags) => {
    answer(await withThreads(flags.workers, host, async () => (await import('../witness.ts')).witness(id, predicate, flags, host, io)));
  });
  examples(command, [
    ['pterace witness dirty/munmap', 'the places there are'],
    ["pterace witness dirty/b03-repaired 'pte[mm0][va0].W && !pfn0.PG_dirty'", 'can a writable PTE point to a clean page?'],
    ["pterace witness dirty/munmap 'exists cpu: cpu.tlb[va0].V && !pte[mm0][va0].P'", 'a TLB entry without its PTE'],
    ["pterace witness dirty/munmap 'at(cpu0, do_page_fault) && ended(cpu1)'", 'where threads stand'],
  ]);
  command.addHelpText('after', '\nExit codes: 0 reached, 1 never, 2 usage or broken model, 3 incomplete. docs/witness.md has the syntax.');
};
