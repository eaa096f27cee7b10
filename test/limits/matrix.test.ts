/** The entries of docs/limits.md under "The matrix". */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readTriples, RECORDED_BY } from '../../cli/triples-file.ts';
import { listing } from '../../model/language/listing.ts';
import { lower } from '../../model/language/lower.ts';
import type { Program } from '../../model/language/ir.ts';
import { drop } from '../../model/language/index.ts';
import { agents, cellId, cellNamed, cellScenario, choices, fieldOf, findings, kindsOf, type Kind } from '../../model/matrix/index.ts';
import { check } from '../../schedules/check.ts';

const built = (id: string): Program => cellNamed(id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};
const size = (id: string, type: string): number => {
  const found = built(id).types.find((t) => t.name === type);
  return found?.kind === 'index' ? found.size : 0;
};
/** The agents that do not exist in the kind. */
const notIn = (kind: Kind): string[] => agents.filter((a) => !kindsOf(a).includes(kind)).map((a) => a.id);

const pins: Readonly<Record<string, () => void | Promise<void>>> = {
  'matrix-three': async () => {
    expect(RECORDED_BY).toEqual(['movers', 'persistent']);
    expect(Object.keys(await readTriples()).filter((id) => id.split('+').length !== 3)).toEqual([]);
    expect(cellNamed('matrix/file-rw/munmap+munmap+munmap+munmap')).not.toBeNull();
  },
  'matrix-but-for-a-pair': () => {
    const asked = (id: string): string[] => built(id).properties.map((p) => p.name);
    const [pair, triple] = [asked('matrix/file-rw/writeback+gup-fast'), asked('matrix/file-rw/writeback+munmap+gup-fast')];
    expect(pair.filter((name) => !triple.includes(name))).toEqual(['I12b']);
    const broken = findings.filter((f) => choices(agents, 3).flatMap((some) => fieldOf(some).cells).some((c) => f.cells.test(cellId(c))));
    expect(broken.map((f) => f.expect.property)).toEqual(['I7', 'I7-mapped']);
  },
  'matrix-one-turn': () => {
    const { threads, procs } = built('matrix/file-rw/read-fault+munmap');
    expect(threads.filter((t) => t.daemon === 'no').map((t) => t.name)).toEqual(['read_fault_0', 'munmap_1']);
    expect(threads.filter((t) => t.daemon !== 'no').map((t) => t.name.replace(/\d.*/, '')).sort()).toEqual(['bystander', 'fill', 'fill', 'ipi', 'ipi']);
    expect(procs.find((p) => p.name.startsWith('bystander'))?.body.filter((s) => s.s === 'while' || s.s === 'forever')).toEqual([]);
  },
  'matrix-one-page': () => {
    expect([size('matrix/file-rw/munmap+mremap', 'va_t'), size('matrix/anon-rw/munmap+ksm', 'va_t'), size('matrix/anon-rw/munmap+ksm', 'mm_t')]).toEqual([2, 1, 2]);
    expect([size('matrix/huge-rw/munmap+munmap', 'sub_t'), size('matrix/huge-rw/munmap+munmap', 'range_t')]).toEqual([1, 1]);
  },
  'matrix-kinds': () => {
    expect([notIn('file'), notIn('anon'), notIn('huge')]).toEqual([
      ['ksm', 'thp-split', 'collapse'], ['writeback', 'truncate', 'thp-split', 'collapse'], ['writeback', 'truncate'],
    ]);
    expect(['file-rw/munmap+truncate', 'large-rw/munmap+thp-split', 'text-ro/munmap+collapse', 'private-rw/munmap+ksm'].filter((id) => built(`matrix/${id}`).places.some((p) => p.name === 'pmd'))).toEqual([]);
  },
  'matrix-huge-files': () => {
    expect([notIn('large'), notIn('text')]).toEqual([
      ['migration', 'ksm', 'collapse'], ['write-fault', 'mprotect', 'mremap', 'gup-fast', 'migration', 'ksm', 'thp-split'],
    ]);
    expect(text('matrix/large-rw/munmap+thp-split', 'split_huge_pages_in_file')).toMatch(/split_huge_page_to_list/);
    expect(text('matrix/large-rw/truncate+thp-split', 'truncate_inode_pages')).not.toMatch(/split|large/);
  },
  'matrix-collapse-file': () => {
    const collapse = text('matrix/text-ro/truncate+collapse', 'collapse_file');
    expect(collapse).not.toMatch(/readahead|filemap_flush|isolate|retract/);
    expect(built('matrix/text-ro/read-fault+collapse').threads.filter((t) => text('matrix/text-ro/read-fault+collapse', t.proc).includes('pin_user_pages'))).toEqual([]);
    expect(text('matrix/text-ro/truncate+collapse', 'open_and_truncate')).toMatch(/do_dentry_open[^]*vmtruncate/);
  },
  'matrix-itself': () => {
    const runs = (id: string, proc: string): number => built(id).threads.filter((t) => text(id, t.proc).includes(`${proc}(`)).length;
    const [merging, collapsing] = ['matrix/anon-rw/ksm+ksm', 'matrix/huge-table/collapse+collapse'];
    expect([runs(merging, 'cmp_and_merge_page'), runs(merging, 'ksm_madvise'), runs(collapsing, 'collapse_huge_page')]).toEqual([1, 1, 2]);
    expect(text(merging, 'break_ksm')).toMatch(/handle_pte_fault\([^)]*true\)/);
    for (const id of ['ksm', 'collapse']) expect(choices(agents, 3).filter((three) => three.filter((a) => a.id === id).length > 1).flatMap((three) => fieldOf(three).cells)).toEqual([]);
  },
  'matrix-private': () => {
    expect(notIn('private')).toEqual(['mremap', 'fork', 'gup-fast', 'migration', 'thp-split', 'collapse', 'reclaim']);
    const cells = choices(agents, 2).flatMap((pair) => fieldOf(pair).cells).filter((c) => c.kind === 'private');
    expect(cells.filter((c) => !c.agents.some((a) => ['ksm', 'truncate'].includes(a.id)))).toEqual([]);
    expect(built('matrix/private-none/write-fault+ksm').procs.flatMap((p) => (text('matrix/private-none/write-fault+ksm', p.name).includes('anon_vma') ? [p.name] : []))).toEqual([]);
    expect(choices(agents, 3).flatMap((three) => fieldOf(three).cells).filter((c) => c.kind === 'private')).toEqual([]);
  },
  'matrix-swap': () => {
    const swaps = (id: string): boolean => built(id).places.some((p) => p.name === 'swap_map');
    expect([swaps('matrix/anon-rw/dontneed+reclaim'), swaps('matrix/anon-rw/munmap+munmap'), swaps('matrix/huge-rw/munmap+munmap'), swaps('matrix/huge-rw/munmap+reclaim')]).toEqual([true, false, false, true]);
    expect([size('matrix/anon-rw/dontneed+reclaim', 'swp_t'), size('matrix/anon-rw/dontneed+reclaim+reclaim', 'swp_t')]).toEqual([1, 2]);
  },
  'matrix-fork-of-files': () => {
    expect(text('matrix/file-rw/munmap+fork', 'dup_mmap')).toMatch(/copy_one_pte|copy_page_range/);
  },
  'matrix-split': () => {
    expect(built('matrix/huge-rw/munmap+thp-split').procs.map((p) => p.name)).not.toContain('split_huge_page');
  },
  'matrix-migration-entries': () => {
    expect(built('matrix/anon-rw/munmap+migration').types.find((t) => t.name === 'pte_t')).toMatchObject({ fields: ['P', 'pfn', 'W', 'D', 'A'].map((name) => ({ name })) });
  },
  'matrix-flushes': () => {
    const programs = ['matrix/file-rw/munmap+reclaim', 'matrix/anon-rw/munmap+migration'].map(built);
    expect(programs.flatMap((p) => p.procs.filter((q) => /batch/.test(q.name)))).toEqual([]);
  },
  'matrix-huge-moves': () => {
    const { procs, types } = built('matrix/huge-rw/munmap+migration');
    expect(procs.map((p) => p.name)).toContain('split_huge_page_to_list');
    expect(types.find((t) => t.name === 'pmd_kind_t')).toMatchObject({ values: ['NONE', 'TABLE', 'HUGE', 'INVALID'] });
  },
  'matrix-walkers': () => {
    const places = (id: string): string[] => built(id).places.map((p) => p.name).filter((name) => ['PG_head', 'off_lru'].includes(name)).sort();
    expect([places('matrix/huge-table/migration+collapse'), places('matrix/huge-table/munmap+collapse')]).toEqual([['PG_head', 'off_lru'], []]);
    expect([text('matrix/huge-table/migration+collapse', 'collapse_huge_page'), text('matrix/huge-table/munmap+collapse', 'collapse_huge_page')].map((t) => t.includes('i_mmap_lock_write'))).toEqual([true, false]);
  },
  'matrix-collapse-writable': () => {
    expect(text('matrix/huge-table/migration+collapse', 'collapse_huge_page')).toMatch(/__collapse_huge_page_isolate\(pte_pfn\(pte\), pte_write\(pte\) \|\| vma\.W\)/);
  },
  'matrix-walk-locks-first': () => {
    expect(text('matrix/huge-table/munmap+migration', 'try_to_migrate_one')).toMatch(/\*pmd[^]*spin_lock\(ptl\)[^]*\*pte/);
  },
  'matrix-lost-stores': async () => {
    const asked = (id: string): string[] => built(id).properties.map((p) => p.name).filter((name) => /^I1(-|$)/.test(name));
    expect([asked('matrix/anon-rw/write-fault+fork'), asked('matrix/anon-rw/fork+reclaim')]).toEqual([[], ['I1-anon']]);
    const fork = agents.find((a) => a.id === 'fork')!;
    const unlocked = { name: 'no-vma-lock', what: '', against: 'write-fault', start: 'rw', mutations: [drop('dup_mmap', 'vma_start_write')], property: '' } as const;
    const cell = fieldOf([agents.find((a) => a.id === 'write-fault')!, { ...fork, kinds: { anon: { ...fork.kinds.anon!, mutants: [unlocked] } } }]).cells.find((c) => c.start === 'rw')!;
    const mutant = cellScenario(cell).mutants.find((m) => m.name === 'fork-no-vma-lock')!;
    expect((await check(lower(mutant.build()))).verdict).toBe('holds');
  },
  'matrix-huge-swap': () => {
    const { properties, procs } = built('matrix/huge-rw/collapse+reclaim');
    expect(properties.find((p) => p.name === 'I1-anon')?.conjuncts).toHaveLength(1);
    expect([text('matrix/huge-rw/collapse+reclaim', 'collapse_huge_page').includes('do_swap_page'), procs.map((p) => p.name).includes('split_huge_page_to_list')]).toEqual([false, true]);
    expect(text('matrix/huge-rw/write-fault+reclaim', 'map_swapped_page')).not.toMatch(/return WP/);
  },
  'matrix-two-forms': () => {
    const [small, huge] = ['matrix/anon-rw/write-fault+fork', 'matrix/huge-table/write-fault+fork'];
    const files = ['do_anonymous_page', 'wp_page_copy', 'do_wp_page', 'handle_pte_fault'].map((name) => [small, huge].map((id) => /model\/kernel\/(\w+)\.ts/.exec(text(id, name))?.[1]));
    expect(files.filter(([one, two]) => one === two)).toEqual([]);
    expect([small, huge].map((id) => /pte_clear\([^]*flush_tlb_page/.test(text(id, 'wp_page_copy')))).toEqual([false, true]);
    expect([small, huge].map((id) => text(id, 'handle_pte_fault').search(/pte_write/) < text(id, 'handle_pte_fault').search(/spin_lock|pte_offset_map_lock/))).toEqual([false, true]);
  },
};

it.each(Object.entries(pins))('%s', async (_, pin) => { await pin(); });

it('docs/limits.md has these entries, in this order', () => {
  const section = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split('\n## ').find((part) => part.startsWith('The matrix')) ?? '';
  expect([...section.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
