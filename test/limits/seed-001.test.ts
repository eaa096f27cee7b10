/** One test for each entry of docs/limits.md under "Thread 001". */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { listing } from '../../model/language/listing.ts';
import type { Program } from '../../model/language/ir.ts';
import { seed001 } from '../../model/scenarios/seed-001/index.ts';

const programs = new Map<string, Program>(seed001.map((s) => [s.id, s.build()]));

function recorded(scenario: string): Program {
  const program = programs.get(`seed-001/${scenario}`);
  if (program === undefined) throw new Error(`no scenario ${scenario}`);
  return program;
}

/** The procedure as C, without source locations. */
function text(scenario: string, name: string): string {
  const program = recorded(scenario);
  const proc = program.procs.find((p) => p.name === name);
  if (proc === undefined) throw new Error(`${scenario} has no ${name}`);
  return listing(proc, program).replace(/ +\/\* (?:model|properties)\/.*?\*\//g, '');
}

const fields = (scenario: string, type: string): string[] => {
  const decl = recorded(scenario).types.find((t) => t.name === type);
  return decl?.kind === 'record' ? decl.fields.map((f) => f.name) : [];
};
const dims = (scenario: string, place: string): readonly string[] | undefined => recorded(scenario).places.find((p) => p.name === place)?.dims;

const pins: Readonly<Record<string, () => void>> = {
  'refpage-sources': () => {
    const named = [...programs.values()].flatMap((p) => p.procs.flatMap((q) => (q.models === null ? [] : [q.models.fn]))).filter((fn) => / patch\)/.test(fn));
    expect([...new Set(named)].sort()).toEqual(['refpage_create (v5 patch)', 'refpage_fault (v1 patch)']);
    expect(text('new-close-one-way', 'mmap_refaddr')).not.toMatch(/get_user_pages|\*pte/);
  },
  'refpage-special': () => {
    expect(fields('a1.2-munmap', 'pte_t')).toEqual(['P', 'pfn', 'W', 'D', 'A']);
    expect(fields('a1.2-munmap', 'vm_refpage_t')).toEqual(['set', 'page']);
  },
  'refpage-one-file': () => {
    for (const place of ['f_count', 'f_page', 'fd']) expect(dims('a1.2-munmap', place)).toEqual([]);
    expect(text('a1.2-munmap', 'fput')).toMatch(/atomic_long_dec_and_test\(\);[^]*put_page\(page\)/);
  },
  'refpage-no-zero-page': () => {
    expect(text('a1.4-files-differ', 'do_anonymous_page')).toMatch(/alloc_page\(\)[^]*clear_user_highpage\(page\)/);
  },
  'refpage-gup': () => {
    expect(text('a1.2-pinned', 'get_user_pages')).not.toMatch(/fault|for \(/);
    expect([...programs.values()].flatMap((p) => p.procs).filter((p) => /fast/.test(p.name))).toEqual([]);
  },
  'refpage-merge': () => {
    expect(text('a1.4-files-differ', 'mmap_refpage')).toMatch(/find_vma\(mm, prev\)/);
    expect(text('a1.4-files-differ', 'mmap_refpage').match(/get_file\(\)/g)).toHaveLength(1);
  },
  'refpage-collapse': () => {
    expect(text('new-khugepaged-zeroes', 'collapse_one_level')).toMatch(/down_write\(mm\)[^]*if \(!pte_present\(pte\)\) \{[^]*alloc_page\(\)/);
    expect(text('new-khugepaged-zeroes', 'collapse_one_level')).not.toMatch(/copy_user_page|pmd/);
  },
  'refpage-lru': () => {
    expect(text('a1.6-migration', 'move_pages')).toMatch(/isolate_lru_page\(/);
    expect(dims('a1.6-migration', 'PG_lru')).toBeUndefined();
    expect(text('a1.6-ksm', 'cmp_and_merge_page')).not.toMatch(/checksum|hash/);
  },
  'refpage-vma-freed': () => {
    const noting = recorded('new-create-unlocked').procs.filter((p) => JSON.stringify(p.body).includes('freed_vma_used')).map((p) => p.name);
    expect(noting).toEqual(['get_user_pages']);
  },
};

describe('reference pages are still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
});

it('docs/limits.md has these entries under "Thread 001", in this order', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split(/^## /m).find((s) => s.startsWith('Thread 001')) ?? '';
  expect([...page.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
