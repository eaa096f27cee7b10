/** The cells of the matrix, each searched. */
import { availableParallelism } from 'node:os';
import type { CellName } from '../model/matrix/index.ts';
import type * as Matrix from '../model/matrix/index.ts';
import type { CheckResult, Progress } from '../schedules/result.ts';
import { allCases, type Case } from './cases.ts';
import type { Crew, Limits, Searched } from './crew.ts';
import { verdictDifferences } from './declared.ts';
import { hire } from './hire.ts';
import type { Host } from './host.ts';
import type { Io } from './io.ts';
import type { CellJson } from './json-matrix.ts';
import { sideBySide } from './side-by-side.ts';
import { notToItsEnd } from './verdict.ts';

export interface Plan {
  /** By what searches a world is searched, one after the other until one has not too many states. */
  readonly searches: (cell: CellName, id: string) => readonly Limits[];
  readonly jobs: number | undefined;
  /** What is not as recorded, a line each. */
  readonly compare?: (result: CheckResult, hash: string, id: string) => string[];
  /** The answer that needs no search; null where it does. */
  readonly known?: (cell: CellName, id: string, hash: () => Promise<string>) => Promise<CellJson | null>;
  /** Told of each as it is there. */
  readonly found?: (cell: CellJson) => void;
}

/** By id, in the order given; without those that Ctrl-C kept from being begun or ended. */
export async function searchCells(names: readonly CellName[], model: typeof Matrix, plan: Plan, host: Host, io: Io): Promise<ReadonlyMap<string, CellJson>> {
  const cases = new Map(names.map((cell): [Case, CellName] => [allCases([model.cellScenario(cell)])[0]!, cell]));
  const { crew, jobs } = await hire(Math.max(1, Math.min(plan.jobs ?? availableParallelism(), cases.size)), host, io);
  try {
    const found = await sideBySide({ cases: [...cases.keys()], jobs }, io, async (c, board) => {
      const name = cases.get(c)!;
      const known = (await plan.known?.(name, c.id, () => crew.hash(c))) ?? null;
      if (known !== null) return known;
      const answer = await searched(crew, c, plan.searches(name, c.id), (p) => { board.update(c.id, p); });
      if (answer.result.limit === 'interrupted') return null;
      const cell = cellOf(c, name, answer, plan, model);
      plan.found?.(cell);
      return cell;
    });
    return new Map([...found.values()].map((cell) => [cell.id, cell]));
  } finally {
    await crew.end();
  }
}

type Answer = Searched & { readonly plain: boolean };

async function searched(crew: Crew, c: Case, searches: readonly Limits[], onProgress: (p: Progress) => void): Promise<Answer> {
  const [limits, ...others] = searches;
  const answer = await crew.search(c, limits!, onProgress);
  if ('broken' in answer) throw new Error(`${c.id}: ${answer.broken}`);
  return answer.result.limit === 'states' && others.length > 0 ? searched(crew, c, others, onProgress) : { ...answer, plain: limits!.reduce === undefined };
}

function cellOf(c: Case, { kind, start }: CellName, { result, replay, hash, plain }: Answer, plan: Plan, model: typeof Matrix): CellJson {
  const differences = [
    ...(result.verdict === 'incomplete' ? [notToItsEnd(result.limit)] : verdictDifferences(c, result)),
    ...(plan.compare?.(result, hash, c.id) ?? []),
  ];
  return {
    id: c.id, kind, start, model: hash.slice(0, 8), verdict: result.verdict, limit: result.limit, property: result.property, conjunct: result.conjunct, steps: result.schedule?.length ?? null,
    plain, states: result.states, transitions: result.transitions, depth: result.depth, seconds: result.seconds,
    finding: model.findingOf(c.id)?.why ?? null, pairs: model.failingPairs(c.id), without: model.brokenByPairs(c.id), unreached: [...result.unreached], differences, replay,
  };
}
