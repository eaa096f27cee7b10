/**
 * Compares all engines on random models: `npm run random-models -- --count 10000 --seed 1`. Here and not in a folder of its
 * own: like the benchmarks it is run by hand and takes minutes, and what it runs is in test/random.
 */
import { Command } from 'commander';
import { compare } from '../cli/crosscheck-compare.ts';
import { refuseMissing } from '../cli/crosscheck-run.ts';
import { parseCount, parseSeed } from '../cli/numbers.ts';
import { UsageError } from '../schedules/errors.ts';
import { check } from '../schedules/check.ts';
import { agree, distribution, type Tally } from '../test/random/agree.ts';
import type { Engine } from '../test/random/engines.ts';
import { agreeReduced } from '../test/random/reductions.ts';

interface Flags {
  readonly count: number;
  readonly seed?: number;
  readonly spin?: number;
  readonly worlds?: true;
}

const flags = new Command('random-models')
  .description('compare all engines on random models; exits with 1 when any two disagree')
  .option('--count <n>', 'models to generate', parseCount, 10_000)
  .option('--seed <n>', 'the same seed generates the same models (default: another one each time)', parseSeed)
  .option('--spin <n>', 'one model in about n also goes through Spin', parseCount)
  .option('--worlds', 'worlds made for the reductions: plain searches beside reduced ones, and nothing else')
  .parse()
  .opts<Flags>();

const stop = new AbortController();
process.once('SIGINT', () => { stop.abort(); });

/** Spin compiles each model for a second or so. It must agree with the packed search, which agrees with the reference. */
const spin = (every: number): Engine => ({
  name: 'Spin', every,
  ask: async ({ graph }) => {
    const result = await check(graph);
    const { theirs } = await compare('random', graph, result, ['spin'], stop.signal);
    const heard = theirs.flatMap((t) => t.differences);
    return heard.length === 0 ? { verdict: result.verdict } : { replay: heard.join('; ') };
  },
});

const seed = flags.seed ?? Math.floor(Math.random() * 2 ** 31);
const start = performance.now();
const seconds = (): number => (performance.now() - start) / 1000;
const verdicts = (tally: Pick<Tally, 'verdicts'>): string => [...tally.verdicts].sort().map(([name, n]) => `${n} ${name}`).join(', ');

let shown = 0;
function progress(tally: Pick<Tally, 'generated' | 'compared' | 'verdicts'>): void {
  if (stop.signal.aborted) process.exit(130);
  if (seconds() < shown + 5) return;
  shown = seconds();
  console.log(`${tally.generated} generated, ${tally.compared} compared: ${verdicts(tally)} (${Math.round(shown)} s)`);
}

async function compareWorlds(): Promise<string | null> {
  const { tally, disagreement } = await agreeReduced({ count: flags.count, seed, onWorld: progress });
  console.log(`${tally.generated} worlds in ${Math.round(seconds())} s, ${tally.compared} compared (the others are too big): ${verdicts(tally)}`);
  console.log(`${tally.symmetric} with CPUs that are alike; where every state was seen, ${tally.plain} states, reduced ${tally.kept}`);
  return disagreement;
}

async function compareModels(): Promise<string | null> {
  if (flags.spin !== undefined) await refuseMissing(['spin', 'gcc']);
  const { tally, disagreement } = await agree({ count: flags.count, seed, onModel: progress, more: flags.spin === undefined ? [] : [spin(flags.spin)] });
  console.log(`${tally.generated} models in ${Math.round(seconds())} s, ${tally.compared} compared (the others are too big): ${verdicts(tally)}`);
  console.log(`states: ${distribution(tally.sizes)}`);
  for (const [name, n] of tally.answered) console.log(`${name}: ${n} models`);
  return disagreement;
}

try {
  if (flags.worlds && flags.spin !== undefined) throw new UsageError('--worlds compares no model with Spin');
  console.log(`seed ${seed}, ${flags.count} ${flags.worlds ? 'worlds' : 'models'}`);
  const disagreement = await (flags.worlds ? compareWorlds() : compareModels());
  console.log(disagreement === null ? 'no disagreement' : `DISAGREEMENT\n${disagreement}`);
  process.exitCode = disagreement === null ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`random-models: ${error.message}`);
  process.exitCode = 2;
}
