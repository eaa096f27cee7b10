/** Spin, where installed, says of the classic locks under its weak fairness (`pan -a -f`) what we say. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { inFolder, installed, output, outputOf } from '../../cli/crosscheck-run.ts';
import { lower } from '../../model/language/lower.ts';
import { starvation } from '../../model/classics/starvation.ts';
import { promelaProcesses } from '../../schedules/promela-processes.ts';
import { check } from '../../schedules/check.ts';

const present = (await installed('spin')) && (await installed('gcc'));
const { signal } = new AbortController();
const NAMES = ['progress-peterson-2', 'progress-ticket-3', 'progress-mcs-2', 'progress-dekker', 'progress-szymanski-2', 'starvation-test-and-set', 'starvation-lamport-fast'];

/** Whether process 0 gets in again and again, in every fair run. */
async function spinSays(text: string): Promise<boolean> {
  return inFolder(async (folder) => {
    // A formula may not speak of what is hidden from the state.
    await writeFile(path.join(folder, 'm.pml'), `${text.replaceAll(/^HIDDEN\(byte\)/gm, 'byte')}ltl entry { [] (<> (inside_0 == 1)) }\n`);
    await output('spin', ['-o2', '-a', 'm.pml'], folder, signal);
    await output('gcc', ['-O0', '-w', '-DNOREDUCE', '-DNFAIR=4', '-o', 'pan', 'pan.c'], folder, signal);
    const said = await outputOf('./pan', ['-a', '-f', '-n', '-m100000'], folder, signal);
    expect(said).toMatch(/errors: [01]\n/);
    return said.includes('errors: 0');
  });
}

it.skipIf(!present).each(NAMES)('%s', { timeout: 60_000 }, async (name) => {
  const graph = lower(starvation.find((s) => s.id === `classic/${name}`)!.build());
  const ours = await check(graph, { properties: ['entry p0'] });
  const { progress, ...safe } = graph;
  expect(progress).toBeDefined();
  expect(await spinSays(promelaProcesses(name, safe))).toBe(ours.verdict === 'holds');
});
