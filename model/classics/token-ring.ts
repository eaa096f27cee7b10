/** Dijkstra's self-stabilising token ring: who may move has the privilege, the token. */
import { add, and, atomic, eq, Forever, index, load, ne, not, or, peek, program, property, select, shared, store, thread, TRUE, type Thread, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, pid_t } from './classic.ts';

const state_t = index('state_t');
const x = shared('x', state_t, [pid_t]);

const stateOf = (i: number): Value<'state_t'> => peek(x.at(pid_t.lit(i)));
const before = (i: number, n: number): number => (i + n - 1) % n;

/** The bottom machine counts on when it equals its neighbour, any other one copies when it differs. */
const privileged = (i: number, n: number): Value<'bool'> => (i === 0 ? eq : ne)(stateOf(i), stateOf(before(i, n)));

function machine(i: number, n: number, when: Value<'bool'>): Thread {
  return thread(`m${i}`, i, () => {
    Forever(() => {
      atomic("Dijkstra's central daemon lets one machine move at a time", () => {
        const given = load('given', x.at(pid_t.lit(i === 0 ? 0 : before(i, n))));
        const next = select(eq(given, state_t.lit(state_t.size() - 1)), state_t.lit(0), add(given, state_t.lit(1)));
        store(x.at(pid_t.lit(i)), i === 0 ? next : given);
      }, { when });
    });
  });
}

const oneToken = (n: number) => property('one token', 'Exactly one machine is privileged, once that is so.', () => {
  const machines = Array.from({ length: n }, (_, i) => i);
  const two = machines.flatMap((a) => machines.slice(a + 1).map((b) => and(privileged(a, n), privileged(b, n))));
  return { 'some machine': or(...machines.map((i) => privileged(i, n))), 'no two machines': not(or(...two)) };
});

/** `guard`: when a machine moves. All begin in state 0, in which only the bottom machine is privileged. */
export function tokenRing(n: number, states: number, guard: (i: number, n: number) => Value<'bool'> = privileged): Program {
  return program({
    name: `classic/token-ring-${n}`, sizes: { pid_t: n, state_t: states }, threads: () => Array.from({ length: n }, (_, i) => machine(i, n, guard(i, n))), properties: [oneToken(n)],
    reaches: () => ({ 'the token at the last machine': privileged(n - 1, n) }),
  });
}

const about = 'E. W. Dijkstra, "Self-stabilizing systems in spite of distributed control", CACM 17(11), 1974, the solution with K-state machines. From a state with one privilege: n·K states, one after the other.';
const hasty = (i: number, n: number): Value<'bool'> => (i === 0 ? TRUE : privileged(i, n));

export const tokenRings = [classic({
  name: 'token-ring-5', title: 'Self-stabilising token ring of 5, with 5 states each', about, processes: 5, expect: { verdict: 'holds' }, build: () => tokenRing(5, 5),
  mutants: [{ name: 'hasty-bottom', what: 'the bottom machine moves whenever it likes', expect: { verdict: 'violated', property: 'one token' }, build: () => tokenRing(5, 5, hasty) }],
})];
