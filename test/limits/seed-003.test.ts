/** One test for each entry of docs/limits.md under "Thread 003". */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { helpers } from '../../model/scenarios/seed-003/helpers.ts';
import { pendingScenarios } from '../../model/scenarios/seed-003/pending.ts';
import { protocol } from '../../model/scenarios/seed-003/protocol.ts';
import { vmwgfx } from '../../model/scenarios/seed-003/vmwgfx.ts';

const objects: readonly Program[] = [...helpers, ...protocol, ...pendingScenarios, ...vmwgfx].map((s) => s.build());
const placesOf = (p: Program): Record<string, readonly string[]> => Object.fromEntries(p.places.map((q) => [q.name, q.dims]));
const procNames = new Set(objects.flatMap((p) => p.procs.map((q) => q.name)));
const proc = (name: string): string => JSON.stringify(objects.flatMap((p) => p.procs).find((q) => q.name === name)?.body);
const sizeOf = (p: Program, type: string): number => p.types.flatMap((t) => (t.name === type && t.kind === 'index' ? [t.size] : []))[0] ?? 0;

const pins: Readonly<Record<string, () => void>> = {
  'special-everywhere': () => {
    for (const p of objects) expect(Object.keys(placesOf(p))).not.toEqual(expect.arrayContaining(['_mapcount']));
    expect(procNames).not.toContain('wp_page_copy');
  },
  'two-page-object': () => {
    expect(Math.max(...objects.map((p) => sizeOf(p, 'va_t')))).toBe(2);
    for (const p of objects) expect(placesOf(p)).toMatchObject({ pte: ['mm_t', 'va_t'] });
  },
  'bits-apart': () => { for (const p of objects.filter((q) => 'bitmap' in placesOf(q))) expect(placesOf(p)['bitmap']).toEqual(['cpu_t', 'va_t']); },
  'flush-page-by-page': () => expect(proc('flush_tlb_range')).toContain('flush_tlb_page'),
  'no-notifiers': () => expect([...procNames].filter((n) => /notifier|flush_cache/.test(n))).toEqual([]),
  'method-by-choice': () => expect(proc('vmw_bo_dirty_scan_pagetable')).toContain('"s":"choose"'),
  'device-reads-at-once': () => expect(proc('vmw_bo_dirty_transfer_to_res')).toContain('vmw_resource_dirty_update'),
  'no-prefault': () => expect(proc('vmw_bo_vm_fault')).not.toContain('up_read'),
  'nothing-moves': () => expect([...procNames].filter((n) => /mremap|move|huge/.test(n))).toEqual([]),
};

describe('docs/limits.md, thread 003', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  const section = page.slice(page.indexOf('## Thread 003')).split(/\n## (?!Thread 003)/)[0] as string;
  const entries = [...section.matchAll(/^- \*\*`((?!thp-)[^`]+)`\*\*/gm)].map((m) => m[1] as string);

  it('has a test for each entry, and an entry for each test', () => expect(entries).toEqual(Object.keys(pins)));
  it.each(entries)('%s', (id) => { pins[id]?.(); });
});
