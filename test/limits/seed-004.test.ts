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
const places = (): string[] => [...new Set([...programs.values()].flatMap((p) => p.places.map((d) => d.name)))];
const procs = (): string[] => [...new Set([...programs.values()].flatMap((p) => p.procs.map((q) => q.name)))];

/** By the id of the entry. */
const pins: Readonly<Record<string, () => void>> = {
  'cache-copy': () => {
    expect(places().filter((name) => /cache/.test(name) && name !== 'page_cache')).toEqual(['cache_first_half', 'cache_second_half']);
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
};

describe('the model is still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
});

it('docs/limits.md has these entries of thread 004, in this order', () => {
  const section = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split('\n## Thread ').find((part) => part.startsWith('004')) ?? '';
  expect([...section.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
