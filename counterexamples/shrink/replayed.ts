/** A failing run made smaller by replaying parts of it: no search, so it works in worlds of any size. */
import type { Graph } from '../../model/language/graph.ts';
import type { State } from '../../schedules/interpret.ts';
import { causalCone } from './cone.ts';
import { fewerSteps, fewerSwitches } from './delta.ts';
import { follow, type Schedule, type Walk } from './follow.ts';
import { shortcut } from './shortcuts.ts';
import { failsAs, type Target } from './target.ts';

/** What the failure does not hang on, and loops. Null when the run does not fail as the target says. */
export function tidiedByReplay(graph: Graph, target: Target, schedule: Schedule): Schedule | null {
  const fails = failsAs(graph, target);
  const given = follow(graph, fails, schedule);
  return given === null ? null : tidied(graph, target, fails, given).schedule;
}

/** Then step by step, and in the end the context switches. */
export function shrunkByReplay(graph: Graph, target: Target, schedule: Schedule): Schedule | null {
  const fails = failsAs(graph, target);
  const given = follow(graph, fails, schedule);
  if (given === null) return null;
  const tidy = (walk: Walk): Walk => tidied(graph, target, fails, walk);
  let walk = given;
  for (let length = Infinity; walk.schedule.length < length;) {
    length = walk.schedule.length;
    walk = fewerSwitches(graph, fails, fewerSteps(graph, fails, walk, tidy));
  }
  return walk.schedule;
}

function tidied(graph: Graph, target: Target, fails: (state: State) => boolean, given: Walk): Walk {
  let walk = given;
  for (const cut of [(w: Walk) => causalCone(graph, target, w), (w: Walk) => shortcut(graph, w)]) {
    const shorter = follow(graph, fails, cut(walk));
    if (shorter !== null && shorter.schedule.length < walk.schedule.length) walk = shorter;
  }
  return walk;
}
