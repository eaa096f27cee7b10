/** The modules behind the commands, loaded when first needed: `list --help` must not wait for the kernel model. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Graph } from '../model/language/graph.ts';
import type { ProcDecl, Program } from '../model/language/ir.ts';
import type { Claim } from '../model/claims/claim.ts';
import type { Ingredient } from '../model/races/ingredients.ts';
import type { LeftOut, Race } from '../model/races/race.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { Scenario } from '../model/scenario.ts';
import { UsageError } from '../schedules/errors.ts';
import type { CheckOptions, CheckResult } from '../schedules/result.ts';
import type { Crew } from './crew.ts';
import type { KeptWorld } from './kept-worlds.ts';
import type { Judged, Judges } from './mutation.ts';
import type { Explanations, MutationRecord } from './mutation-record.ts';
import type { ReductionRecords } from './reductions-file.ts';
import type { TripleRecords } from './triples-file.ts';

/** What one search must count, exactly. */
export interface Counts {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** Length of the failing run; absent where nothing fails. */
  readonly steps?: number;
}

/** By scenario id or `id#mutant`. */
export type Expected = Readonly<Record<string, Counts>>;

export interface Host {
  /** With the claims that each settles as its aliases, and the races that it is part of. `asked`: an id; the cell of the matrix that it names is there then, too. */
  scenarios(asked?: string): Promise<readonly Scenario[]>;
  /** What was claimed in the threads, and which scenarios settle it. */
  claims(): Promise<readonly Claim[]>;
  /** The races of real kernels that have scenarios. */
  races(): Promise<readonly Race[]>;
  /** What each is made of, by its id, as recorded; a race that is not recorded has only what it declares. */
  raceIngredients(): Promise<Readonly<Record<string, readonly Ingredient[]>>>;
  /** The entries of the catalogue without scenarios. */
  leftOut(): Promise<readonly LeftOut[]>;
  lower(program: Program): Promise<Graph>;
  check(graph: Graph, options: CheckOptions): Promise<CheckResult>;
  /** Starts so many threads for a search to come; a host without it leaves that to the search. */
  startThreads?(size: number): Promise<{ end(): Promise<void> }>;
  /** A world by the name that it was kept by; a host without these keeps none. */
  keptWorld?(asked: string): Promise<KeptWorld | null>;
  keepWorld?(world: KeptWorld): Promise<void>;
  listing(proc: ProcDecl, program: Program): Promise<string>;
  expected(): Promise<Expected>;
  saveExpected(expected: Expected): Promise<void>;
  /** Searches on several cores at once; a host without it does one after the other. */
  threads?(jobs: number, signal: AbortSignal): Promise<Crew>;
  /** As `threads`, for mutants. */
  judges?(jobs: number, signal: AbortSignal): Promise<Judges>;
  /** What was recorded of the mutants of a folder of scenarios, and why those that survive do; a host without it knows nothing. */
  mutationRecord?(folder: string): Promise<MutationRecord | null>;
  mutationReasons?(folder: string): Promise<Explanations>;
  saveMutations?(folder: string, judged: readonly Judged[]): Promise<void>;
  /** The matrix, and what was recorded of its cells; a host without it has none. */
  matrix?(): Promise<typeof Matrix>;
  expectedCells?(): Promise<Expected>;
  saveCells?(expected: Expected): Promise<void>;
  /** What was found of three agents at once. */
  recordedTriples?(): Promise<TripleRecords>;
  saveTriples?(records: TripleRecords): Promise<void>;
  /** How many states reduced searches keep. */
  recordedReductions?(): Promise<ReductionRecords>;
  saveReductions?(records: ReductionRecords): Promise<void>;
}

const EXPECTED = new URL('../model/scenarios/expected.json', import.meta.url);
const CELLS = new URL('../model/matrix/expected.json', import.meta.url);
const INGREDIENTS = new URL('../model/races/ingredients.json', import.meta.url);

export const realHost: Host = {
  scenarios: readScenarios,
  claims: readClaims,
  races: readRaces,
  raceIngredients: readIngredients,
  leftOut: async () => (await import('../model/races/left-out.ts')).leftOut,
  lower: async (program) => (await import('../model/language/lower.ts')).lower(program),
  check: async (graph, options) => (await import('../schedules/check.ts')).check(graph, options),
  startThreads: async (size) => (await import('../schedules/parallel-crew.ts')).startCrew(size),
  keptWorld: async (asked) => (await import('./kept-worlds.ts')).keptWorld(asked),
  keepWorld: async (world) => { (await import('./kept-worlds.ts')).keepWorld(world); },
  listing: async (proc, program) => (await import('../model/language/listing.ts')).listing(proc, program),
  threads: async (jobs, signal) => (await import('./crew-threads.ts')).threads(jobs, signal),
  judges: async (jobs, signal) => (await import('./mutation-threads.ts')).judgesInThreads(jobs, signal),
  mutationRecord: async (folder) => (await import('./mutation-record.ts')).readRecord(folder),
  mutationReasons: async (folder) => (await import('./mutation-record.ts')).readExplanations(folder),
  saveMutations: async (folder, judged) => {
    const { recordOf, saveRecord } = await import('./mutation-record.ts');
    await saveRecord(folder, recordOf(judged));
  },
  expected: () => readExpected(EXPECTED, 'verify --update'),
  saveExpected: (expected) => writeExpected(EXPECTED, expected),
  matrix: () => import('../model/matrix/index.ts'),
  expectedCells: () => readExpected(CELLS, 'matrix --update'),
  saveCells: (expected) => writeExpected(CELLS, expected),
  recordedTriples: async () => (await import('./triples-file.ts')).readTriples(),
  saveTriples: async (records) => { await (await import('./triples-file.ts')).saveTriples(records); },
  recordedReductions: async () => (await import('./reductions-file.ts')).readReductions(),
  saveReductions: async (records) => { await (await import('./reductions-file.ts')).saveReductions(records); },
};

async function readClaims(): Promise<readonly Claim[]> {
  return (await import('../model/claims/index.ts')).claims;
}

async function readScenarios(asked?: string): Promise<readonly Scenario[]> {
  const [{ scenarios }, { withAliases, withRaces }, claims, races] = await Promise.all([import('../model/scenarios/index.ts'), import('./aliases.ts'), readClaims(), readRaces()]);
  const cell = asked?.startsWith('matrix/') === true ? (await import('../model/matrix/index.ts')).cellNamed(asked) : null;
  return [...withRaces(withAliases(scenarios, claims), races), ...(cell === null ? [] : [cell])];
}

async function readRaces(): Promise<readonly Race[]> {
  return (await import('../model/races/index.ts')).races;
}

async function readIngredients(): ReturnType<Host['raceIngredients']> {
  return (await readRecord(INGREDIENTS, 'the ingredients of the races', 'npm run docs')) as Awaited<ReturnType<Host['raceIngredients']>>;
}

/** No file yet: nothing is recorded, and verify says so case by case. */
async function readExpected(file: URL, recorder: string): Promise<Expected> {
  return (await readRecord(file, 'the recorded counts', recorder)) as Expected;
}

async function readRecord(file: URL, what: string, command: string): Promise<object> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as object;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
    throw new UsageError(`cannot read ${what}: ${(error as Error).message}; restore ${fileURLToPath(file)}, or delete it and record anew with ${command}`);
  }
}

async function writeExpected(file: URL, expected: Expected): Promise<void> {
  try {
    await writeFile(file, `${JSON.stringify(expected, null, 2)}\n`);
  } catch (error) {
    throw new UsageError(`cannot record the counts: ${(error as Error).message}`);
  }
}
