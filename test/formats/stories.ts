/** Failing runs to write in every format. */
import { allCases, type Case } from '../../cli/cases.ts';
import { loadRun, type FailingRun } from '../../cli/failing-run.ts';
import { realHost } from '../../cli/host.ts';
import { storyOf } from '../../cli/story.ts';
import type { Story } from '../../counterexamples/formats/story.ts';
import { recheck } from '../../counterexamples/recheck.ts';
import type { Graph } from '../../model/language/graph.ts';
import { fakeGraph, quietIo } from '../fake.ts';
import { breaksProgress } from '../liveness/breaks-progress.ts';

/** Of a mutant: larger searches take their time, and the traces are like those of the small ones. */
const MOST_STATES = 150;

export const failing = (id: string): Promise<FailingRun> => loadRun(id, realHost, quietIo());
export const storyNamed = async (id: string): Promise<Story> => storyOf(await failing(id));

/** Every scenario that is declared to fail, and the small ones of the mutants; a lasso has no end that a format could show. */
export async function brokenCases(): Promise<Case[]> {
  const recorded = await realHost.expected();
  return allCases(await realHost.scenarios()).filter((c) => c.expect.verdict !== 'holds' && !breaksProgress(c) && (c.mutation === null || recorded[c.id]!.states <= MOST_STATES));
}

/** The lost update of test/fake.ts, with strings of the test's own wherever a name or a text can come from outside. */
export function hostileStory(strings: readonly string[]): Story {
  const word = (i: number): string => strings[i % strings.length]!;
  const plain = fakeGraph('unlocked', false);
  const graph: Graph = {
    ...plain,
    places: plain.places.map((p, i) => ({ ...p, display: `${word(i)}%0` })),
    threads: plain.threads.map((t, i) => ({ ...t, name: word(i + 1) })),
    nodes: plain.nodes.map((n, i) => ({ ...n, text: word(i + 2), stack: n.stack.map((f) => ({ proc: word(i + 3), loc: { file: word(i + 4), line: f.loc.line } })) })),
    properties: plain.properties.map((p) => ({ ...p, name: word(5), prose: word(6), conjuncts: p.conjuncts.map((c) => ({ ...c, name: word(7) })) })),
  };
  const trace = recheck(graph, [0, 1, 1, 2, 0].map((thread) => ({ thread, choice: 0 })));
  return { id: word(8), title: word(9), kernel: word(10), version: '0.0.0', graph, trace, replay: word(11) };
}
