/**
 * A world of more than a hundred million states, searched once: `npx tsx bench/hundred-million.ts [workers]`. It is no scenario
 * because nobody wants to wait for it at every verify. Prints the counts, the time and the memory.
 */
import { lower } from '../model/language/lower.ts';
import { kthread, program, sibling, stores, writesBack } from '../model/scenarios/actors.ts';
import { fileScenario } from '../model/scenarios/world.ts';
import { I1Strong, I2, I3, I4, I5, I8, I10b, I12, I12b, I14 } from '../properties/index.ts';
import { check } from '../schedules/check.ts';

const workers = Number(process.argv[2] ?? '1');
const world = fileScenario({
  id: 'bench/hundred-million', title: 'Six stores from three CPUs, written back three times by a fourth', about: 'dirty/4cpu-2mm with more stores.',
  kernel: { version: '6.2', fs: { buffers: true, mkwrite: true } },
  start: { dirty: true, buffers: 'dirty', counts: 16, maps: [{ pte: 'rw' }, { pte: 'rw' }] },
  cpus: [program(0, stores, stores), sibling(0, stores, stores), program(1, stores, stores), kthread('pdflush', writesBack, writesBack, writesBack)],
  properties: [I1Strong, I2, I3, I4, I5, I8, I10b, I12, I12b, I14],
  expect: { verdict: 'holds' },
});

const shown = (n: number): string => n.toLocaleString('en-US');
let told = 0;
const result = await check(lower(world.build()), {
  workers,
  onProgress: ({ states, frontier, seconds }) => {
    if (seconds < told + 5) return;
    told = seconds;
    console.error(`${shown(states)} states, frontier ${shown(frontier)}, ${seconds.toFixed(0)} s`);
  },
});
const rss = process.resourceUsage().maxRSS * 1024;
console.log(`${result.verdict}${result.limit === null ? '' : ` (${result.limit})`}: ${shown(result.states)} states, ${shown(result.transitions)} transitions, depth ${result.depth}`);
console.log(`${result.seconds.toFixed(1)} s with ${workers} worker${workers === 1 ? '' : 's'}: ${shown(Math.round(result.states / result.seconds))} states/s`);
console.log(`${(rss / 2 ** 30).toFixed(2)} GiB at its peak: ${(rss / result.states).toFixed(1)} bytes a state`);
