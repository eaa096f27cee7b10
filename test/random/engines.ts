/**
 * The engines that must agree with the reference explorer, and in what. To add one, add a line to ENGINES: its verdict
 * must always be right, its counts where it claims to have counted.
 */
import { check } from '../../schedules/check.ts';
import type { Idea } from '../../schedules/reduce/ideas.ts';
import type { CheckOptions, CheckResult, Verdict } from '../../schedules/result.ts';
import { explore } from '../../schedules/reference.ts';
import { run } from '../../schedules/replay.ts';
import { exploreTree } from '../../schedules/tree.ts';
import type { Model } from './models.ts';

/** What an engine says of a model; what it does not say is left out. */
export interface Answer {
  readonly verdict?: Verdict;
  /** Something is violated, or stuck. */
  readonly fails?: boolean;
  /** Steps of a shortest way to the failure, or null. */
  readonly length?: number | null;
  readonly states?: number;
  readonly transitions?: number;
  /** What never happened, for models that hold. */
  readonly never?: string;
  /** What its own trace does when it is replayed, where that is not what the engine says. */
  readonly replay?: string;
}

export interface Engine {
  readonly name: string;
  /** Takes one model in so many. */
  readonly every: number;
  /** Null where the model is too big for it, or not of its kind. */
  ask(model: Model): Promise<Answer | null>;
  /** What must equal the reference's, where it is said; for models that fail. Default: all that is said. */
  readonly whenFailing?: readonly (keyof Answer)[];
}

/** States beyond which a model is left out: the plain explorers take milliseconds for a hundred. */
export const MOST = 1500;
/** The tree interpreter tells apart what lowering merges, and takes longer for each. */
const MOST_IN_TREE = 1000;

/** The reference's answer, which all others are compared with; null beyond MOST states. */
export function reference({ graph }: Model): Required<Omit<Answer, 'replay'>> | null {
  const { verdict, states, transitions, length, unreached, neverTruePremises } = explore(graph, undefined, MOST);
  if (verdict === 'incomplete') return null;
  return { verdict, fails: isFailure(verdict), length, states, transitions, never: [...unreached, ...neverTruePremises].join() };
}

const isFailure = (verdict: Verdict): boolean => verdict === 'violated' || verdict === 'deadlock';

/** A packed search. `counts`: what it counts as the reference does. */
const packed = (options: CheckOptions, counts: 'states' | 'states and transitions' = 'states and transitions') => async ({ graph }: Model): Promise<Answer> => {
  const result = await check(graph, options);
  return {
    verdict: result.verdict, fails: isFailure(result.verdict), length: result.schedule?.length ?? null, states: result.states,
    ...(counts === 'states' ? {} : { transitions: result.transitions }),
    never: [...result.unreached, ...result.neverTruePremises.map((p) => p.conjunct)].join(), ...replayed(result, { graph }),
  };
};

/** A reduced search keeps fewer states; everything else must be as ever. */
const reduced = (...reduce: readonly Idea[]): Pick<Engine, 'name' | 'every' | 'ask'> => ({
  name: `reduced by ${reduce.join(' and ')}`,
  every: 1,
  ask: async ({ graph }) => {
    const result = await check(graph, { reduce });
    return {
      verdict: result.verdict, fails: isFailure(result.verdict),
      ...(result.reduced?.shortest === true ? { length: result.schedule?.length ?? null } : {}),
      never: [...result.unreached, ...result.neverTruePremises.map((p) => p.conjunct)].join(), ...replayed(result, { graph }),
    };
  },
});

/** Whatever an engine reports must happen. */
function replayed(result: CheckResult, { graph }: Pick<Model, 'graph'>): Pick<Answer, 'replay'> {
  if (result.schedule === null) return {};
  const { violated, deadlock } = run(graph, result.schedule);
  const right = result.verdict === 'deadlock' ? deadlock && violated === null : violated !== null && violated.property === result.property && violated.conjunct === result.conjunct;
  return right ? {} : { replay: `${result.verdict} ${result.property ?? ''}, but the trace ends in ${JSON.stringify(violated)}${deadlock ? ', stuck' : ''}` };
}

const tree: Engine['ask'] = ({ program }) => {
  if (program === null) return Promise.resolve(null);
  const { verdict, length } = exploreTree(program, [], MOST_IN_TREE);
  if (verdict === 'incomplete') return Promise.resolve(null);
  // It knows nothing of what never happens.
  const known = verdict === 'holds' ? {} : { verdict };
  return Promise.resolve({ ...known, fails: isFailure(verdict), length });
};

/** Of engines that may meet another failure first, or a longer way to it. */
const FAILS = ['fails', 'replay'] as const;

export const ENGINES: readonly Engine[] = [
  { name: 'tree interpreter', every: 1, ask: tree },
  { name: 'breadth-first', every: 1, ask: packed({}) },
  { name: 'depth-first', every: 1, ask: packed({ search: 'dfs' }), whenFailing: FAILS },
  { name: 'by preemptions', every: 1, ask: packed({ search: 'preemptions', preemptions: 1e6 }, 'states'), whenFailing: FAILS },
  reduced('movers'),
  reduced('persistent'),
  reduced('symmetry'),
  reduced('movers', 'persistent', 'symmetry'),
  // Threads are started for each model.
  { name: 'breadth-first, 2 workers', every: 20, ask: packed({ workers: 2 }) },
];

/** Differences to the reference, a line each. */
export function differences(engine: Engine, expected: Required<Omit<Answer, 'replay'>>, answer: Answer): string[] {
  const keys = expected.fails ? (engine.whenFailing ?? ALL) : ALL;
  return keys
    .filter((key) => answer[key] !== undefined && answer[key] !== (expected as Answer)[key])
    .map((key) => `${engine.name}: ${key} ${String(answer[key])}, not ${String((expected as Answer)[key])}`);
}

const ALL: readonly (keyof Answer)[] = ['verdict', 'fails', 'length', 'states', 'transitions', 'never', 'replay'];
