/** A dirty bit that hardware sets in a page-table entry, and a kernel that collects it. See docs/tutorial.md. */
import {
  add, and, atomic, bool, drop, eq, FALSE, Forever, held, If, int, load, ne, not, or, peek, primitive, proc, program, property, quiescent,
  record, Return, rmw, shared, store, thread, TRUE, Var, type Mutation, type Program, type Value, type Variable,
} from 'pterace';

// #region state
/** One page-table entry: W writable, D dirty. Read and written as one word. */
const pte_t = record('pte_t', { W: bool, D: bool });
/** The contents of the page: every store makes the next version. */
const version_t = int('version_t', 3);

const pte = shared('pte', pte_t, []);
const data = shared('data', version_t, []);
const disk = shared('disk', version_t, []);
const PG_dirty = shared('PG_dirty', bool, []);
const ptl = shared('ptl', bool, []);
// #endregion

// #region lock
const lockEffect = { spinning: true, mode: 'exclusive' } as const;

const spin_lock = primitive('spin_lock', () => {
  rmw('taken', ptl.at(), () => TRUE, { when: (taken) => not(taken), ignore: true, lock: { ...lockEffect, op: 'acquire', lock: ptl.at().ref } });
});
const spin_unlock = primitive('spin_unlock', () => {
  rmw('taken', ptl.at(), () => FALSE, { ignore: true, lock: { ...lockEffect, op: 'release', lock: ptl.at().ref } });
});
// #endregion

// #region primitives
const ptep_get = primitive('*pte', () => load('pte', pte.at()));
const set_pte = primitive('set_pte', (entry: Value<'pte_t'>) => store(pte.at(), entry));
const ptep_get_and_wrprotect = primitive('ptep_get_and_wrprotect', () => rmw('pte', pte.at(), () => pte_t.of({})));
const SetPageDirty = primitive('SetPageDirty', () => store(PG_dirty.at(), TRUE));
// #endregion

// #region hardware
/** What the CPU does for one store: with W set it sets D and writes the page, else it faults. Returns whether it stored. */
const store_instruction = primitive('store', () => {
  let stored: Variable<'bool'> | undefined;
  atomic('hardware checks W, sets D and writes in one locked update', () => {
    stored = Var('stored', bool, FALSE);
    const entry = load('pte', pte.at());
    If(pte_t.get(entry, 'W'), () => {
      store(pte.at(), pte_t.with(entry, 'D', TRUE));
      store(data.at(), add(load('version', data.at()), version_t.lit(1)));
      stored?.set(TRUE);
    });
  });
  return (stored as Variable<'bool'>).get();
});
// #endregion

// #region kernel
/** Page fault: make the entry writable again. */
const do_fault = proc('do_fault', { params: {} }, () => {
  spin_lock();
  set_pte(pte_t.of({ W: TRUE }));
  spin_unlock();
});

const program_store = proc('program_store', { params: {} }, () => {
  Forever(() => {
    const stored = store_instruction();
    If(stored, () => Return());
    do_fault({});
  });
});

/** Moves the D bit to the page and write-protects the entry. Called with the lock held. */
const collectWith = (readAndProtect: () => Value<'pte_t'>) => proc('collect_dirty', {
  params: {}, doc: 'Moves D from the PTE to the page.',
  locks: () => ({ entry: [held(ptl.at())], exit: [held(ptl.at())] }),
}, () => {
  const entry = readAndProtect();
  If(pte_t.get(entry, 'D'), () => { SetPageDirty(); });
});
// #endregion

// #region broken
/** Read the entry, then write it back without W and D: the lock is held, so what can happen? */
const collect_broken = collectWith(() => {
  const entry = ptep_get();
  set_pte(pte_t.of({}));
  return entry;
});
// #endregion

// #region repaired
/** One locked read-modify-write. */
const collect_repaired = collectWith(() => ptep_get_and_wrprotect());
// #endregion

// #region property
const no_dirt_lost = property('no-dirt-lost', 'contents that are not on disk are known to be dirty', () => ({
  quiet: {
    when: and(quiescent(), ne(peek(data.at()), peek(disk.at()))),
    holds: or(peek(PG_dirty.at()), pte_t.get(peek(pte.at()), 'D')),
  },
}));
// #endregion

// #region world
export interface Choices {
  readonly repaired: boolean;
  /** How often the program stores. */
  readonly stores?: number;
  /** Statements to leave out or move: a mutant. */
  readonly mutations?: readonly Mutation[];
}

export function world({ repaired, stores = 1, mutations = [] }: Choices): Program {
  const collect_dirty = repaired ? collect_repaired : collect_broken;
  return program({
    name: repaired ? 'repaired' : 'broken',
    sizes: {},
    threads: () => [
      thread('program', 0, () => { for (let i = 0; i < stores; i++) program_store({}); }),
      thread('collector', 1, () => {
        spin_lock();
        collect_dirty({});
        spin_unlock();
      }),
    ],
    init: (set) => { set(pte.at(), pte_t.of({ W: TRUE })); },
    properties: [no_dirt_lost],
    reaches: () => ({
      'dirt collected': peek(PG_dirty.at()),
      'stored after the collection': and(quiescent(), not(peek(PG_dirty.at())), eq(peek(data.at()), version_t.lit(1))),
    }),
    mutations,
  });
}
// #endregion

// #region mutant
/** It must fail, else the property proves little. */
export const forgetful = world({ repaired: true, mutations: [drop('collect_dirty', 'SetPageDirty')] });
// #endregion
