/** A run as the page shows it. */
import { findBreakage, type Breakage } from '../counterexamples/breakage.ts';
import { shortLoc } from '../counterexamples/cell.ts';
import { heldAfter } from '../counterexamples/held.ts';
import { isInternal, reenact, type Moment } from '../counterexamples/reenact.ts';
import { relations } from '../counterexamples/relations.ts';
import { encodeShort } from '../counterexamples/short.ts';
import type { GNode, Graph } from '../model/language/graph.ts';
import { evaluate } from '../schedules/interpret.ts';
import { run, type Replay, type State } from '../schedules/replay.ts';
import type { ScheduleStep } from '../schedules/result.ts';
import { cellNumbers, shownConjuncts } from './world.ts';
import type { Broken, LockBar, StepData, Story } from './data.ts';
import { lockBars } from './lock-bars.ts';

/** @throws ReplayError where the graph cannot follow the schedule. `id` is the case's. */
export function story(id: string, graph: Graph, schedule: readonly ScheduleStep[]): Story {
  const replay = run(graph, schedule);
  const played = reenact(graph, schedule);
  const breakage = findBreakage(graph, played);
  const cells = cellNumbers(graph);
  return {
    steps: played.moments.map((moment, i) => stepData(moment, replay.steps[i]!.choice, replay.steps[i]!.node, cells)),
    truth: truth(graph, replay),
    locks: lockBarsOf(graph, replay),
    arrows: relations(graph, { schedule, breakage }).map(({ kind, from, to, place, matters }) => ({ kind, from, to, place, matters })),
    broken: breakage === null ? null : brokenData(breakage),
    replay: encodeShort(id, graph.hash, schedule),
  };
}

function stepData(moment: Moment, choice: number, node: GNode, cells: ReadonlyMap<string, number>): StepData {
  return {
    thread: moment.thread, choice, cpu: moment.cpu, proc: moment.proc, where: shortLoc(moment.loc),
    stack: node.stack.map(({ proc, loc }) => ({ proc, at: `${loc.file}:${loc.line}` })),
    said: moment.said, obtained: moment.obtained, locals: moment.locals,
    changed: moment.changed.map(({ at, to, delta }) => ({ cell: cells.get(at.join())!, to, delta })),
    rewrote: moment.rewrote.flatMap(({ at }) => cells.get(at.join()) ?? []),
    holds: moment.locks, ended: moment.ended,
  };
}

/** One string a conjunct, one character a state. */
function truth(graph: Graph, { initial, steps }: Replay): string[] {
  const states = [initial, ...steps.map((s) => s.after)];
  return shownConjuncts(graph).map(({ premise, holds }) => {
    const isTrue = (state: State, e: typeof holds): boolean => evaluate(graph, state, e, -1, 0) !== 0;
    return states.map((state) => (premise !== null && !isTrue(state, premise) ? 'p' : isTrue(state, holds) ? 't' : 'f')).join('');
  });
}

function lockBarsOf(graph: Graph, { steps }: Replay): LockBar[] {
  const held = heldAfter(graph, steps);
  return lockBars(held.map((threads) => threads.flatMap((locks, thread) => locks.map((lock) => ({ cpu: graph.threads[thread]!.cpu, lock })))));
}

function brokenData({ property, conjunct, prose, witnesses, stuck }: Breakage): Broken {
  return {
    property, conjunct, prose,
    witnesses: witnesses.filter((w) => !isInternal(w.place)).map(({ place, value, ghost, writes }) => ({
      place, value, ghost, writes: writes.map(({ step, delta }) => ({ step: step.number, cpu: step.cpu, delta })),
    })),
    stuck: stuck.map((s) => `CPU${s.cpu} ${s.thread} waits in ${s.proc}${s.loc === null ? '' : ` ${shortLoc(s.loc)}`}: ${s.text}${s.locks.length === 0 ? '' : `, holding ${s.locks.join(', ')}`}`),
  };
}
