/** What is recorded of reduced searches, in model/scenarios/reductions.json: a line for each scenario and mutant. */
import { fileURLToPath } from 'node:url';
import { UsageError } from '../schedules/errors.ts';
import { IDEAS, type Idea } from '../schedules/reduce/ideas.ts';
import { readText, saveLines } from './record-lines.ts';

/** One idea alone, or all together. */
export type Column = Idea | 'all';

export const COLUMNS: readonly { readonly name: Column; readonly ideas: readonly Idea[] }[] = [...IDEAS.map((idea) => ({ name: idea, ideas: [idea] })), { name: 'all', ideas: IDEAS }];

/** States by column: those that a search keeps to its end or to the first failure. Without a column: more than `over`. */
export interface ReductionRecord extends Readonly<Partial<Record<Column, number>>> {
  /** First 8 digits of the hash of the world: another one has changed since. */
  readonly model: string;
  /** Of the search without reductions. */
  readonly plain: number;
  readonly over?: number;
  /** It asks for progress, which takes all states: no search was reduced. */
  readonly progress?: true;
}

/** By id. */
export type ReductionRecords = Readonly<Record<string, ReductionRecord>>;

const FILE = new URL('../model/scenarios/reductions.json', import.meta.url);

/** Nothing yet: no records. @throws UsageError for a file that is none */
export async function readReductions(file: URL = FILE): Promise<ReductionRecords> {
  try {
    const text = await readText(file);
    return text === null ? {} : (JSON.parse(text) as { worlds: ReductionRecords }).worlds;
  } catch (error) {
    throw new UsageError(`cannot read the recorded reductions: restore ${fileURLToPath(file)}, or delete it and record anew with reductions --update (${(error as Error).message})`);
  }
}

/** @throws UsageError where the file cannot be written */
export async function saveReductions(records: ReductionRecords, file: URL = FILE): Promise<void> {
  try {
    await saveLines(file, {}, records);
  } catch (error) {
    throw new UsageError(`cannot record the reductions: ${(error as Error).message}`);
  }
}
