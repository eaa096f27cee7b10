/** A small world by hand: two CPUs update one page-table entry, and a lock is (or is not) taken around it. */
import type { Action, GExpr, GNode, Graph } from '../model/language/graph.ts';
import type { Program } from '../model/language/ir.ts';
import type { Scenario } from '../model/scenario.ts';
import { withAliases, withRaces } from '../cli/aliases.ts';
import type { Expected, Host } from '../cli/host.ts';
import type { Claim } from '../model/claims/claim.ts';
import type { Race } from '../model/races/race.ts';
import { check } from '../schedules/check.ts';
import type { Io } from '../cli/io.ts';
import { main } from '../cli/main.ts';

const PTE = 0;
const LOCK = 1;
const GHOST = 2;
const FILE = 'model/kernel/memory.ts';

const num = (value: number): GExpr => ({ g: 'const', value });
const cell = (place: number): GExpr => ({ g: 'cell', place, index: num(0) });
const write = (place: number, value: GExpr): Action => ({ a: 'write', place, index: num(0), value });
const op = (name: 'or' | 'and' | 'eq' | 'bitor', ...args: GExpr[]): GExpr => ({ g: 'op', op: name, args });

interface Sketch {
  readonly proc: string;
  readonly line: number;
  readonly text: string;
  readonly guard?: GExpr;
  readonly code: readonly Action[];
  readonly live?: boolean;
  readonly locks?: readonly string[];
  readonly lock?: 'acquire' | 'release';
}

/** Read the entry, set a bit in it, write it back: what the other CPU wrote in between is lost. */
function updater(reg: number, bit: number, proc: string, line: number, locked: boolean): Sketch[] {
  const held = locked ? ['ptl'] : [];
  const body: Sketch[] = [
    { proc, line: line + 1, text: 'pte = ptep_get(ptep)', code: [{ a: 'set', reg, value: cell(PTE) }], locks: held },
    {
      proc, line: line + 2, text: 'set_pte(ptep, pte)', live: true, locks: held,
      code: [write(PTE, op('bitor', { g: 'reg', reg }, num(bit))), write(GHOST, op('bitor', cell(GHOST), num(bit))), { a: 'set', reg, value: num(0) }],
    },
  ];
  if (!locked) return body;
  return [
    { proc, line, text: 'spin_lock(ptl)', guard: op('eq', cell(LOCK), num(0)), code: [write(LOCK, num(1))], lock: 'acquire' },
    ...body,
    { proc, line: line + 3, text: 'spin_unlock(ptl)', code: [write(LOCK, num(0))], locks: held, lock: 'release' },
  ];
}

function threadNodes(thread: number, first: number, sketches: readonly Sketch[]): GNode[] {
  const steps = sketches.map((s, i): GNode => ({
    id: first + i, thread, kind: 'step', guard: s.guard ?? null, choices: 1,
    code: [...s.code, { a: 'goto', node: first + i + 1 }],
    footprint: [], stack: [{ proc: s.proc, loc: { file: FILE, line: s.line } }], text: s.text, origin: `${s.proc}:${i}`,
    live: s.live ? [{ reg: thread, name: 'pte', type: 'pte_t' }] : [], locks: s.locks ?? [],
    ...(s.lock && { lock: { op: s.lock, place: LOCK, cell: 0, mode: 'exclusive', spinning: true } }),
  }));
  const end: GNode = { id: first + steps.length, thread, kind: 'end', guard: null, choices: 0, code: [], footprint: [], stack: [], text: '', origin: '', live: [], locks: [] };
  return [...steps, end];
}

/** Hardware that may set the accessed bit once. */
const ACCESS: Sketch = { proc: 'hw_set_accessed', line: 90, text: 'A := 1', guard: op('eq', { g: 'op', op: 'bitand', args: [cell(PTE), num(4)] }, num(0)), code: [write(PTE, op('bitor', cell(PTE), num(4)))] };

/** `hash` differs with the variant, as that of the real lowering does. */
export function fakeGraph(name: string, locked: boolean): Graph {
  const a = threadNodes(0, 0, updater(0, 2, 'pte_mkdirty_slow', 40, locked));
  const b = threadNodes(1, a.length, updater(1, 8, 'pte_mkspecial_slow', 60, locked));
  const c = threadNodes(2, a.length + b.length, [ACCESS]);
  const hardware = { ...c[0]!, code: [ACCESS.code[0]!, { a: 'goto', node: a.length + b.length } as const] };
  const nodes = [...a, ...b, hardware];
  const own = (thread: number): number[] => nodes.filter((n) => n.thread === thread).map((n) => n.id);
  const quiet = op('and', { g: 'ended', thread: 0 }, { g: 'ended', thread: 1 });
  return {
    name, hash: locked ? '1111111122222222' : 'aaaaaaaabbbbbbbb',
    types: {
      bool: { kind: 'bool', name: 'bool', size: 2 },
      pfn: { kind: 'index', name: 'pfn', size: 2 },
      pte_t: {
        kind: 'record', name: 'pte_t', size: 32,
        fields: [
          { name: 'P', type: 'bool', shift: 0, width: 1 }, { name: 'D', type: 'bool', shift: 1, width: 1 },
          { name: 'A', type: 'bool', shift: 2, width: 1 }, { name: 'S', type: 'bool', shift: 3, width: 1 }, { name: 'pfn', type: 'pfn', shift: 4, width: 1 },
        ],
      },
    },
    places: [
      { name: 'pte', type: 'pte_t', dims: [1], dimTypes: ['va'], cells: 1, size: 32, ghost: false, display: 'pte(%0)', initial: [1] },
      { name: 'ptl', type: 'bool', dims: [], dimTypes: [], cells: 1, size: 2, ghost: false, display: 'ptl', initial: [0] },
      { name: 'wanted', type: 'pte_t', dims: [], dimTypes: [], cells: 1, size: 32, ghost: true, display: 'wanted', initial: [1] },
    ],
    regs: [{ size: 32, thread: 0 }, { size: 32, thread: 1 }],
    threads: [
      { name: 'dirtier', cpu: 0, daemon: 'no', start: 0, init: [], nodes: own(0) },
      { name: 'marker', cpu: 1, daemon: 'no', start: a.length, init: [], nodes: own(1) },
      { name: 'mmu0', cpu: 0, daemon: 'optional', start: a.length + b.length, init: [], nodes: own(2) },
    ],
    nodes,
    properties: [{
      name: 'I-update', prose: 'At the end the entry has every bit that was set in it.',
      conjuncts: [{ name: 'quiescent', premise: quiet, holds: op('eq', { g: 'op', op: 'bitor', args: [cell(PTE), cell(GHOST)] }, cell(PTE)) }],
    }],
    reaches: [],
    origins: {},
  };
}

const contract = { entry: [], exit: [], exitWhen: [], maySleep: false };

function fakeProgram(name: string): Program {
  return {
    name, types: [], init: {}, reaches: [],
    places: [{ name: 'pte', type: 'pte_t', dims: ['va'], ghost: false }, { name: 'wanted', type: 'pte_t', dims: [], ghost: true }],
    procs: [{ name: 'pte_mkdirty_slow', params: [], returns: null, models: { fn: 'pte_mkdirty', file: 'mm/memory.c', version: '2.6.19' }, doc: 'Sets the dirty bit.', contract, body: [], loc: { file: FILE, line: 39 } }],
    threads: [{ name: 'dirtier', cpu: 0, daemon: 'no', proc: 'pte_mkdirty_slow', args: [], loc: { file: FILE, line: 5 } }],
    properties: [{ name: 'I-update', prose: 'At the end the entry has every bit that was set in it.', conjuncts: [], loc: { file: FILE, line: 1 } }],
  };
}

const base = { about: 'Two updates of one entry.', kernel: '2.6.19', cpus: 2, mms: 1, pages: 2, machine: ['no evictions'] };

/** One that holds, with a mutant that fails, and one that fails. */
export const fakeScenarios: readonly Scenario[] = [
  {
    ...base, id: 'fake/locked', title: 'Updates under the lock', entry: 'B99', expect: { verdict: 'holds' }, build: () => fakeProgram('locked'),
    mutants: [{ name: 'no-lock', what: 'the lock is not taken', expect: { verdict: 'violated', property: 'I-update', steps: 4 }, build: () => fakeProgram('unlocked') }],
  },
  { ...base, id: 'fake/unlocked', title: 'Updates without a lock', expect: { verdict: 'violated', property: 'I-update', conjunct: 'quiescent', steps: 4 }, catalogueSteps: 6, mutants: [], build: () => fakeProgram('unlocked') },
];

const claimed = { thread: '004', by: 'A. Hacker', date: '2006-05-26', why: 'Both were tried.' } as const;

/** One of each verdict; the last is nobody's. */
export const fakeClaims: readonly Claim[] = [
  { ...claimed, id: 'seed-004/needs-no-lock', entry: 'A4.10', claim: 'Two updates need no lock.', verdict: 'false', scenarios: ['fake/unlocked', 'fake/locked'] },
  { ...claimed, id: 'seed-004/lock-suffices', entry: 'A4.2', claim: 'A lock is enough.', verdict: 'conditional', scenarios: ['fake/locked'], assumptions: [{ what: 'Both take it.', without: 'fake/locked#no-lock' }] },
  { ...claimed, id: 'fake/locked', thread: '000', entry: 'A0.1', by: 'pterace', date: '2026-11-22', claim: 'Updates under the lock are kept.', verdict: 'true', scenarios: ['fake/locked'], new: { sure: 'Quite.' } },
];

export const fakeRaces: readonly Race[] = [
  {
    id: 'b99-lost-update', entry: 'B99', title: 'One of two updates is lost', subsystem: 'writeback', affected: { since: '2.6.19', fixed: '2.6.20-rc1' }, cve: 'CVE-2006-0099',
    commits: [{ hash: '0123456789ab', subject: 'mm: take the lock', release: '2.6.20-rc1', author: 'A. Hacker' }], procedures: ['pte_mkdirty'],
    broken: ['fake/unlocked'], repaired: ['fake/locked'], controls: [{ what: 'both must take it', case: 'fake/locked#no-lock' }],
  },
];

export interface FakeHost extends Host {
  saved: Expected | null;
}

export function fakeHost(overrides: Partial<Host> = {}): FakeHost {
  const host: FakeHost = {
    saved: null,
    scenarios: () => Promise.resolve(withRaces(withAliases(fakeScenarios, fakeClaims), fakeRaces)),
    claims: () => Promise.resolve(fakeClaims),
    races: () => Promise.resolve(fakeRaces),
    raceIngredients: () => Promise.resolve({ 'b99-lost-update': ['TLB', 'page-table lock'] }),
    leftOut: () => Promise.resolve([{ entry: 'B98', title: 'Two of two updates are lost', reason: 'There is only one.' }]),
    lower: (program) => Promise.resolve(fakeGraph(program.name, program.name === 'locked')),
    check,
    listing: (proc) => Promise.resolve(`void ${proc.name}(void)\n{\n}\n`),
    expected: () => Promise.resolve({}),
    saveExpected: (expected) => {
      host.saved = expected;
      return Promise.resolve();
    },
    ...overrides,
  };
  return host;
}

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Of a caller that looks at nothing that is printed. */
export function quietIo(): Io {
  return { out: () => undefined, err: () => undefined, input: () => Promise.resolve(''), width: 80, color: false, live: false, quiet: false, signal: new AbortController().signal };
}

/** Runs a command line against the fake world. */
export async function runFake(argv: readonly string[], host: Host = fakeHost(), io: Partial<Io> = {}): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await main(argv, host, {
    out: (text) => { out += text; },
    err: (text) => { err += text; },
    input: () => Promise.resolve(''),
    width: 80, color: false, live: false, quiet: false, signal: new AbortController().signal,
    ...io,
  });
  return { code, out, err };
}
