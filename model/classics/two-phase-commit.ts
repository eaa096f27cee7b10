/** Two-phase commit: a coordinator asks, and decides by the answers. */
import { and, bool, chooseBool, enumeration, eq, exists, FALSE, ForEach, ghost, If, implies, load, ne, not, peek, proc, program, property, quiescent, Return, shared, store, thread, track, TRUE, Var, waitUntil, type Value } from '../language/index.ts';
import type { Program } from '../language/ir.ts';
import { classic, pid_t, processes } from './classic.ts';

const vote_t = enumeration('vote_t', ['NONE', 'YES', 'NO']);
const { NONE, YES, NO } = vote_t.is;
const outcome_t = enumeration('outcome_t', ['UNDECIDED', 'COMMIT', 'ABORT']);
const { UNDECIDED, COMMIT, ABORT } = outcome_t.is;
const vote = shared('vote', vote_t, [pid_t]);
const decision = shared('decision', outcome_t, []);
/** What each participant has made durable. */
const outcome = ghost('outcome', outcome_t, [pid_t]);

const coordinator = proc('coordinator', { params: {} }, () => {
  const unanimous = Var('unanimous', bool, TRUE);
  ForEach(pid_t, 'p', (p) => {
    waitUntil(vote.at(p), (v) => ne(v, NONE));
    If(ne(load('voted', vote.at(p)), YES), () => { unanimous.set(FALSE); });
  });
  If(unanimous.get(), () => { store(decision.at(), COMMIT); }, () => { store(decision.at(), ABORT); });
});

/** `impatient`: may abort by itself although it has promised to commit. */
const participant = (impatient: boolean) => proc('participant', { params: { me: pid_t } }, ({ me }) => {
  If(not(chooseBool('ready')), () => {
    store(vote.at(me), NO);
    track(outcome.at(me), ABORT);
    Return();
  });
  store(vote.at(me), YES);
  if (impatient) {
    If(chooseBool('timeout'), () => {
      track(outcome.at(me), ABORT);
      Return();
    });
  }
  waitUntil(decision.at(), (d) => ne(d, UNDECIDED));
  track(outcome.at(me), load('decided', decision.at()));
});

const some = (of: Value<'outcome_t'>): Value<'bool'> => exists(pid_t, 'p', (p) => eq(peek(outcome.at(p)), of));
const agreement = property('agreement', 'No participant commits and another one aborts, and none commits against a vote.', () => ({
  'one outcome': not(and(some(COMMIT), some(ABORT))),
  'nobody refused': implies(some(COMMIT), not(exists(pid_t, 'p', (p) => ne(peek(vote.at(p)), YES)))),
}));

export function twoPhaseCommit(n: number, impatient = false): Program {
  const take_part = participant(impatient);
  return program({
    name: `classic/two-phase-commit-${n}`, sizes: { pid_t: n }, properties: [agreement],
    threads: () => [...processes(n, (me) => { take_part({ me }); }), thread('c', n, () => { coordinator({}); })],
    reaches: () => ({ 'all done, committed': and(quiescent(), some(COMMIT)), 'all done, aborted': and(quiescent(), some(ABORT)) }),
  });
}

export const commits = [classic({
  name: 'two-phase-commit-3', title: 'Two-phase commit with three participants', processes: 4, expect: { verdict: 'holds' }, build: () => twoPhaseCommit(3),
  about: 'J. Gray, "Notes on data base operating systems", LNCS 60, 1978. Nobody crashes; a participant that has voted yes waits for the decision.',
  mutants: [{ name: 'impatient', what: 'a participant that voted yes may give up', expect: { verdict: 'violated', property: 'agreement' }, build: () => twoPhaseCommit(3, true) }],
})];
