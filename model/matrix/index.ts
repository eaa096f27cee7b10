/** The matrix of today's protocol: every two (or three) of its agents against each other. */
import { agents } from './agents.ts';
import { KINDS, STARTS } from './agent.ts';
import { cellScenario } from './cell.ts';
import { cellId, type CellName } from './cast.ts';
import type { Scenario } from '../scenario.ts';

export { agents } from './agents.ts';
export { KINDS, type Agent, type Kind, type Start } from './agent.ts';
export { cellScenario } from './cell.ts';
export { cellId, type CellName } from './cast.ts';
export { brokenByPairs, failingPairs, findingOf, findings, type Finding } from './findings.ts';
export { choices, fieldOf, kindsOf, type Field } from './pairs.ts';

/** `matrix/file-rw/munmap+reclaim` and its mutants; null where there is no such cell. */
export function cellNamed(id: string): Scenario | null {
  const [, kind, start, names = ''] = /^matrix\/(\w+)-(\w+)\/([^#~]+)/.exec(id) ?? [];
  const cast = names.split('+').map((name) => agents.find((a) => a.id === name));
  const [k, s] = [KINDS.find((one) => one === kind), STARTS.find((one) => one === start)];
  if (k === undefined || s === undefined || cast.some((a) => a?.kinds[k] === undefined)) return null;
  const cell: CellName = { kind: k, start: s, agents: agents.flatMap((a) => cast.filter((c) => c === a).map(() => a)) };
  return cellId(cell) === `matrix/${kind}-${start}/${names}` ? cellScenario(cell) : null;
}
