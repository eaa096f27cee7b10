/** One test for each entry of docs/limits.md: it fails when the model stops being coarse in that way. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { check } from '../../schedules/check.ts';
import { ModelError } from '../../schedules/errors.ts';
import { FALSE, Forever, lower, not, peek, program, property, shared, skip, bool, thread } from '../../index.ts';
import { VERSIONS, type KernelConfig } from '../../model/kernel/version.ts';
import { program as cpuProgram, stores } from '../../model/scenarios/actors.ts';
import { fileScenario } from '../../model/scenarios/world.ts';
import { displayed, fieldsOf, kernelScenarios, lockEffects, namesIn, places, procs, programs, statements, stepsCalled, text, typesCalled, writersOf } from './recorded.ts';

const dimensions = (): Record<string, readonly string[]> => Object.fromEntries(places().map((p) => [p.name, p.dims]));
const sizes = (type: string): number[] => typesCalled(type).map((t) => (t.kind === 'index' ? t.size : 0));

/** All state that is not ghost: whatever is not here is not modelled. */
const STATE = [
  'BH_Dirty', 'BH_Lock', 'PG_anon', 'PG_dirty', 'PG_locked', 'PG_writeback', '_count', '_mapcount', 'data', 'disk', 'has_buffers', 'i_mmap_lock',
  'i_size_zero', 'ipi', 'irqs_off', 'mapping', 'mmap_sem', 'page_cache', 'private_lock', 'pte', 'ptl', 'tlb', 'tree_lock', 'truncate_count', 'vma',
];

/** Kernel files that procedures follow. */
const FILES = [
  'arch/i386/mm/fault.c', 'fs/buffer.c', 'fs/jbd/commit.c', 'fs/mpage.c', 'include/asm-generic/pgtable.h', 'kernel/fork.c', 'mm/filemap.c', 'mm/madvise.c',
  'mm/memory.c', 'mm/mmap.c', 'mm/mprotect.c', 'mm/msync.c', 'mm/page-writeback.c', 'mm/rmap.c', 'mm/swap.c', 'mm/truncate.c', 'mm/vmscan.c',
];

/** By the id of the entry. */
const pins: Readonly<Record<string, () => void | Promise<void>>> = {
  'one-page': () => {
    expect(new Set(sizes('va_t'))).toEqual(new Set([1]));
    expect(dimensions()).toMatchObject({ page_cache: [], disk: [], i_size_zero: [], vma: ['mm_t', 'va_t'] });
    expect([Math.max(...sizes('cpu_t')), Math.max(...sizes('mm_t')), Math.max(...sizes('pfn_t'))]).toEqual([4, 2, 2]);
    expect(places().find((p) => p.name === 'mapping')?.type).toBe('bool');
  },
  'one-level': () => {
    expect(dimensions()).toMatchObject({ pte: ['mm_t', 'va_t'], ptl: ['mm_t'], tlb: ['cpu_t', 'va_t'] });
    expect([fieldsOf('pte_t'), fieldsOf('tlb_t')]).toEqual([['P', 'pfn', 'W', 'D', 'A'], ['V', 'pfn', 'W', 'D']]);
  },
  'whole-page': () => {
    expect(typesCalled('version_t')[0]?.kind).toBe('int');
    expect(places().filter((p) => p.type === 'version_t').map((p) => p.name).sort()).toEqual(['data', 'disk', 'last_store']);
    expect(dimensions()).toMatchObject({ data: ['pfn_t'], disk: [], BH_Dirty: ['pfn_t'] });
  },
  'small-counters': async () => {
    for (const name of ['count_t', 'version_t']) expect(typesCalled(name)[0]).toEqual({ kind: 'int', name, hi: 7 });
    const storesOften = fileScenario({
      id: 'test/eight-stores', title: '', about: '', kernel: { version: '6.2' }, start: { maps: [{ pte: 'ro' }] }, properties: [], expect: { verdict: 'holds' },
      cpus: [cpuProgram(0, ...Array.from({ length: 8 }, () => stores))],
    });
    await expect(check(lower(storesOften.build()))).rejects.toThrow(ModelError);
  },
  'versions': () => {
    expect(VERSIONS).toEqual(['2.6.17', 'v5', '2.6.19', '2.6.20', '2.6.21', '2.6.23', '2.6.27', '2.6.30', '2.6.36', '3.3', '3.7', '3.15', '4.6', '4.8', '4.9', '4.14', '4.15', '4.20', '5.5', '5.8', '5.9', '5.10', '5.11', '5.15', '5.16', '5.19', '6.0', '6.2', '6.4', '6.6', '6.8', '6.12', '6.14', '6.15', '6.16', '6.18']);
  },

  'sequential-consistency': () => {
    expect(kernelScenarios.filter((s) => !s.machine.includes('no store buffers'))).toEqual([]);
    const stored = stepsCalled('store');
    expect(stored.length).toBeGreaterThan(0);
    expect(stored.filter((s) => s.s !== 'atomic')).toEqual([]);
  },
  'no-spurious-fault': () => {
    expect(text('dirty/b03-repaired', 'user_store')).toMatch(/\} else \{\s+if \(pte_present\(pte\) && pte_write\(pte\)\) \{[^]*\} else \{\s+this_cpu\.tlb\[va\] = \{\};\s+access = FAULT;/);
    expect(text('dirty/b03-repaired', 'user_store').match(/access = FAULT/g)).toHaveLength(1);
  },
  'accessed-bit': () => {
    expect(kernelScenarios.filter((s) => !s.machine.includes('no accessed bit')).map((s) => s.id)).toEqual(['dirty/accessed-bit']);
  },
  'one-thread-a-cpu': () => {
    for (const p of programs.values()) {
      const cpus = p.threads.filter((t) => t.daemon === 'no').map((t) => t.cpu);
      expect(new Set(cpus).size, p.name).toBe(cpus.length);
    }
  },
  'interrupts': () => {
    expect(writersOf('irqs_off')).toEqual(['remove_mapping', 'truncate_complete_page']);
    expect([...new Set([...programs.values()].flatMap((p) => p.threads.filter((t) => t.daemon === 'service').map((t) => t.name.replace(/\d+/, ''))))]).toEqual(['ipi']);
  },

  'i-mmap-lock': () => {
    const effects = lockEffects().filter((l) => l.lock.place === 'i_mmap_lock');
    expect(effects.length).toBeGreaterThan(0);
    expect(effects.filter((l) => l.mode !== 'exclusive' || !l.spinning)).toEqual([]);
    expect(programs.get('dirty/b12-repaired')?.places.find((p) => p.name === 'i_mmap_lock')?.type).toBe('owner_t');
  },
  'mmap-sem': () => {
    expect(fieldsOf('rwsem_t')).toEqual(['writer', 'readers']);
    expect(places().find((p) => p.name === 'mmap_sem')?.type).toBe('rwsem_t');
  },
  'no-trylock': () => {
    expect(lockEffects().filter((l) => l.op === 'tryAcquire')).toEqual([]);
    for (const name of ['shrink_page_list', 'pagevec_strip']) expect(namesIn(name)).toContain('lock_page');
  },
  'no-liveness': async () => {
    const done = shared('done', bool, []);
    const world = program({
      name: 'for ever', sizes: {}, properties: [property('not-done', 'never done', () => ({ always: not(peek(done.at())) }))],
      threads: () => [thread('spins', 0, () => { Forever(() => { skip(); }); })], init: (set) => { set(done.at(), FALSE); },
    });
    expect((await check(lower(world))).verdict).toBe('holds');
    expect([...programs.values()].filter((p) => p.progress !== undefined)).toEqual([]);
  },

  'lookup-one-step': () => {
    for (const name of ['find_get_page', 'add_to_page_cache']) {
      expect(stepsCalled(name).length).toBeGreaterThan(0);
      expect(stepsCalled(name).filter((s) => s.s !== 'atomic' || s.guard === undefined)).toEqual([]);
    }
  },
  'device-instant': () => {
    expect(stepsCalled('DMA page to disk').filter((s) => s.s !== 'atomic')).toEqual([]);
    expect(namesIn('mpage_writepage').slice(0, 3)).toEqual(['set_page_writeback', 'unlock_page', 'DMA page to disk']);
    expect(text('dirty/b01-today', '__block_write_full_page')).toMatch(/unlock_page\(page\);\n +\d+ +DMA page to disk/);
  },
  'submitter-waits': () => {
    expect([...new Set(statements().filter(({ stmt }) => displayed(stmt) === 'end_page_writeback').map(({ proc }) => proc))].sort()).toEqual(['__block_write_full_page', 'mpage_writepage']);
  },
  'sync-write-back': () => {
    expect(namesIn('write_cache_pages').slice(0, 5)).toEqual(['find_get_page', 'lock_page', 'page->mapping', 'wait_on_page_writeback', 'clear_page_dirty_for_io']);
    expect(namesIn('__block_write_full_page')).toContain('lock_buffer');
  },
  'no-tags': () => {
    const state = places().filter((p) => !p.ghost).map((p) => p.name).sort();
    expect(state).toEqual([...STATE].sort());
    expect(fieldsOf('slot_t')).toEqual(['present', 'pfn']);
  },
  'no-throttling': () => {
    expect(new Set(namesIn('set_page_dirty_balance'))).toEqual(new Set(['set_page_dirty']));
    expect(statements(procs('set_page_dirty_balance')).filter(({ stmt }) => stmt.s === 'wait' || stmt.s === 'skip')).toEqual([]);
  },
  'one-buffer': () => {
    expect(dimensions()).toMatchObject({ has_buffers: ['pfn_t'], BH_Dirty: ['pfn_t'], BH_Lock: ['pfn_t'] });
    expect(writersOf('has_buffers')).toEqual(['try_to_free_buffers']);
    expect(namesIn('try_to_free_buffers')).not.toContain('put_page');
  },
  'set-page-dirty-mapping': () => {
    for (const name of ['set_page_dirty', '__set_page_dirty_buffers']) expect(namesIn(name).filter((n) => /mapping|tree_lock/.test(n))).toEqual([]);
  },
  'alloc-waits': () => {
    const [alloc] = stepsCalled('alloc_page');
    expect(alloc?.s === 'atomic' && alloc.guard !== undefined).toBe(true);
    expect(text('dirty/b06-repaired', 'filemap_nopage')).toContain('alloc_page() when (pfn0._count == 0) || (pfn1._count == 0)');
  },
  'copy-instant': () => {
    for (const name of ['copy_user_page', 'read page from disk']) {
      expect(stepsCalled(name).length).toBeGreaterThan(0);
      expect(stepsCalled(name).filter((s) => s.s !== 'atomic')).toEqual([]);
    }
  },
  'file-system': () => {
    const all: Required<NonNullable<KernelConfig['fs']>> = { mkwrite: true, buffers: true, enospc: true, allocates: 'redirties', extents: true, writeBegin: true, launders: true };
    expect(Object.keys(all)).toHaveLength(7);
    expect(new Set(namesIn('page_mkwrite'))).toEqual(new Set(['lock_page', 'page->mapping', 'unlock_page', 'reserve block']));
  },
  'reclaim-no-freeze': () => {
    expect(namesIn('remove_mapping').slice(0, 3)).toEqual(['local_irq_disable', 'spin_lock(tree_lock)', 'page_count']);
    expect(text('dirty/3cpu-2mm-reclaim', 'remove_mapping')).toMatch(/count = page_count\(page\)[^]*count != 2[^]*dirty = PageDirty\(page\)/);
  },
  'no-lru': () => {
    expect(namesIn('shrink_page_list').filter((n) => /referenced|lru/i.test(n))).toEqual([]);
  },

  'truncate-to-zero': () => {
    expect(places().find((p) => p.name === 'i_size_zero')?.type).toBe('bool');
    expect(procs('vmtruncate')[0]?.params).toEqual([]);
  },
  'whole-vma': () => {
    expect(fieldsOf('vma_t')).toEqual(['linked', 'W', 'S', 'prot_W']);
    expect(['do_munmap', 'dup_mmap', 'mprotect_fixup']).toEqual(expect.arrayContaining(writersOf('vma')));
  },
  'zap-one-entry': () => {
    expect(statements(procs('zap_pte_range')).filter(({ stmt }) => stmt.s === 'for' || stmt.s === 'while' || stmt.s === 'forever')).toEqual([]);
    expect(text('dirty/b12-repaired', 'zap_pte_range').match(/ptep_get_and_clear/g)).toHaveLength(1);
    expect(text('dirty/b12-repaired', 'zap_pte_range')).toMatch(/PageAnon[^]*set_page_dirty[^]*flush_tlb_page[^]*pte_unmap_unlock/);
  },
  'no-fault-around': () => {
    expect(text('dirty/b12-repaired', 'do_no_page').match(/ set_pte\(mm, va,/g)).toHaveLength(1);
  },
  'not-there': () => {
    const files = new Set(procs().flatMap((p) => (p.models === null ? [] : [p.models.file])));
    expect([...files].sort()).toEqual([...FILES].sort());
    expect(procs().filter((p) => /readahead|invalidate_inode|generic_file/.test(p.name))).toEqual([]);
  },
};

describe('the model is still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => pin());
});

it('docs/limits.md has these entries, in this order', () => {
  const [page = ''] = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split('\n## Thread ');
  expect([...page.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
