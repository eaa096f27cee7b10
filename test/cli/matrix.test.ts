import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SyntaxValidator } from 'fast-xml-validator';
import { describe, expect, it } from 'vitest';
import { realHost } from '../../cli/host.ts';
import { matrixSchema } from '../../cli/json-matrix.ts';
import { shortCount } from '../../cli/matrix-report.ts';
import { runFake } from '../fake.ts';

const run = (argv: readonly string[]) => runFake(['matrix', ...argv, '--jobs', '1'], realHost);

describe('matrix', () => {
  it('shows the triangle of the agents named, and a finding', async () => {
    const { code, out } = await run(['mprotect', 'munmap', '--kinds', 'file', '--check']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ 1 munmap +\d+\n 2 mprotect +\d+ +\d+\n/m);
    expect(out).toMatch(/^3 of 3 fields hold, \d+ worlds, [\d,]+ states/m);
  });

  it('answers in JSON, and draws', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'pterace-')), 'map.svg');
    const { code, out } = await run(['munmap', 'ksm', '--kinds', 'file', '--json', '--svg', file]);
    expect(code).toBe(0);
    const answer = matrixSchema.parse(JSON.parse(out));
    expect(answer.fields.map((f) => [f.agents.join('+'), f.verdict, f.reason === null])).toEqual([['munmap+munmap', 'holds', true], ['munmap+ksm', null, false], ['ksm+ksm', null, false]]);
    const svg = readFileSync(file, 'utf8');
    expect(SyntaxValidator.validate(svg)).toBe(true);
    expect(svg.match(/<title>munmap, munmap: holds, [\d,]+ states<\/title>/g)).toHaveLength(1);
  });

  it('never says that a search holds that was cut short', async () => {
    const { code, out } = await run(['munmap', 'mprotect', '--kinds', 'file', '--max-states', '50', '--json']);
    expect(code).toBe(3);
    const { fields, ok, complete } = matrixSchema.parse(JSON.parse(out));
    expect([ok, complete, ...new Set(fields.map((f) => f.verdict))]).toEqual([false, false, 'incomplete']);
  });

  it('runs three at once, and never says that they hold when it was cut short', async () => {
    const { code, out } = await run(['munmap', 'mprotect', 'fork', '--triples', '--kinds', 'file', '--max-states', '100']);
    expect(code).toBe(3);
    expect(out).toMatch(/munmap \+ mprotect \+ fork +[\d,]+ +file-rw file-ro +incomplete/);
    expect(out).toMatch(/not searched to its end: the state limit was reached/);
  });

  it('runs two with every third, and one twice', async () => {
    const { out } = await run(['munmap', 'munmap', '--triples', '--recorded', '--json']);
    const all = matrixSchema.parse(JSON.parse(out)).fields;
    expect(all).toHaveLength(15);
    expect(all.every((f) => f.agents.filter((a) => a === 'munmap').length >= 2)).toBe(true);
    const one = await run(['munmap', 'mprotect', 'munmap', '--triples', '--kinds', 'huge', '--reduce', 'all', '--json']);
    expect(one.code).toBe(0);
    const { fields, reduced } = matrixSchema.parse(JSON.parse(one.out));
    expect(reduced).toEqual(['movers', 'persistent', 'symmetry']);
    expect(fields.map((f) => [f.agents.join('+'), f.verdict])).toEqual([['munmap+munmap+mprotect', 'holds']]);
  });

  it('says of three what a pair of them breaks, and asks for the rest', async () => {
    const { code, out } = await run(['munmap', 'writeback', 'gup-fast', '--triples', '--kinds', 'file']);
    expect(code).toBe(0);
    expect(out).toMatch(/writeback \+ munmap \+ gup-fast +[\d,]+ +file-rw file-ro file-none +holds but for I12b/);
    expect(out).toMatch(/^matrix\/file-rw\/writeback\+gup-fast +in 1 world of three, which were asked for all but I12b/m);
    expect(out).toMatch(/^0 of 1 fields hold, 1 but for what a pair in them breaks/m);
  });

  it('checks a cell by its id', async () => {
    expect((await runFake(['check', 'matrix/file-rw/munmap+munmap'], realHost)).code).toBe(0);
    expect((await runFake(['check', 'matrix/file-rw/munmap+reclaim#munmap-no-flush'], realHost)).code).toBe(1);
  });

  it.each([
    [['munmpa'], /there is no agent 'munmpa'; did you mean munmap/],
    [['--kinds', 'files'], /there is no kind of memory 'files'; did you mean file/],
    [['--update', '--max-states', '5'], /--update contradicts a limit/],
    [['--check', '--max-states', '5'], /--check contradicts/],
    [['--triples', 'munmap', 'munmap', 'munmap', 'munmap'], /a triple has three agents/],
    [['--check', '--triples', '--max-depth', '5'], /--check --triples takes no limit but --max-states/],
    [['--check', '--reduce', 'all'], /--check contradicts --reduce/],
    [['--update', '--recorded'], /--update contradicts --recorded/],
    [['--check', '--update'], /--check contradicts --update/],
  ])('%j: a mistake', async (argv, message) => {
    const { code, out, err } = await run(argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(message);
  });
});

it('counts short', () => {
  expect([350, 12_345, 1_234_567, 12_345_678].map(shortCount)).toEqual(['350', '12k', '1.2M', '12M']);
});
