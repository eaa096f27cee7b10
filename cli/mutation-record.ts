/** What was found last, in model/mutations, and why what survived may. */
import { readFile, writeFile } from 'node:fs/promises';
import { UsageError } from '../schedules/errors.ts';
import type { Fate, Judged } from './mutation.ts';

/** By name of the mistake. */
export interface Recorded {
  readonly fate: Fate;
  readonly world: string;
  readonly by: string;
  readonly steps: number | null;
}

export type Score = Readonly<Record<Fate, number>>;

export interface MutationRecord {
  readonly score: Score;
  readonly mutants: Readonly<Record<string, Recorded>>;
}

/** By name of the mistake: why nothing breaks. */
export type Explanations = Readonly<Record<string, string>>;

const FOLDER = new URL('../model/mutations/', import.meta.url);

/** Of a folder of scenarios; null when nothing was recorded. */
export async function readRecord(folder: string): Promise<MutationRecord | null> {
  return (await readJson(`${folder}.json`)) as MutationRecord | null;
}

export async function readExplanations(folder: string): Promise<Explanations> {
  return ((await readJson(`${folder}-survivors.json`)) as Explanations | null) ?? {};
}

async function readJson(name: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(new URL(name, FOLDER), 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new UsageError(`cannot read model/mutations/${name}: ${(error as Error).message}`);
  }
}

/** One mutant a line, by name. */
export async function saveRecord(folder: string, { score, mutants }: MutationRecord): Promise<void> {
  const lines = Object.entries(mutants).map(([name, m]) => `    ${JSON.stringify(name)}: ${JSON.stringify(m)}`);
  try {
    await writeFile(new URL(`${folder}.json`, FOLDER), `{\n  "score": ${JSON.stringify(score)},\n  "mutants": {\n${lines.join(',\n')}\n  }\n}\n`);
  } catch (error) {
    throw new UsageError(`cannot record the mutants: ${(error as Error).message}`);
  }
}

export function recordOf(judged: readonly Judged[]): MutationRecord {
  const entries = judged.map(({ mistake, outcome: { fate, world, by, steps } }) => [mistake.name, { fate, world, by, steps }] as const);
  return { score: scoreOf(judged), mutants: Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : Number(a > b)))) };
}

export function scoreOf(judged: readonly Judged[]): Score {
  const score = { killed: 0, refused: 0, vacuous: 0, undecided: 0, survived: 0, equivalent: 0, invalid: 0 };
  for (const { outcome } of judged) score[outcome.fate]++;
  return score;
}

/** Killed in one way or another, or equivalent, of those that are programs; 0 … 1. */
export function share(s: Score): number {
  const good = s.killed + s.refused + s.vacuous + s.equivalent;
  const all = good + s.undecided + s.survived;
  return all === 0 ? 1 : good / all;
}
