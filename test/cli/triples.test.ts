/** The sweep over triples: what is recorded, what is searched again, and what a check complains of. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { realHost, type Host } from '../../cli/host.ts';
import { matrixSchema } from '../../cli/json-matrix.ts';
import { readTriples, saveTriples, type TripleRecord, type TripleRecords } from '../../cli/triples-file.ts';
import { runFake } from '../fake.ts';

const TRIPLE = ['munmap', 'munmap', 'mprotect', '--triples', '--kinds', 'huge', '--jobs', '1'];
const IDS = ['matrix/huge-rw/munmap+munmap+mprotect', 'matrix/huge-table/munmap+munmap+mprotect'];

/** The real worlds with a record in memory; counts its searches. */
function hostWith(records: TripleRecords = {}) {
  const state = { records, searches: 0 };
  const host: Host = {
    ...realHost,
    check: (graph, options) => {
      state.searches++;
      return realHost.check(graph, options);
    },
    recordedTriples: () => Promise.resolve(state.records),
    saveTriples: (saved) => {
      state.records = saved;
      return Promise.resolve();
    },
  };
  return { state, run: (...argv: string[]) => runFake(['matrix', ...TRIPLE, ...argv], host) };
}

const changed = (records: TripleRecords, id: string, to: Partial<TripleRecord>): TripleRecords => ({ ...records, [id]: { ...records[id]!, ...to } });

describe('matrix --triples --update', () => {
  it('records, and searches again only what has changed', async () => {
    const { state, run } = hostWith();
    expect((await run('--update')).code).toBe(0);
    expect([Object.keys(state.records).sort(), state.searches]).toEqual([IDS, 2]);
    const first = state.records;
    expect((await run('--update')).code).toBe(0);
    expect([state.records, state.searches]).toEqual([first, 2]);
    state.records = changed(first, IDS[0]!, { model: '00000000', states: 1 });
    expect((await run('--update')).code).toBe(0);
    expect([state.records, state.searches]).toEqual([first, 3]);
  });

  it('records a search that was cut short as that, and goes on when it may take longer', async () => {
    const { state, run } = hostWith();
    expect((await run('--update', '--max-states', '50')).code).toBe(3);
    expect(Object.values(state.records).map((r) => [r.verdict, r.limit])).toEqual([['incomplete', 'states'], ['incomplete', 'states']]);
    await run('--update', '--max-states', '50');
    expect(state.searches).toBe(2);
    expect((await run('--recorded')).out).toMatch(/munmap \+ munmap \+ mprotect .*incomplete[^]*not searched to its end/);
    expect((await run('--update')).code).toBe(0);
    expect(Object.values(state.records).map((r) => r.verdict)).toEqual(['holds', 'holds']);
  });

  it('searches what is large without reductions, and says so', async () => {
    const { state, run } = hostWith(Object.fromEntries(IDS.map((id) => [id, { model: '00000000', verdict: 'incomplete', limit: 'states', states: 100_000, transitions: 1, depth: 1 }])));
    expect((await run('--update')).code).toBe(0);
    expect(IDS.map((id) => [state.records[id]!.plain, state.records[id]!.verdict])).toEqual([[true, 'holds'], [true, 'holds']]);
    const plain = state.records;
    expect((await run('--check')).code).toBe(0);
    expect((await run('--reduce', 'movers,persistent', '--json')).out).toContain('"plain": false');
    state.records = {};
    await run('--update');
    expect(IDS.map((id) => state.records[id]!.plain)).toEqual([undefined, undefined]);
    for (const id of IDS) expect(state.records[id]!.states).toBeLessThan(plain[id]!.states);
  });

  it('forgets worlds that are no more', async () => {
    const { state, run } = hostWith({ 'matrix/huge-rw/munmap+munmap+swapon': { model: '0', verdict: 'holds', states: 1, transitions: 1, depth: 1 } });
    await run('--update');
    expect(Object.keys(state.records).sort()).toEqual(IDS);
  });
});

describe('matrix --triples --check', () => {
  it('notices another world, other counts and another verdict, in those that are small', async () => {
    const { state, run } = hostWith();
    await run('--update');
    expect((await run('--check')).code).toBe(0);
    const first = state.records;
    const complaints = async (to: Partial<TripleRecord>): Promise<string[]> => {
      state.records = changed(changed(first, IDS[0]!, to), IDS[1]!, { states: 1_000_000 });
      const { code, out } = await run('--check', '--max-states', '10000', '--json');
      expect(code).toBe(1);
      return matrixSchema.parse(JSON.parse(out)).fields.flatMap((f) => f.cells).flatMap((c) => c.differences.map((d) => `${c.id}: ${d}`));
    };
    expect(await complaints({ model: '00000000' })).toEqual([expect.stringContaining(`${IDS[0]}: the world has changed: recorded 00000000`)]);
    expect(await complaints({ states: 3 })).toEqual([expect.stringContaining(`${IDS[0]}: states: recorded 3`)]);
    expect(await complaints({ verdict: 'violated' })).toEqual([`${IDS[0]}: verdict: recorded violated, found holds`]);
  });
});

describe('model/matrix/triples.json', () => {
  const file = (): URL => pathToFileURL(path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'triples.json'));
  const record: TripleRecord = { model: '01234567', verdict: 'holds', states: 5, transitions: 6, depth: 7 };

  it('is read as it was written, and is nothing before', async () => {
    const url = file();
    expect(await readTriples(url)).toEqual({});
    await saveTriples({ b: record, a: { ...record, verdict: 'incomplete', limit: 'states' } }, url);
    expect(Object.keys(await readTriples(url))).toEqual(['a', 'b']);
    expect((await readTriples(url))['b']).toEqual(record);
  });

  it.each([['{', /cannot read the recorded triples/], ['{ "reduced": ["symmetry"], "worlds": {} }', /searches by other reductions/]])('%j is refused', async (text, message) => {
    const url = file();
    writeFileSync(url, text);
    await expect(readTriples(url)).rejects.toThrow(message);
  });
});
