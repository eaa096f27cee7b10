/** Store buffers against the classic litmus tests, and against a plain interpreter of them on random programs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ghost, int, load, lower, peek, program, quiescent, rmw, shared, store, thread, track, and, eq, index, type Shared } from '../../index.ts';
import { DEFAULT_MACHINE } from '../../model/machine/config.ts';
import { smp_mb, withStoreBuffers } from '../../model/machine/store_buffer.ts';
import { check } from '../../schedules/check.ts';

const cpu_t = index('cpu_t');
const value_t = int('value_t', 3);
const CELLS = ['x', 'y'] as const;
type Cell = (typeof CELLS)[number];
const cells: Readonly<Record<Cell, Shared<'value_t', readonly []>>> = { x: shared('x', value_t, []), y: shared('y', value_t, []) };
const results = Array.from({ length: 4 }, (_, i) => ghost(`r${i}`, value_t, []));

/** One instruction; `r` is the register that a load or an exchange puts the old value into. */
type Instruction = { readonly op: 'load'; readonly at: Cell; readonly r: number } | { readonly op: 'store'; readonly at: Cell; readonly to: number } | { readonly op: 'xchg'; readonly at: Cell; readonly to: number; readonly r: number } | { readonly op: 'mb' };
type Threads = readonly (readonly Instruction[])[];
type Memory = 'sc' | 'tso' | 'relaxed';

const ld = (at: Cell, r: number): Instruction => ({ op: 'load', at, r });
const st = (at: Cell, to: number): Instruction => ({ op: 'store', at, to });
const xchg = (at: Cell, to: number, r: number): Instruction => ({ op: 'xchg', at, to, r });
const mb: Instruction = { op: 'mb' };

function record(i: Instruction): void {
  if (i.op === 'mb') smp_mb();
  else if (i.op === 'store') store(cells[i.at].at(), value_t.lit(i.to));
  else {
    const got = i.op === 'load' ? load('got', cells[i.at].at()) : rmw('got', cells[i.at].at(), () => value_t.lit(i.to));
    track(results[i.r]!.at(), got);
  }
}

const buffers = (memory: Memory) => ({ stores: CELLS, registers: [], ...(memory === 'relaxed' ? { relaxed: CELLS } : {}) });
const registersOf = (threads: Threads): number => 1 + Math.max(-1, ...threads.flat().map((i) => ('r' in i ? i.r : -1)));
const VALUES = [0, 1, 2, 3];
const outcomes = (n: number): number[][] => (n === 0 ? [[]] : outcomes(n - 1).flatMap((o) => VALUES.map((v) => [...o, v])));

/** The outcomes that the model reaches: what each register holds in the end, and then x and y. */
async function reached(threads: Threads, memory: Memory): Promise<string[]> {
  const n = registersOf(threads);
  const machine = { ...DEFAULT_MACHINE, ...(memory === 'sc' ? {} : { storeBuffers: buffers(memory) }) };
  const world = program({
    name: 'litmus', sizes: { cpu_t: threads.length }, options: { machine },
    threads: () => threads.map((does, cpu) => thread(`cpu${cpu}`, cpu, () => { does.forEach(record); })),
    init: (set) => { set(flag.at(cpu_t.lit(0)), value_t.lit(0)); },
    reaches: () => Object.fromEntries(outcomes(n).map((o) => [o.join(''), and(quiescent(), ...o.map((v, r) => eq(peek(results[r]!.at()), value_t.lit(v))))])),
    ...(memory === 'sc' ? {} : { memory: withStoreBuffers(buffers(memory)) }),
  });
  const { unreached } = await check(lower(world));
  return outcomes(n).map((o) => o.join('')).filter((o) => !unreached.includes(o));
}
/** Declares cpu_t, which the buffers are indexed by. */
const flag = shared('flag', value_t, [cpu_t]);

interface State { readonly pc: readonly number[]; readonly memory: Readonly<Record<Cell, number>>; readonly buffer: readonly ({ readonly at: Cell; readonly to: number; readonly held: boolean } | null)[]; readonly r: readonly number[] }

/** The same by hand: states that follow a state. */
function next(threads: Threads, kind: Memory, s: State): State[] {
  const put = <T>(list: readonly T[], i: number, to: T): T[] => list.map((x, n) => (n === i ? to : x));
  return threads.flatMap((does, cpu): State[] => {
    const own = s.buffer[cpu] ?? null;
    const heldElsewhere = (at: Cell): boolean => s.buffer.some((b, other) => other !== cpu && b !== null && b.held && b.at === at);
    const drained = own !== null && !heldElsewhere(own.at) ? [{ ...s, memory: { ...s.memory, [own.at]: own.to }, buffer: put(s.buffer, cpu, null) }] : [];
    const i = does[s.pc[cpu]!];
    if (i === undefined) return drained;
    const on = { ...s, pc: put(s.pc, cpu, s.pc[cpu]! + 1) };
    if (i.op === 'load') return [...drained, { ...on, r: put(s.r, i.r, own?.at === i.at ? own.to : s.memory[i.at]) }];
    if (own !== null) return drained;
    if (i.op === 'mb') return [on];
    if (i.op === 'store') return [kind === 'sc' ? { ...on, memory: { ...s.memory, [i.at]: i.to } } : { ...on, buffer: put(s.buffer, cpu, { at: i.at, to: i.to, held: false }) }];
    if (heldElsewhere(i.at)) return [];
    const read = { ...on, r: put(s.r, i.r, s.memory[i.at]) };
    return [kind === 'relaxed' ? { ...read, buffer: put(s.buffer, cpu, { at: i.at, to: i.to, held: true }) } : { ...read, memory: { ...s.memory, [i.at]: i.to } }];
  });
}

function byHand(threads: Threads, memory: Memory): string[] {
  const n = registersOf(threads);
  const start: State = { pc: threads.map(() => 0), memory: { x: 0, y: 0 }, buffer: threads.map(() => null), r: Array.from({ length: n }, () => 0) };
  const seen = new Map([[JSON.stringify(start), start]]);
  for (const s of seen.values()) for (const t of next(threads, memory, s)) seen.set(JSON.stringify(t), t);
  const ended = [...seen.values()].filter((s) => s.pc.every((pc, cpu) => pc === threads[cpu]!.length));
  return [...new Set(ended.map((s) => s.r.join('')))].sort();
}

const LITMUS: readonly { readonly name: string; readonly threads: Threads; readonly outcome: string; readonly allowed: readonly Memory[] }[] = [
  { name: 'SB', threads: [[st('x', 1), ld('y', 0)], [st('y', 1), ld('x', 1)]], outcome: '00', allowed: ['tso', 'relaxed'] },
  { name: 'SB with one barrier', threads: [[st('x', 1), mb, ld('y', 0)], [st('y', 1), ld('x', 1)]], outcome: '00', allowed: ['tso', 'relaxed'] },
  { name: 'SB with barriers', threads: [[st('x', 1), mb, ld('y', 0)], [st('y', 1), mb, ld('x', 1)]], outcome: '00', allowed: [] },
  { name: 'SB with exchanges', threads: [[xchg('x', 1, 2), ld('y', 0)], [xchg('y', 1, 3), ld('x', 1)]], outcome: '0000', allowed: ['relaxed'] },
  { name: 'MP', threads: [[st('x', 1), st('y', 1)], [ld('y', 0), ld('x', 1)]], outcome: '10', allowed: [] },
  { name: 'LB', threads: [[ld('x', 0), st('y', 1)], [ld('y', 1), st('x', 1)]], outcome: '11', allowed: [] },
  { name: 'SB where each sees its own store first', threads: [[st('x', 1), ld('x', 0), ld('y', 1)], [st('y', 1), ld('y', 2), ld('x', 3)]], outcome: '1010', allowed: ['tso', 'relaxed'] },
  { name: 'CoRR', threads: [[st('x', 1)], [ld('x', 0), ld('x', 1)]], outcome: '10', allowed: [] },
  { name: 'exchanges of one cell', threads: [[xchg('x', 1, 0)], [xchg('x', 2, 1)]], outcome: '00', allowed: [] },
];

describe.each(LITMUS)('$name', ({ threads, outcome, allowed }) => {
  it.each(['sc', 'tso', 'relaxed'] as const)('%s', async (memory) => {
    expect((await reached(threads, memory)).includes(outcome)).toBe(allowed.includes(memory));
  });
});

it('reaches the outcomes of a plain interpreter', async () => {
  const instruction = (r: number): fc.Arbitrary<Instruction> => fc.oneof(
    fc.record({ op: fc.constant('load' as const), at: fc.constantFrom(...CELLS), r: fc.constant(r) }),
    fc.record({ op: fc.constant('store' as const), at: fc.constantFrom(...CELLS), to: fc.integer({ min: 1, max: 3 }) }),
    fc.record({ op: fc.constant('xchg' as const), at: fc.constantFrom(...CELLS), to: fc.integer({ min: 1, max: 3 }), r: fc.constant(r) }),
    fc.constant(mb),
  );
  const threads = fc.tuple(fc.tuple(instruction(0), instruction(1)), fc.tuple(instruction(2), instruction(3)));
  await fc.assert(fc.asyncProperty(threads, fc.constantFrom('sc' as const, 'tso' as const, 'relaxed' as const), async (t, memory) => {
    expect((await reached(t, memory)).sort()).toEqual(byHand(t, memory));
  }), { numRuns: 60 });
});
