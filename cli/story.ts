/** A failing run as the formats want it told. */
import type { Story } from '../counterexamples/formats/story.ts';
import { encodeShort } from '../counterexamples/short.ts';
import type { FailingRun } from './failing-run.ts';
import { version } from './version.ts';

export function storyOf({ case: found, graph, trace }: FailingRun): Story {
  const { title, kernel } = found.scenario;
  return {
    id: found.id,
    title: found.mutation === null ? title : `${title} (mutant: ${found.mutation})`,
    kernel, version: version(), graph, trace,
    replay: encodeShort(found.id, graph.hash, trace.schedule),
  };
}
