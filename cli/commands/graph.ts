import { examples, type Add } from '../command.ts';
import type { GraphFlags } from '../graph.ts';
import { parseCount } from '../numbers.ts';

export const addGraph: Add = (program, host, io, answer) => {
  const command = program.command('graph').description('the whole state space of a small scenario, for Graphviz')
    .argument('<scenario>', 'id of a scenario, or id#mutant')
    .option('-o, --output <file>', 'write there and not to standard output')
    .option('--max-states <n>', 'refuse a scenario that has more states', parseCount, 300)
    .action(async (id: string, flags: GraphFlags) => {
      answer(await (await import('../graph.ts')).graphOf(id, flags, host, io));
    });
  examples(command, [
    ['pterace graph classic/hyman -o hyman.dot', 'then: dot -Tsvg hyman.dot -o hyman.svg'],
    ['pterace graph machine/irqs-off-deadlock -o deadlock.dot', 'deadlocks and broken properties are red'],
  ]);
};
