/** Which agents are under way: what a cell must reach so that its verdict says something. */
import { and, enumeration, eq, ghost, peek, primitive, skip, thisCpu, track, type Value } from '../language/index.ts';
import { cpu_t } from '../machine/types.ts';

const stage_t = enumeration('stage_t', ['BEFORE', 'UNDER_WAY', 'DONE']);
const stage = ghost('stage', stage_t, [cpu_t], { display: '%0.stage' });

const enter = primitive('enter the kernel', () => {
  skip();
  track(stage.at(thisCpu(cpu_t)), stage_t.is.UNDER_WAY);
});

/** The agent's steps between its first, which says that it is under way, and its last. */
export function staged(run: () => void): void {
  enter();
  run();
  track(stage.at(thisCpu(cpu_t)), stage_t.is.DONE);
}

const at = (n: number, is: Value<'stage_t'>): Value<'bool'> => eq(peek(stage.at(cpu_t.lit(n))), is);
export const done = (n: number): Value<'bool'> => at(n, stage_t.is.DONE);

/** Each alone under way while the others have ended, and all under way at once. */
export function meetings(agents: readonly string[]): Readonly<Record<string, Value<'bool'>>> {
  const underWay = (n: number): Value<'bool'> => at(n, stage_t.is.UNDER_WAY);
  const others = (n: number): Value<'bool'>[] => agents.flatMap((_, i) => (i === n ? [] : [done(i)]));
  return {
    'all under way at once': and(...agents.map((_, n) => underWay(n))),
    ...Object.fromEntries(agents.map((id, n) => [`${id} (CPU ${n}) ends last`, and(underWay(n), ...others(n))])),
  };
}
