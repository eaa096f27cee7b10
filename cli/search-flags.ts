/** The flags that steer a search, and which of them contradict each other. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { UsageError } from '../schedules/errors.ts';
import type { CheckOptions, Search } from '../schedules/result.ts';
import { IDEAS, type Idea } from '../schedules/reduce/ideas.ts';
import { suggest } from './near.ts';
import { parseBytes, parseCount, parseSeconds, parseSeed } from './numbers.ts';

export interface LimitFlags {
  readonly maxStates?: number;
  readonly maxDepth?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
}

export interface SearchFlags extends LimitFlags {
  readonly property?: readonly string[];
  readonly search?: Search;
  readonly workers?: number;
  /** Most preemptions. */
  readonly bound?: number;
  /** Ordered steps that make up a bug. */
  readonly depth?: number;
  readonly seed?: number;
  readonly walks?: number;
  readonly walkLength?: number;
  /** File that checkpoints are written to. */
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  /** Reductions. */
  readonly reduce?: readonly Idea[];
  /** Folder for states that do not fit memory. */
  readonly spill?: string;
}

export function addLimitFlags(command: Command): Command {
  return command
    .option('--max-states <n>', 'stop after so many states (5000, 1e6, 2M)', parseCount)
    .option('--max-depth <n>', 'look no further than so many steps', parseCount)
    .option('--max-memory <size>', 'stop when the search takes more memory (512M, 2G)', parseBytes)
    .option('--max-seconds <n>', 'stop after so many seconds', parseSeconds);
}

/** Flags of breadth-first searches, begun or resumed. */
export function addBreadthFlags(command: Command): Command {
  return command
    .option('--workers <n>', 'with --search bfs: threads that search together (default: 1)', parseCount)
    .option('--checkpoint-every <seconds>', 'least time between two checkpoints (default: 60)', parseSeconds);
}

export function addSearchFlags(command: Command): Command {
  addBreadthFlags(addLimitFlags(command))
    .option('--checkpoint <file>', 'with --search bfs: write there, from time to time and at Ctrl-C, what pterace resume goes on from')
    .option('--spill <folder>', 'with --search bfs: keep the states there, and no more in memory than --max-memory says')
    .option('--reduce <ideas>', `with --search bfs: keep fewer states, by all or some of ${IDEAS.join(', ')} (with commas between)`, parseIdeas)
    .option('--property <name>', 'only this property (may be given several times)', collect)
    .addOption(new Option('--search <kind>', 'bfs finds a shortest trace, preemptions one with the fewest preemptions; random and pct never prove anything').choices(SEARCHES).default('bfs'))
    .option('--bound <n>', 'with --search preemptions: take the CPU at most so often from a thread that could go on; steps of daemons (hardware, interrupts) are free (default: 2)', parsePreemptions)
    .option('--depth <n>', 'with --search pct: look for bugs that so many ordered steps make up (default: 3)', parseCount)
    .option('--seed <n>', 'with --search random or pct: the same seed walks the same ways', parseSeed)
    .option('--walks <n>', 'with --search random or pct: number of walks', parseCount)
    .option('--walk-length <n>', 'with --search random or pct: steps after which a walk is given up', parseCount);
  return command;
}

/** `all`, or names with commas between. */
export function parseIdeas(text: string): Idea[] {
  if (text === 'all') return [...IDEAS];
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !IDEAS.some((idea) => idea === name));
  if (unknown !== undefined) throw new InvalidArgumentError(`There is no reduction '${unknown}'${suggest(unknown, IDEAS)} (all, or some of ${IDEAS.join(', ')}).`);
  return IDEAS.filter((idea) => names.includes(idea));
}

const SEARCHES: readonly Search[] = ['bfs', 'dfs', 'random', 'preemptions', 'pct'];

/** No preemption at all is a bound, too. */
function parsePreemptions(text: string): number {
  return text === '0' ? 0 : parseCount(text);
}

export function collect(name: string, before: readonly string[] | undefined): string[] {
  if (name === '') throw new InvalidArgumentError('It must be the name of a property.');
  return [...(before ?? []), name];
}

export function limits(flags: LimitFlags): CheckOptions {
  const { maxStates, maxDepth, maxMemory, maxSeconds } = flags;
  return defined({ maxStates, maxDepth, maxMemory, maxSeconds });
}

/** @throws UsageError for flags that contradict each other. */
export function searchOptions(flags: SearchFlags): CheckOptions {
  const { search, workers, spill, reduce, bound, depth, seed, walks, walkLength, property } = flags;
  refuseUnless(['random', 'pct'], search, { '--seed': seed, '--walks': walks, '--walk-length': walkLength });
  refuseUnless(['preemptions'], search, { '--bound': bound });
  refuseUnless(['pct'], search, { '--depth': depth });
  if (flags.maxDepth !== undefined) refuseMaxDepth(search);
  refuseUnlessBreadth(flags);
  if (reduce !== undefined) refuseBesideReduce(flags);
  return { ...limits(flags), ...defined({ search, workers, spill, reduce, preemptions: bound, bugDepth: depth, seed, walks, walkLength, properties: property }) };
}

/** Flags by name that only mean something with some searches. */
function refuseUnless(searches: readonly Search[], search: Search | undefined, flags: Readonly<Record<string, unknown>>): void {
  const given = Object.entries(flags).find(([, value]) => value !== undefined);
  if (given && !searches.some((s) => s === search)) throw new UsageError(`${given[0]} only means something with --search ${searches.join(' or ')}`);
}

function refuseMaxDepth(search: Search | undefined): void {
  if (search === 'random' || search === 'pct') throw new UsageError(`--max-depth contradicts --search ${search}; the length of a walk is --walk-length`);
  if (search === 'preemptions') throw new UsageError('--max-depth contradicts --search preemptions, which is bounded by --bound');
}

function refuseUnlessBreadth({ search, workers, checkpoint, checkpointEvery, spill }: SearchFlags): void {
  const breadth = Object.entries({ '--workers': workers, '--checkpoint': checkpoint, '--spill': spill }).find(([, value]) => value !== undefined);
  if (search !== 'bfs' && breadth) throw new UsageError(`${breadth[0]} only means something with --search bfs, not ${search ?? 'none'}`);
  if (checkpointEvery !== undefined && checkpoint === undefined) throw new UsageError('--checkpoint-every only means something with --checkpoint');
  const beside = Object.entries({ '--workers': workers, '--checkpoint': checkpoint }).find(([, value]) => value !== undefined);
  if (spill !== undefined && beside) throw new UsageError(`--spill contradicts ${beside[0]}`);
  if (spill === '') throw new UsageError('--spill needs the name of a folder');
  if (checkpoint === '') throw new UsageError('--checkpoint needs the name of a file');
}

function refuseBesideReduce({ search, workers, checkpoint, spill, maxDepth }: SearchFlags): void {
  if (search !== 'bfs') throw new UsageError(`--reduce only means something with --search bfs, not ${search ?? 'none'}`);
  const beside = Object.entries({ '--workers': workers, '--checkpoint': checkpoint, '--spill': spill, '--max-depth': maxDepth }).find(([, value]) => value !== undefined);
  if (beside) throw new UsageError(`--reduce contradicts ${beside[0]}`);
}

/** The option that makes a search write checkpoints from which `scenario` can be found again. */
export function checkpointOption(file: string | undefined, everySeconds: number | undefined, scenario: string): Pick<CheckOptions, 'checkpoint'> {
  return file === undefined ? {} : { checkpoint: { file, scenario, ...defined({ everySeconds }) } };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not given: an absent option and an undefined one are not the same. */
export function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
