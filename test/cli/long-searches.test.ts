/** The flags of searches that take long: several threads, checkpoints, states on a disk. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkSchema } from '../../cli/json.ts';
import { fakeHost, runFake } from '../fake.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'pterace-long-'));
const file = path.join(folder, 'search.checkpoint');

afterAll(() => { rmSync(folder, { recursive: true }); });

it.each([
  [['--workers', '2', '--search', 'dfs'], '--workers only means something with --search bfs, not dfs'],
  [['--checkpoint', file, '--search', 'random'], '--checkpoint only means something with --search bfs, not random'],
  [['--spill', folder, '--search', 'dfs'], '--spill only means something with --search bfs, not dfs'],
  [['--spill', folder, '--workers', '2'], '--spill contradicts --workers'],
  [['--spill', folder, '--checkpoint', file], '--spill contradicts --checkpoint'],
  [['--checkpoint-every', '5'], '--checkpoint-every only means something with --checkpoint'],
  [['--checkpoint', ''], '--checkpoint needs the name of a file'],
  [['--spill', ''], '--spill needs the name of a folder'],
  [['--workers', '1000'], 'workers must be a whole number from 1 to 256, not 1000'],
  [['--spill', path.join(folder, 'nothing')], `cannot keep states in ${path.join(folder, 'nothing')}: `],
])('refuses %j', async (flags, message) => {
  const { code, out, err } = await runFake(['check', 'fake/locked', ...flags]);
  expect([code, out]).toEqual([2, '']);
  expect(err.startsWith(`pterace: ${message}`)).toBe(true);
});

it('searches with its states on a disk, and leaves none there', async () => {
  const { code, out } = await runFake(['check', 'fake/unlocked', '--spill', folder, '--max-memory', '1K', '--json']);
  expect([code, checkSchema.parse(JSON.parse(out))]).toMatchObject([1, { verdict: 'violated', steps: 4, shortest: true }]);
  expect(readdirSync(folder)).toEqual([]);
});

it('resumes with the properties it began with, under limits of its own', async () => {
  const first = await runFake(['check', 'fake/locked', '--property', 'I-update', '--checkpoint', file, '--max-depth', '2']);
  expect([first.code, first.err]).toEqual([3, `go on with: pterace resume ${file}\n`]);
  const again = await runFake(['resume', file, '--json', '--max-depth', '3']);
  expect([again.code, checkSchema.parse(JSON.parse(again.out)).depth]).toEqual([3, 3]);
  const whole = await runFake(['check', 'fake/locked', '--json']);
  const { verdict, states, transitions, depth } = checkSchema.parse(JSON.parse(whole.out));
  const last = await runFake(['resume', file, '--json']);
  expect(checkSchema.parse(JSON.parse(last.out))).toMatchObject({ verdict, states, transitions, depth });
});

it('says that a scenario has gone, and that a file is no checkpoint', async () => {
  await runFake(['check', 'fake/locked', '--checkpoint', file, '--max-depth', '2']);
  const gone = await runFake(['resume', file], fakeHost({ scenarios: () => Promise.resolve([]) }));
  expect([gone.code, gone.err]).toEqual([2, `pterace: the checkpoint ${file} is of 'fake/locked', a scenario that is no longer there (pterace list shows all)\n`]);
  writeFileSync(file, 'a letter');
  expect(await runFake(['resume', file])).toEqual({ code: 2, out: '', err: `pterace: ${file} is no checkpoint of pterace\n` });
});
