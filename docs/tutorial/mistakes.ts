/** `npx tsx docs/tutorial/mistakes.ts`: models that break a rule of the language, and what they are told. */
import { bool, FALSE, If, LanguageError, load, not, peek, primitive, program, rmw, shared, store, thread, TRUE } from 'pterace';

const flag = shared('flag', bool, []);
const lock = shared('lock', bool, []);
const spin_lock = primitive('spin_lock', () => {
  rmw('taken', lock.at(), () => TRUE, { when: (taken) => not(taken), ignore: true, lock: { op: 'acquire', spinning: true, mode: 'exclusive', lock: lock.at().ref } });
});
const spin_unlock = primitive('spin_unlock', () => {
  rmw('taken', lock.at(), () => FALSE, { ignore: true, lock: { op: 'release', spinning: true, mode: 'exclusive', lock: lock.at().ref } });
});

// #region mistakes
const mistakes: Readonly<Record<string, () => void>> = {
  'a shared place is read where no step reads it': () => {
    If(peek(flag.at()), () => store(flag.at(), FALSE));
  },
  'the value is decided on by the host language': () => {
    const set = load('set', flag.at());
    // The recorded value is an object: this is always true, and nothing is recorded.
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- the mistake
    if (set) store(flag.at(), FALSE);
  },
  'the lock is not released on one path': () => {
    spin_lock();
    const set = load('set', flag.at());
    If(set, () => spin_unlock());
  },
};
// #endregion

for (const [what, body] of Object.entries(mistakes)) {
  try {
    program({ name: what, sizes: {}, threads: () => [thread('cpu', 0, body)] });
  } catch (error) {
    if (!(error instanceof LanguageError)) throw error;
    console.log(error.message);
  }
}
