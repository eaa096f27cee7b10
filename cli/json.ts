/** The objects that `--json` prints. docs/json holds the schemas made from these. */
import { claimsSchema } from './json-claims.ts';
import { crosscheckSchema } from './crosscheck-report.ts';
import { doctorSchema } from './json-doctor.ts';
import { explainSchema } from './json-explain.ts';
import { viewSchema } from './json-view.ts';
import { mutateSchema } from './json-mutate.ts';
import { shrinkSchema } from './json-shrink.ts';
import { diffSchema, racesSchema } from './json-races.ts';
import { matrixSchema } from './json-matrix.ts';
import { repairsSchema } from './json-repairs.ts';
import { z } from 'zod';
import { witnessSchema } from './json-witness.ts';
import { IDEAS } from '../schedules/reduce/ideas.ts';
import { traceSchema } from '../counterexamples/trace-schema.ts';

const count = z.int().nonnegative();
const verdict = z.enum(['holds', 'violated', 'deadlock', 'incomplete', 'vacuous']);
const loc = z.strictObject({ file: z.string(), line: count });

const expectation = z.strictObject({
  verdict: z.enum(['holds', 'violated', 'deadlock']),
  property: z.string().optional(),
  conjunct: z.string().optional(),
  steps: count.optional(),
});

const catalogueSteps = count.nullable().describe("Length of the catalogue's shortest trace.");
const lengthNote = z.string().nullable().describe('Why ours is of another length.');

const coverage = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('preemptions'), bound: z.int().min(-1).describe('All schedules with so many preemptions or fewer were explored; -1: not even those without any.') }),
  z.strictObject({
    kind: z.literal('pct'),
    runs: count,
    depth: count.describe('d: ordered steps that make up the bugs looked for.'),
    threads: count.describe('n'),
    steps: count.describe('k: steps of the longest run.'),
    counted: count.describe('Runs that chose among all k steps where to change priorities.'),
    probability: z.number().nullable().describe('Least probability that one of these meets such a bug, 1 - (1 - 1/(n k^(d-1)))^counted; null where that is not known.'),
    reason: z.string().nullable().describe('Why it is not known.'),
  }),
]);

export const checkSchema = z.strictObject({
  scenario: z.string().describe('Id of the scenario, or id#mutant.'),
  verdict,
  property: z.string().nullable().describe("What broke; 'deadlock' for a deadlock."),
  conjunct: z.string().nullable(),
  limit: z.enum(['states', 'depth', 'memory', 'seconds', 'interrupted', 'sampled', 'preemptions']).nullable().describe('Why the search is incomplete.'),
  coverage: coverage.nullable().describe('What a search by preemptions or by pct covered.'),
  states: count,
  transitions: count,
  depth: count,
  seconds: z.number(),
  statesPerSecond: z.number(),
  bytesPerState: z.number().describe("Bytes of the engine's arrays a state."),
  peakRssBytesPerState: z.number().describe('Peak resident memory of the whole process a state: the engine, the interpreter and everything else.'),
  steps: count.nullable().describe('Length of the trace.'),
  loop: count.nullable().describe('Of a violated progress property: index in the trace of the first step that repeats for ever; its length where the run rests.'),
  switches: count.nullable().describe('Context switches in it.'),
  shortest: z.boolean().describe('The trace is a shortest one (breadth-first search).'),
  reduced: z.strictObject({
    ideas: z.array(z.enum(IDEAS)),
    symmetries: z.array(z.string()).describe('Permutations of index values under which the world looks the same.'),
  }).nullable().describe('Reductions that were on; states are then those that were kept, transitions the steps run.'),
  trace: traceSchema.nullable(),
  replay: z.string().nullable().describe('Argument for pterace replay.'),
  machine: z.array(z.string()).describe('Hardware behaviour that the scenario switches off.'),
  expected: expectation.describe('What the scenario declares, of its whole world.'),
  catalogueSteps,
  lengthNote,
  unreached: z.array(z.string()).describe('States that should be reachable and are not.'),
  neverTruePremises: z.array(z.strictObject({ property: z.string(), conjunct: z.string() })),
  neverRan: z.array(z.strictObject({ proc: z.string(), loc, text: z.string() })),
});

export const moversSchema = z.strictObject({
  scenario: z.string(),
  steps: z.array(z.strictObject({
    proc: z.string(),
    loc,
    text: z.string(),
    thread: z.string(),
    moves: z.enum(['both', 'left', 'right', 'none']).describe('Over the steps of other threads, wherever they stand: in both directions, to before them, to after them, or not at all.'),
    against: z.strictObject({ thread: z.string(), proc: z.string(), loc, text: z.string() }).nullable().describe('A step that it does not move over.'),
  })),
});

const factors = z.strictObject({ movers: z.number().nullable(), persistent: z.number().nullable(), symmetry: z.number().nullable(), all: z.number().nullable() });

export const reductionsSchema = z.strictObject({
  leftOut: count.describe('Cases that match and are not shown.'),
  cases: z.array(z.strictObject({
    scenario: z.string(),
    verdict: verdict.describe('As declared.'),
    plain: count.describe('States of the unreduced search, as recorded.'),
    movers: count.nullable().describe('States kept with this reduction alone; null: see over and progress, or that no search was made.'),
    persistent: count.nullable(),
    symmetry: count.nullable(),
    all: count.nullable(),
    over: count.nullable().describe('Searches of which no states are given kept more than so many, and were cut short; null where none was.'),
    progress: z.boolean().describe('The world asks for progress, which takes all states: no search of it is reduced.'),
    seconds: z.number().nullable().describe('Of the search with all; null when it was not made now.'),
    differences: z.array(z.string()).describe('What is not as declared, or with --check not as recorded.'),
  })),
  groups: z.array(z.strictObject({
    name: z.string().describe('all, holds, fails, or a folder.'),
    worlds: count.describe('Searched to their end with all reductions; all that follows is about these.'),
    plain: count,
    kept: count.describe('With all reductions.'),
    median: factors.describe('How many times fewer states are kept; null where no search ended.'),
    least: z.string().nullable().describe('The scenario with the fewest times fewer states.'),
    most: z.string().nullable(),
    unpaid: count.describe('Worlds that keep more than four in five of their states.'),
  })),
});

export const verifySchema = z.strictObject({
  ok: z.boolean().describe('Every case is as declared.'),
  complete: z.boolean().describe('Every selected case was searched to its end.'),
  seconds: z.number(),
  cases: z.array(z.strictObject({
    scenario: z.string(),
    ok: z.boolean(),
    verdict: verdict.nullable().describe('Null when the model is broken.'),
    property: z.string().nullable(),
    conjunct: z.string().nullable(),
    steps: count.nullable(),
    catalogueSteps,
    states: count,
    transitions: count,
    depth: count,
    seconds: z.number(),
    expected: expectation,
    differences: z.array(z.string()),
    replay: z.string().nullable(),
  })),
});

const summary = z.strictObject({
  id: z.string(),
  title: z.string(),
  about: z.string(),
  entry: z.string().nullable(),
  kernel: z.string(),
  cpus: count,
  mms: count,
  pages: count,
  machine: z.array(z.string()),
  expect: expectation,
  catalogueSteps,
  lengthNote,
  mutants: z.array(z.strictObject({ name: z.string(), what: z.string(), expect: expectation })),
});

export const listSchema = z.strictObject({ scenarios: z.array(summary) });

const procedure = z.strictObject({
  name: z.string(),
  doc: z.string(),
  loc,
  models: z.strictObject({ fn: z.string(), file: z.string(), version: z.string() }).nullable(),
  listing: z.string(),
});

export const showSchema = z.strictObject({
  scenario: summary,
  threads: z.array(z.strictObject({ name: z.string(), cpu: count, daemon: z.enum(['no', 'service', 'optional']), proc: z.string() })).describe('Empty when one procedure was asked for.'),
  places: z.array(z.strictObject({ name: z.string(), type: z.string(), dims: z.array(z.string()), ghost: z.boolean() })),
  properties: z.array(z.strictObject({ name: z.string(), prose: z.string(), conjuncts: z.array(z.string()) })),
  procedures: z.array(procedure),
});

export const replaySchema = z.strictObject({
  scenario: z.string(),
  property: z.string(),
  conjunct: z.string().nullable(),
  steps: count,
  switches: count,
  trace: traceSchema,
  replay: z.string(),
});

export const errorSchema = z.strictObject({
  error: z.strictObject({
    kind: z.enum(['usage', 'model', 'trace', 'internal']),
    message: z.string(),
    exitCode: count,
  }),
});

/** By name of the file in docs/json. */
export const schemas = {
  check: checkSchema, verify: verifySchema, list: listSchema, claims: claimsSchema, show: showSchema, movers: moversSchema, reductions: reductionsSchema, mutate: mutateSchema, repairs: repairsSchema, replay: replaySchema, shrink: shrinkSchema, explain: explainSchema, view: viewSchema, doctor: doctorSchema, crosscheck: crosscheckSchema, witness: witnessSchema, races: racesSchema, matrix: matrixSchema, diff: diffSchema, error: errorSchema, trace: traceSchema,
} as const;

export type CheckJson = z.infer<typeof checkSchema>;
export type ReductionsJson = z.infer<typeof reductionsSchema>;
export type MoversJson = z.infer<typeof moversSchema>;
export type VerifyJson = z.infer<typeof verifySchema>;
export type ListJson = z.infer<typeof listSchema>;
export type ShowJson = z.infer<typeof showSchema>;
export type ReplayJson = z.infer<typeof replaySchema>;
export type ErrorJson = z.infer<typeof errorSchema>;
