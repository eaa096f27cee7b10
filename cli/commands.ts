/** The commands there are, as --help lists them: each is declared in cli/commands, and loaded when it is called or shown. */
import type { Add } from './command.ts';

export const COMMANDS: Readonly<Record<string, () => Promise<Add>>> = {
  list: async () => (await import('./commands/list.ts')).addList,
  claims: async () => (await import('./commands/claims.ts')).addClaims,
  check: async () => (await import('./commands/check.ts')).addCheck,
  witness: async () => (await import('./commands/witness.ts')).addWitness,
  resume: async () => (await import('./commands/resume.ts')).addResume,
  verify: async () => (await import('./commands/verify.ts')).addVerify,
  show: async () => (await import('./commands/show.ts')).addShow,
  races: async () => (await import('./commands/races.ts')).addRaces,
  matrix: async () => (await import('./commands/matrix.ts')).addMatrix,
  diff: async () => (await import('./commands/diff.ts')).addDiff,
  reductions: async () => (await import('./commands/reductions.ts')).addReductions,
  replay: async () => (await import('./commands/replay.ts')).addReplay,
  explain: async () => (await import('./commands/explain.ts')).addExplain,
  trace: async () => (await import('./commands/trace.ts')).addTrace,
  graph: async () => (await import('./commands/graph.ts')).addGraph,
  export: async () => (await import('./commands/export.ts')).addExport,
  shrink: async () => (await import('./commands/shrink.ts')).addShrink,
  mutate: async () => (await import('./commands/mutate.ts')).addMutate,
  repairs: async () => (await import('./commands/repairs.ts')).addRepairs,
  view: async () => (await import('./commands/view.ts')).addView,
  crosscheck: async () => (await import('./commands/crosscheck.ts')).addCrosscheck,
  doctor: async () => (await import('./commands/doctor.ts')).addDoctor,
  completion: async () => (await import('./commands/completion.ts')).addCompletion,
};
