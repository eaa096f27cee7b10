/** The tables of docs/model.md, made from the scenarios, their recorded programs and their recorded counts, and those of docs/performance.md. */
import { readFileSync } from 'node:fs';
import { resultsSchema } from '../bench/results.ts';
import { circumstances, table as benchTable } from '../bench/table.ts';
import { recordedPrograms } from './recorded.ts';
import { scenarios } from '../model/scenarios/index.ts';
import mutationRecord from '../model/mutations/dirty.json' with { type: 'json' };
import mutationReasons from '../model/mutations/dirty-survivors.json' with { type: 'json' };
import { matrixTable, triplesTable } from './matrix.ts';
import { mutantTable, survivorTable } from './mutants.ts';
import { largeReductions, reductionGroups, reductionTable, unpaidReductions } from './reductions.ts';
import { table } from './table.ts';
import { threadPage, threadTable } from './threads.ts';
import { threads } from '../model/claims/threads.ts';
import type { MutationRecord } from '../cli/mutation-record.ts';
import { VERSIONS } from '../model/kernel/version.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Progress, Property } from '../model/language/index.ts';
import * as properties from '../properties/index.ts';

type Counts = Readonly<Record<string, { readonly states: number; readonly transitions: number; readonly depth: number } | undefined>>;

const EXPECTED = new URL('../model/scenarios/expected.json', import.meta.url);

/** By the name of their region. */
export const tables: Readonly<Record<string, () => string | Promise<string>>> = {
  procedures, invariants, scenarios: scenarioTable, versions: () => VERSIONS.map((v) => `\`${v}\``).join(', '),
  'reductions-groups': reductionGroups, 'reductions-large': largeReductions, 'reductions-unpaid': unpaidReductions, 'reductions-all': reductionTable,
  matrix: matrixTable, triples: triplesTable,
  mutants: () => mutantTable(mutationRecord as MutationRecord, table),
  survivors: () => survivorTable(mutationReasons, table),
  threads: () => threadTable(table),
  ...Object.fromEntries(threads.map(({ thread }) => [`claims-${thread}`, () => threadPage(thread, table)])),
  'bench-dirty-3cpu-2mm-reclaim': () => benchmark('dirty-3cpu-2mm-reclaim'),
  'bench-dirty-3cpu-2mm-today': () => benchmark('dirty-3cpu-2mm-today'),
};

/** The comparison with other checkers that is committed. */
function benchmark(name: string): string {
  const results = resultsSchema.parse(JSON.parse(readFileSync(new URL(`../bench/results/${name}.json`, import.meta.url), 'utf8')));
  return `${benchTable(results)}\n\n${circumstances(results)}`;
}

const code = (text: string): string => `\`${text}\``;

/** Each procedure, the kernel function that it follows, and the versions that scenarios record it at. */
function procedures(): string {
  const found = new Map<string, { readonly file: string; readonly models: string; readonly ours: string; readonly versions: Set<string> }>();
  for (const s of scenarios) {
    for (const p of recordedPrograms().get(s.id)?.procs ?? []) {
      if (p.models === null) continue;
      const row = found.get(p.name) ?? { file: p.models.file, models: `${p.models.fn}()`, ours: p.loc.file, versions: new Set<string>() };
      row.versions.add(s.kernel);
      found.set(p.name, row);
    }
  }
  const order = (versions: ReadonlySet<string>): string => VERSIONS.filter((v) => versions.has(v)).join(', ');
  const rows = [...found].sort(([a, x], [b, y]) => compare(x.file, y.file) || compare(a, b));
  return table(
    ['procedure', 'kernel function', 'kernel file', 'recorded at', 'written in'],
    rows.map(([name, r]) => [code(name), code(r.models), code(r.file), order(r.versions), `[${r.ours.replace('model/kernel/', '')}](../${r.ours})`]),
  );
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Each property, in how many scenarios it holds or breaks, and how many mutants break it. */
function invariants(): string {
  const uses = (name: string): readonly Scenario[] => scenarios.filter((s) => {
    const recorded = recordedPrograms().get(s.id);
    return [...(recorded?.properties ?? []), ...(recorded?.progress ?? [])].some((p) => p.name === name);
  });
  const killed = (name: string): number => scenarios.flatMap((s) => s.mutants).filter((m) => m.expect.property === name).length;
  const broken = (name: string): number => scenarios.filter((s) => s.expect.property === name).length;
  const byNumber = (a: Property | Progress, b: Property | Progress): number => compare(a.loc.file, b.loc.file) || compare(a.name, b.name);
  // Progress properties are made for the fairness that they assume.
  const all = (Object.values(properties) as readonly (Property | (() => Progress))[]).map((p) => (typeof p === 'function' ? p() : p)).toSorted(byNumber);
  return table(
    ['id', 'what must hold', 'file', 'scenarios', 'of them break it', 'mutants break it'],
    all.map((p) => [code(p.name), p.prose, `[${p.loc.file.replace('properties/', '')}](../${p.loc.file})`, String(uses(p.name).length), String(broken(p.name)), String(killed(p.name))]),
  );
}

function scenarioTable(): string {
  const counts = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Counts;
  const count = (id: string): string => counts[id]?.states.toLocaleString('en-US') ?? 'not recorded';
  return table(
    ['scenario', 'kernel', 'entry', 'verdict', 'shortest trace', 'catalogue', 'states', 'mutants'],
    scenarios.map((s) => [
      code(s.id), s.kernel, s.entry ?? '', [s.expect.verdict, s.expect.property].filter((part) => part !== undefined).join(' '),
      s.expect.steps === undefined ? '' : String(s.expect.steps), s.catalogueSteps === undefined ? '' : String(s.catalogueSteps), count(s.id), String(s.mutants.length),
    ]),
  );
}
