/** A search that is cut and resumed against one that is not; and files that must be refused. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import type { Graph } from '../../model/language/graph.ts';
import { check } from '../../schedules/check.ts';
import { PREFIX } from '../../schedules/checkpoint-format.ts';
import { UsageError } from '../../schedules/errors.ts';
import type { CheckOptions, CheckResult } from '../../schedules/result.ts';
import { cell, counters, op, property } from './build.ts';
import { graphs } from './graphs.ts';

const seed = process.env['CI'] === undefined ? {} : { seed: 20080415 };
const folder = mkdtempSync(path.join(os.tmpdir(), 'pterace-checkpoint-'));
const file = path.join(folder, 'search.checkpoint');
const checkpoint = { file, scenario: 'test/case', everySeconds: 1e-9 };

afterAll(() => { rmSync(folder, { recursive: true }); });

function answer(result: CheckResult): CheckResult {
  return { ...result, seconds: 0, engineBytes: 0 };
}

/** Searches until `cut` stops it, then to the end. */
async function inTwo(g: Graph, cut: CheckOptions, rest: CheckOptions = {}): Promise<CheckResult> {
  rmSync(file, { force: true });
  const first = await check(g, { ...cut, checkpoint });
  return first.verdict === 'incomplete' ? check(g, { ...rest, resume: file }) : first;
}

test('random graphs, cut anywhere', { timeout: 120_000 }, async () => {
  await fc.assert(fc.asyncProperty(graphs, fc.integer({ min: 1, max: 2000 }), fc.boolean(), async (g, at, byDepth) => {
    const whole = await check(g, { maxStates: 5000 });
    fc.pre(whole.verdict !== 'incomplete');
    const cut = byDepth ? { maxDepth: at % 20 } : { maxStates: at };
    expect(answer(await inTwo(g, cut))).toEqual(answer(whole));
  }), { numRuns: 100, ...seed });
});

test.each([[1, 2], [2, 1], [2, 3]])('by %i threads and then by %i', async (before, after) => {
  for (const g of [counters(4, 15), counters(3, 20, [property('sum', op('lt', op('add', cell(0, 0), cell(0, 1)), 35))])]) {
    const whole = answer(await check(g));
    for (const maxStates of [1, 5000, 7777]) expect(answer(await inTwo(g, { maxStates, workers: before }, { workers: after }))).toEqual(whole);
  }
});

test('resumed again and again, with limits that leave little', async () => {
  const g = counters(3, 20);
  rmSync(file, { force: true });
  let result = await check(g, { checkpoint, maxDepth: 1 });
  for (let maxDepth = 2; result.verdict === 'incomplete'; maxDepth++) result = await check(g, { checkpoint, resume: file, maxDepth });
  expect(answer(result)).toEqual(answer(await check(g)));
});

/** A checkpoint of some ten thousand bytes. */
async function written(g: Graph = counters(3, 20)): Promise<Buffer> {
  rmSync(file, { force: true });
  await check(g, { checkpoint, maxStates: 3000 });
  return readFileSync(file);
}

async function refusal(g: Graph = counters(3, 20), options: CheckOptions = {}): Promise<string> {
  const error: unknown = await check(g, { resume: file, ...options }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(UsageError);
  return (error as UsageError).message;
}

test('a truncated file is refused, wherever it ends, and so is one with something behind', async () => {
  const whole = await written();
  for (let length = 1; length < whole.length; length += length < 600 ? 1 : 97) {
    writeFileSync(file, whole.subarray(0, length));
    expect(await refusal()).toMatch(/is damaged: it (ends|has)/);
  }
  writeFileSync(file, Buffer.concat([whole, Buffer.from([0])]));
  expect(await refusal()).toContain('is damaged');
});

test('a byte that is not as it was written is noticed', async () => {
  const whole = await written();
  for (let at = 0; at < whole.length; at += at < 600 ? 7 : 101) {
    const bytes = Buffer.from(whole);
    bytes[at]! ^= 1 << (at & 7);
    writeFileSync(file, bytes);
    expect(await refusal()).toMatch(/is damaged|is no checkpoint|has format/);
  }
});

test('other files are refused by name', async () => {
  const whole = await written();
  expect(await refusal(counters(3, 20), { resume: path.join(folder, 'nothing') })).toMatch(/^cannot read the checkpoint .*nothing: ENOENT/);
  expect(await refusal(counters(3, 20), { resume: folder })).toMatch(/^cannot read the checkpoint .*: EISDIR/);
  for (const text of ['', '{"format":"pterace-trace"}\n', 'PTRACE']) {
    writeFileSync(file, text);
    expect(await refusal()).toMatch(text === 'PTRACE' ? /is damaged: it ends after 6 bytes/ : /is no checkpoint of pterace$/);
  }
  const later = Buffer.from(whole);
  later.writeUInt32LE(7, PREFIX - 8);
  writeFileSync(file, later);
  expect(await refusal()).toContain('has format 7, and this pterace reads format 1');
});

test('a checkpoint of something else is refused', async () => {
  await written();
  expect(await refusal({ ...counters(3, 20), hash: '1111111111111111' })).toContain('was written for another version of test/case');
  expect(await refusal(counters(3, 40))).toContain('was written for another version of test/case');
  expect(await refusal(counters(3, 20), { properties: [] })).toContain('is of a search for all properties');
  expect(await refusal(counters(3, 20), { maxStates: 10 })).toMatch(/holds \d+ states already, more than the 10 allowed/);
  expect(await refusal(counters(3, 20), { search: 'dfs' })).toContain('only a breadth-first search has checkpoints');
});

test('a file that cannot be written, or is something else, is said before the search', async () => {
  const g = counters(6, 29);
  const other = path.join(folder, 'notes.txt');
  writeFileSync(other, 'precious');
  mkdirSync(path.join(folder, 'full'), { recursive: true });
  await expect(check(g, { checkpoint: { ...checkpoint, file: other } })).rejects.toThrow(/notes.txt is there and is no checkpoint: it will not be overwritten/);
  expect(readFileSync(other, 'utf8')).toBe('precious');
  await expect(check(g, { checkpoint: { ...checkpoint, file: path.join(folder, 'no/where') } })).rejects.toThrow(/^cannot write the checkpoint .*ENOENT/);
  await expect(check(g, { checkpoint: { ...checkpoint, file: path.join(folder, 'full') } })).rejects.toThrow(/^cannot write the checkpoint .*EISDIR/);
  expect(existsSync(`${other}.part`)).toBe(false);
});
