/** Leader election on a one-way ring, by the highest number. */
import { and, bool, count, eq, exists, forall, Forever, ghost, If, int, le, lt, ne, not, peek, primitive, proc, program, property, quiescent, record, Return, rmw, shared, track, TRUE, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, pid_t, processes, type Pid } from './classic.ts';

/** What is under way to a process: a candidate, or that it has been elected. One message fits. */
const message_t = record('message_t', { full: bool, elected: bool, candidate: pid_t });
type Message = Value<'message_t'>;
const link = shared('link', message_t, [pid_t], { display: 'link to %0' });
const leader = ghost('leader', pid_t, [pid_t]);
const elected = ghost('elected', bool, [pid_t], { display: 'elected[%0]' });
const crowd_t = int('crowd_t', 7);

const isFull = (m: Message): Value<'bool'> => message_t.get(m, 'full');
const send = primitive('send', (to: Pid, m: Message) => { rmw('before', link.at(to), () => m, { when: (old) => not(isFull(old)), ignore: true }); });
const receive = primitive('receive', (me: Pid) => rmw('message', link.at(me), () => message_t.of({}), { when: isFull }));

/** `forwards`: which candidates a process passes on. */
const elect = (forwards: (mine: Pid, candidate: Pid) => Value<'bool'>) => proc('elect', { params: { me: pid_t, mine: pid_t, to: pid_t } }, ({ me, mine, to }) => {
  send(to, message_t.of({ full: TRUE, candidate: mine }));
  Forever(() => {
    const message = receive(me);
    const candidate = message_t.get(message, 'candidate');
    If(message_t.get(message, 'elected'), () => {
      track(leader.at(me), candidate);
      If(ne(candidate, mine), () => { send(to, message); });
      Return();
    });
    If(eq(candidate, mine), () => {
      track(elected.at(me), TRUE);
      send(to, message_t.of({ full: TRUE, elected: TRUE, candidate: mine }));
    }, () => {
      If(forwards(mine, candidate), () => { send(to, message); });
    });
  });
});

const oneLeader = (n: number) => property('one leader', 'At most one process is elected, and in the end all know the one with the highest number.', () => ({
  'at most one': le(count(crowd_t, pid_t, 'p', (p) => peek(elected.at(p))), crowd_t.lit(1)),
  'known to all': { when: quiescent(), holds: and(exists(pid_t, 'p', (p) => peek(elected.at(p))), forall(pid_t, 'p', (p) => eq(peek(leader.at(p)), pid_t.lit(n - 1)))) },
}));

/** `numbers`: of the processes along the ring, a permutation of 0 … n-1. */
export function changRoberts(numbers: readonly number[], forwards: Parameters<typeof elect>[0] = (mine, candidate) => lt(mine, candidate)): Program {
  const n = numbers.length;
  const run = elect(forwards);
  return program({
    name: `classic/chang-roberts-${n}`, sizes: { pid_t: n }, properties: [oneLeader(n)], reaches: () => ({ 'all know': quiescent() }),
    threads: () => processes(n, (me, i) => { run({ me, mine: pid_t.lit(numbers[i]!), to: pid_t.lit((i + 1) % n) }); }),
  });
}

/** Each number meets all smaller ones: as many messages as there can be. */
const WORST = [3, 2, 1, 0];

export const changRobertsRings = [classic({
  name: 'chang-roberts-4', title: 'Leader election on a one-way ring of 4', processes: 4, expect: { verdict: 'holds' }, build: () => changRoberts(WORST),
  about: 'E. Chang, R. Roberts, "An improved algorithm for decentralized extrema-finding in circular configurations of processes", CACM 22(5), 1979; G. Le Lann, IFIP 1977.',
  mutants: [{ name: 'forwards-all', what: 'smaller numbers are passed on, too', expect: { verdict: 'violated', property: 'one leader' }, build: () => changRoberts(WORST, () => TRUE) }],
})];
