/** Claims of docs/findings.md that go beyond what a scenario declares. */
import { describe, expect, it } from 'vitest';
import { I1Strong, I1Weak, I3, I5, I8Dirty } from '../../properties/index.ts';
import type { KernelConfig } from '../../model/kernel/version.ts';
import { dontneed, journals, kthread, mprotectsWritable, pdflush, program, reclaims, sibling, stores, strips, truncates } from '../../model/scenarios/actors.ts';
import { fileScenario, type FileScenario } from '../../model/scenarios/world.ts';
import '../../testing/vitest.ts';

type World = Pick<FileScenario, 'start' | 'cpus' | 'properties'> & Pick<FileScenario, 'machine'>;

function at(kernel: KernelConfig, world: World) {
  return fileScenario({ id: 'test/finding', title: '', about: '', kernel, expect: { verdict: 'holds' }, ...world });
}

describe('try_to_free_buffers under a writable PTE', () => {
  const world = { start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), kthread('kjournald', journals), kthread('kswapd', strips)] } as const;
  const buffers = { fs: { buffers: true } } as const;

  it.each(['2.6.20', '2.6.30', '3.15'] as const)('%s: I1-strong and I3 break, I1-weak holds', async (version) => {
    await expect(at({ version, ...buffers }, { ...world, properties: [I1Strong] })).toViolate('I1-strong');
    await expect(at({ version, ...buffers }, { ...world, properties: [I3] })).toViolate('I3');
    await expect(at({ version, ...buffers }, { ...world, properties: [I1Weak] })).toHold();
  });

  it.each(['v5', '2.6.19'] as const)('%s: the store is lost for good', async (version) => {
    await expect(at({ version, ...buffers }, { ...world, properties: [I1Weak] })).toViolate('I1-weak');
  });
});

describe('A4.3, window 1', () => {
  const world = {
    machine: { tlbs: false }, start: { maps: [{ pte: 'ro' }], freeFrames: 1 },
    cpus: [program(0, stores), sibling(0, stores, dontneed), kthread('kswapd', reclaims)], properties: [I5],
  } as const;
  const variants = ['zap leaves shared pages to PG_dirty', 'no page reference over set_page_dirty'] as const;

  it.each(['v5', '2.6.20'] as const)('%s: mmap_sem closes it', async (version) => {
    await expect(at({ version, variants }, world)).toHold();
  });

  it('2.6.23: it is open', async () => {
    await expect(at({ version: '2.6.23', variants }, world)).toViolate('I5');
  });
});

it('A4.12 needs a file system without page_mkwrite', async () => {
  const world = { start: { maps: [{ pte: 'ro', writable: false }] }, cpus: [program(0, stores), sibling(0, mprotectsWritable), pdflush], properties: [I3] } as const;
  await expect(at({ version: 'v5' }, world)).toViolate('I3');
  await expect(at({ version: 'v5', fs: { mkwrite: true } }, world)).toHold();
});

it.each(['2.6.19', '2.6.23'] as const)('B05 by mprotect, %s', async (version) => {
  const world = { start: { dirty: true, maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), sibling(0, mprotectsWritable), pdflush], properties: [I3] } as const;
  await expect(at({ version }, world)).toViolate('I3');
});

it.each(['2.6.30', '3.15', '6.2'] as const)('PG_dirty on a page without mapping, %s: only without page_mkwrite', async (version) => {
  const world = { start: { maps: [{ pte: 'ro' }], freeFrames: 1 }, cpus: [program(0, stores), kthread('ftruncate', truncates)], properties: [I8Dirty] } as const;
  await expect(at({ version }, world)).toViolate('I8-dirty');
  await expect(at({ version, fs: { mkwrite: true } }, world)).toHold();
});
