/** One test for each `thp-` entry of docs/limits.md: it fails when the model stops being coarse in that way. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { cellNamed } from '../../model/matrix/index.ts';
import { seed003Thp } from '../../model/scenarios/seed-003/thp.ts';
import { listed } from '../seeds/thp-listed.ts';

const programs: readonly (readonly [string, Program])[] = seed003Thp.map((s) => [s.id, s.build()]);
const everyProc = () => new Set(programs.flatMap(([, p]) => p.procs.map((q) => q.name)));
const dims = (place: string) => new Set(programs.flatMap(([, p]) => p.places.filter((d) => d.name === place).map((d) => d.dims.join())));
const fields = (type: string) => programs.flatMap(([, p]) => p.types.filter((t) => t.name === type)).flatMap((t) => (t.kind === 'record' ? [t.fields.map((f) => f.name).join()] : []));

const pins: Readonly<Record<string, () => void>> = {
  'thp-two-levels': () => {
    expect([...dims('pmd'), ...dims('table_pte')]).toEqual(['mm_t,range_t', 'table_t,sub_t']);
    expect(programs.flatMap(([, p]) => p.places.filter((d) => /pud|pgd/.test(d.name)))).toEqual([]);
  },
  'thp-one-pmd-lock': () => {
    expect([...dims('pmd_lock'), ...dims('table_ptl')]).toEqual(['mm_t', 'table_t']);
    expect([...everyProc()].filter((n) => /deposit|withdraw/.test(n))).toEqual([]);
  },
  'thp-walk-caches': () => {
    expect([...dims('walk_cache')]).toEqual(['cpu_t,range_t']);
    expect(new Set(fields('walk_cache_t'))).toEqual(new Set(['V,table']));
  },
  'thp-driver-says-yes': () => {
    expect([...everyProc()].filter((n) => /mkwrite|->fault/.test(n))).toEqual([]);
  },
  'thp-munmap-locked': () => {
    expect(listed('seed-003/a3.1-munmap', '__do_munmap')).not.toMatch(/downgrade|down_read/);
    expect(new Set(fields('vma_t'))).toEqual(new Set(['linked,W,S,prot_W']));
  },
  'thp-no-retract': () => {
    expect([...everyProc()].filter((n) => /retract|trylock/.test(n))).toEqual([]);
    expect(listed('seed-003/a3.1-collapse', 'collapse_pte_mapped_thp')).not.toMatch(/rmap|_page\(|count/);
  },
  'thp-anon-copies': () => {
    expect(listed('seed-003/thp-mapcount', 'handle_anon_fault')).not.toMatch(/alloc_page|copy_user_page/);
    expect([...dims('anon_vma_lock')]).toEqual([]);
  },
  'thp-mapped-once': () => {
    expect([...dims('compound')]).toEqual(['']);
    expect(listed('seed-003/thp-split-page-vs-fault', '__migration_entry_wait')).toContain('wait_on_page_locked(');
    expect(listed('seed-003/thp-split-page-vs-gup', 'split_huge_page_to_list').match(/lock_page\(/g)).toHaveLength(2);
    expect(listed('seed-003/thp-collapse-vs-gup', 'collapse_huge_page')).not.toMatch(/pte_free/);
  },
  'thp-gup-fast-only': () => {
    expect(listed('seed-003/thp-split-page-vs-gup', 'get_user_pages_fast_only')).not.toMatch(/down_read|FOLL_PIN/);
  },
  'thp-exclusive': () => {
    const world = cellNamed('matrix/huge-rw/fork+gup-fast')!.build();
    const text = (name: string) => listing(world.procs.find((p) => p.name === name)!, world);
    expect(text('do_anonymous_page')).not.toContain('zero_pfn');
    expect(text('__split_huge_pmd_locked')).not.toContain('page_ref_add');
    expect(text('copy_present_pte')).toMatch(/alloc_page\(\)/);
    expect(text('copy_pte_range').match(/spin_lock/g)).toHaveLength(1);
    expect(text('follow_trans_huge_pmd')).toContain('try_grab_page(');
  },
};

describe('the model is still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
});

it('docs/limits.md has these entries, in this order', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  expect([...page.matchAll(/^- \*\*`(thp-[\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
