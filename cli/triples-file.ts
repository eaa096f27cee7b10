/** What is recorded of the cells of triples, in model/matrix/triples.json: a line for each, and by which reductions those that are not plain were searched. */
import { fileURLToPath } from 'node:url';
import { UsageError } from '../schedules/errors.ts';
import type { Idea } from '../schedules/reduce/ideas.ts';
import type { Limit } from '../schedules/result.ts';
import type { CellJson } from './json-matrix.ts';
import { readText, saveLines } from './record-lines.ts';

export interface TripleRecord {
  /** First 8 digits of the hash of the world: another one has changed since. */
  readonly model: string;
  readonly verdict: CellJson['verdict'];
  readonly property?: string;
  readonly conjunct?: string;
  /** Why the search was cut short: its verdict is incomplete. */
  readonly limit?: Limit;
  /** Searched without reductions. */
  readonly plain?: true;
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  readonly steps?: number;
  readonly unreached?: readonly string[];
}

/** By id. */
export type TripleRecords = Readonly<Record<string, TripleRecord>>;

/** What is recorded is searched by these, or by none, so that counts can be compared. */
export const RECORDED_BY: readonly Idea[] = ['movers', 'persistent'];

const FILE = new URL('../model/matrix/triples.json', import.meta.url);

/** Nothing yet: no records. @throws UsageError for a file that is none, or that records other searches */
export async function readTriples(file: URL = FILE): Promise<TripleRecords> {
  const said = `cannot read the recorded triples: restore ${fileURLToPath(file)}, or delete it and record anew with matrix --triples --update`;
  let text: string | null;
  try {
    text = await readText(file);
  } catch (error) {
    throw new UsageError(`${said} (${(error as Error).message})`);
  }
  return text === null ? {} : parsed(text, said);
}

function parsed(text: string, said: string): TripleRecords {
  try {
    const { reduced, worlds } = JSON.parse(text) as { reduced: readonly string[]; worlds: TripleRecords };
    if (reduced.join() === RECORDED_BY.join()) return worlds;
  } catch (error) {
    throw new UsageError(`${said} (${(error as Error).message})`);
  }
  throw new UsageError(`${said} (it is of searches by other reductions)`);
}

export async function saveTriples(records: TripleRecords, file: URL = FILE): Promise<void> {
  try {
    await saveLines(file, { reduced: RECORDED_BY }, records);
  } catch (error) {
    throw new UsageError(`cannot record the triples: ${(error as Error).message}`);
  }
}
