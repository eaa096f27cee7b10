/** One test for each entry of docs/limits.md under "Thread 004". */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const ours = scenarios.filter((s) => s.id.startsWith('seed-004/'));
const programs = new Map<string, Program>(ours.map((s) => [s.id, s.build()]));
const using = (place: string): string[] => [...programs].filter(([, p]) => p.places.some((d) => d.name === place)).map(([id]) => id);
function text(id: string, name: string): string {
  const program = programs.get(id);
  const found = program?.procs.find((p) => p.name === name);
  if (program === undefined || found === undefined) throw new Error(`${id} has no ${name}`);
  return listing(found, program);
}
const dimensions = (place: string): readonly string[] => [...programs.values()].flatMap((p) => p.places).find((d) => d.name === place)?.dims ?? ['absent'];
const places = (): string[] => [...new Set([...programs.values()].flatMap((p) => p.places.map((d) => d.name)))];
const procs = (): string[] => [...new Set([...programs.values()].flatMap((p) => p.procs.map((q) => q.name)))];

/** By the id of the entry. */
const pins: Readonly<Record<string, () => void>> = {
  'cache-copy': () => {
    expect(places().filter((name) => name.startsWith('cache_'))).toEqual(['cache_first_half', 'cache_second_half']);
    expect(text('seed-004/a4.1-fscache-mkwrite', 'fscache_write_page').match(/\n +\d+ /g)).toHaveLength(3);
  },
  'sigbus': () => {
    expect(using('sigbus_pending').length).toBeGreaterThan(0);
    for (const id of using('sigbus_pending')) {
      expect(ours.find((s) => s.id === id)?.machine, id).toContain('no TLBs');
      expect(programs.get(id)?.procs.map((p) => p.name), id).not.toContain('write_cache_pages');
    }
  },
  'throttle': () => {
    expect(procs().filter((name) => /ratelimit/.test(name))).toEqual([]);
    expect(text('seed-004/a4.16-balanced', 'balance_dirty_pages').match(/\n +\d+ /g)).toHaveLength(1);
  },
  'nonlinear-mapping': () => {
    expect(dimensions('VM_NONLINEAR')).toEqual(['mm_t', 'va_t']);
    expect(text('seed-004/a4.13-nonlinear-missed', 'page_mkclean_file')).toMatch(/find_vma[^]*VM_NONLINEAR/);
    for (const id of using('VM_NONLINEAR')) expect(programs.get(id)?.procs.map((p) => p.name), id).not.toContain('try_to_unmap');
  },
  'invalidation': () => {
    expect(programs.get('seed-004/a4.15-page-locked')?.procs.find((p) => p.name === 'invalidate_inode_pages2')?.params).toEqual([]);
    expect(text('seed-004/a4.15-page-locked', 'invalidate_complete_page2')).not.toMatch(/launder|release/);
  },
  'old-version': () => {
    expect([dimensions('old_cache'), dimensions('old_mapping'), dimensions('maps_old')]).toEqual([[], ['pfn_t'], ['mm_t']]);
    expect(text('seed-004/a4.17-mkwrite', 'version_nopage')).not.toContain('tree_lock.held');
  },
  'software-tlb': () => {
    const preload = [...programs].filter(([, p]) => p.procs.some((q) => listing(q, p).includes('update_mmu_cache'))).map(([id]) => id);
    expect(preload).toEqual(['seed-004/a4.20-reads-again', 'seed-004/a4.20-keeps-the-value']);
  },
};

describe('the model is still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
});

it('docs/limits.md has these entries of thread 004, in this order', () => {
  const section = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split('\n## ').find((part) => part.startsWith('Thread 004')) ?? '';
  expect([...section.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
