/** The flags that steer a search, and which of them contradict each other. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { UsageError } from '../schedules/errors.ts';
import type { CheckOptions } from '../schedules/result.ts';
import { parseBytes, parseCount, parseSeconds, parseSeed } from './numbers.ts';

export interface LimitFlags {
  readonly maxStates?: number;
  readonly maxDepth?: number;
  readonly maxMemory?: number;
  readonly maxSeconds?: number;
}

export interface SearchFlags extends LimitFlags {
  readonly property?: readonly string[];
  readonly search?: 'bfs' | 'dfs' | 'random';
  readonly workers?: number;
  readonly seed?: number;
  readonly walks?: number;
  readonly walkLength?: number;
}

export function addLimitFlags(command: Command): Command {
  return command
    .option('--max-states <n>', 'stop after so many states (5000, 1e6, 2M)', parseCount)
    .option('--max-depth <n>', 'look no further than so many steps', parseCount)
    .option('--max-memory <size>', 'stop when the search takes more memory (512M, 2G)', parseBytes)
    .option('--max-seconds <n>', 'stop after so many seconds', parseSeconds);
}

export function addSearchFlags(command: Command): Command {
  addLimitFlags(command)
    .option('--property <name>', 'only this property (may be given several times)', collect)
    .addOption(new Option('--search <kind>', 'bfs finds a shortest trace, random never proves anything').choices(['bfs', 'dfs', 'random']).default('bfs'))
    .option('--workers <n>', 'with --search bfs: threads that search together (default: 1)', parseCount)
    .option('--seed <n>', 'with --search random: the same seed walks the same ways', parseSeed)
    .option('--walks <n>', 'with --search random: number of walks', parseCount)
    .option('--walk-length <n>', 'with --search random: steps after which a walk is given up', parseCount);
  return command;
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
  const { search, workers, seed, walks, walkLength, property } = flags;
  const walking = Object.entries({ '--seed': seed, '--walks': walks, '--walk-length': walkLength }).find(([, value]) => value !== undefined);
  if (search !== 'random' && walking) throw new UsageError(`${walking[0]} only means something with --search random`);
  if (search === 'random' && flags.maxDepth !== undefined) throw new UsageError('--max-depth contradicts --search random; the length of a walk is --walk-length');
  if (search !== 'bfs' && workers !== undefined) throw new UsageError(`--workers contradicts --search ${search}: only a breadth-first search is shared between threads`);
  return { ...limits(flags), ...defined({ search, workers, seed, walks, walkLength, properties: property }) };
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out what was not given: an absent option and an undefined one are not the same. */
function defined<T extends object>(options: T): Defined<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Defined<T>;
}
