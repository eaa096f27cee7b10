/** Entries of docs/limits.md under "Races" that have to do with flushes and with migration. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { migrate_file_page } from '../../model/kernel/migrate.ts';
import { kthread } from '../../model/scenarios/actors.ts';
import { scenarios } from '../../model/scenarios/index.ts';
import { fileScenario } from '../../model/scenarios/world.ts';

const migrating = fileScenario({
  id: 'test/migrating', title: '', about: '', kernel: { version: '6.2', migration: true }, start: { maps: [{ pte: 'rw' }], freeFrames: 1 },
  cpus: [kthread('kcompactd', () => { migrate_file_page({}); })], properties: [], expect: { verdict: 'holds' },
}).build();
const text = (proc: string, program: Program = migrating): string => listing(program.procs.find((p) => p.name === proc)!, program);

const pins: Readonly<Record<string, () => void>> = {
  'migration-waits': () => {
    expect(text('__unmap_and_move')).toMatch(/ lock_page\(page\);[^]* wait_on_page_writeback\(page\);/);
    expect(text('unmap_and_move')).toMatch(/alloc_page\(\) when/);
    expect(text('try_to_migrate')).toContain('spin_lock(i_mmap_lock)');
    expect(migrating.procs.map((p) => p.name).filter((n) => n.includes('buffer_migrate'))).toEqual([]);
  },
  'entries-without-p': () => {
    expect(text('try_to_migrate_one')).toContain('set_pte(mm, va, make_migration_entry(page, pte_write(pte)))');
    expect(migrating.types.find((t) => t.name === 'pte_t')).toMatchObject({ fields: [['P', 'pfn', 'W', 'D', 'A']].flat().map((name) => ({ name })) });
  },
  'split-tables': () => {
    const split = scenarios.find((s) => s.id === 'race/b36-repaired-two-tables')!.build();
    expect(split.procs.filter((p) => JSON.stringify(p.body).includes('"ptl_of"')).map((p) => p.name).sort()).toEqual(['move_ptes', 'page_check_address', 'page_mkclean_one', 'try_to_unmap_one']);
  },
  'device-migration': () => {
    const world = scenarios.find((s) => s.id === 'race/b35-repaired')!.build();
    expect(world.procs.find((p) => p.name === 'migrate_vma_collect_pmd')!.params.map((p) => p.name)).toContain('page');
    expect(text('migrate_vma_finalize', world)).toMatch(/remove_migration_ptes\(page, page\)/);
    expect(world.procs.map((p) => p.name).filter((n) => /notifier|try_to_migrate|move_to_new/.test(n))).toEqual([]);
    expect(world.places.map((p) => p.name)).not.toContain('PG_anon_exclusive');
  },
  'device-private': () => {
    const world = scenarios.find((s) => s.id === 'race/b82-repaired')!.build();
    expect(text('migrate_to_ram', world)).toMatch(/alloc_page\(\) when \(pfn1\._count == 0\)/);
    expect(world.procs.filter((p) => JSON.stringify(p.body).includes('pgmap')).map((p) => p.name)).toEqual(['migrate_to_ram']);
    expect(world.procs.filter((p) => listing(p, world).includes('is_device_private_entry')).map((p) => p.name)).toEqual(['handle_pte_fault']);
    expect(text('migrate_vma_collect_pmd', world)).toContain('make_migration_entry(page, true)');
  },
  'hardware-dirty': () => {
    const worlds = ['race/b16-wrprotect-drops-dirty', 'race/b16-repaired'].map((id) => scenarios.find((s) => s.id === id)!.build());
    const child = worlds.map((world) => /set_pte\(dst, va, (.*)\);/.exec(text('copy_one_pte', world))?.[1] ?? '');
    expect(child.map((value) => value.includes('pte_mkclean(pte_wrprotect(pte))'))).toEqual([true, false]);
  },
  'cleaned-file': () => {
    const world = scenarios.find((s) => s.id === 'race/b19-repaired')!.build();
    expect(text('page_mkclean_file', world)).toContain('i_mmap_lock_read');
    expect(world.procs.map((p) => p.name).filter((n) => n.includes('vmw'))).toEqual([]);
  },
  'late-flushes': () => {
    const world = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
    expect(world('race/b29-repaired').types.find((t) => t.name === 'pending_t')?.kind).toBe('int');
    expect(text('do_wp_page', world('race/b34-repaired'))).toMatch(/mm_tlb_flush_pending\(mm\);[^]*if \(0 < pending\) \{\n +flush_tlb_page/);
    expect(world('race/b34-repaired').places.filter((p) => p.name.includes('uffd'))).toEqual([]);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
