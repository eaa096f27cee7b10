/** Page migration by itself, before races are made of it. */
import { expect, it } from 'vitest';
import { listing } from '../../model/language/listing.ts';
import { check } from '../../schedules/check.ts';
import { and, drop, eq, lower, not, peek, quiescent, type Mutation, type Property } from '../../index.ts';
import { migrate_file_page, move_pages } from '../../model/kernel/migrate.ts';
import { page_cache, PG_dirty, slot_t } from '../../model/kernel/page.ts';
import type { Version } from '../../model/kernel/version.ts';
import { pte } from '../../model/machine/tlb.ts';
import { mm_t, pfn_t, pte_pfn, pte_present, pte_write, va_t } from '../../model/machine/types.ts';
import { dontneed, kthread, mprotectsReadOnly, pdflush, program, sibling, stores, truncates } from '../../model/scenarios/actors.ts';
import { ownPage } from '../../model/scenarios/races/anonymous.ts';
import type { Cpu, Start } from '../../model/scenarios/contents.ts';
import { fileScenario } from '../../model/scenarios/world.ts';
import { I1Strong, I2, I3, I4, I5, I8 } from '../../properties/index.ts';
import { Tidy } from '../../properties/tidy.ts';

const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const moved = () => and(quiescent(), pte_present(entry()), eq(pte_pfn(entry()), pfn_t.lit(1)));
const migrates = kthread('kcompactd', () => { migrate_file_page({}); });
const migratesAnonymous = kthread('kcompactd', () => { move_pages({ mm: mm_t.lit(0), va: va_t.lit(0) }); });

function run(version: Version, start: Start, cpus: readonly Cpu[], properties: readonly Property[], reaches: Parameters<typeof fileScenario>[0]['reaches'], mutations: readonly Mutation[] = []) {
  const world = fileScenario({ id: 'test/migrate', title: '', about: '', kernel: { version, migration: true }, start, cpus, properties, expect: { verdict: 'holds' }, ...(reaches === undefined ? {} : { reaches }), mutants: [{ name: 'm', what: '', mutations, expect: { verdict: 'violated' } }] });
  return check(lower((mutations.length > 0 ? world.mutants[0]! : world).build()));
}

const file: Start = { dirty: true, maps: [{ pte: 'rw' }], freeFrames: 1 };
const kept = [I1Strong, I2, I3, I4, I5, I8, Tidy];

it.each(['5.9', '6.2'] as const)('a file page keeps its contents, its dirt and its references in %s', async (version) => {
  const result = await run(version, file, [program(0, stores), pdflush, migrates], kept, () => ({
    'moved, and writable': and(moved(), pte_write(entry())),
    'moved, and clean': and(moved(), not(peek(PG_dirty.at(pfn_t.lit(1))))),
  }));
  expect([result.verdict, result.unreached]).toEqual(['holds', []]);
});

it('needs its flush', async () => {
  expect((await run('6.2', file, [program(0, stores), migrates], kept, undefined, [drop('ptep_clear_flush', 'flush_tlb_page')])).verdict).toBe('violated');
});

it('meets truncation', async () => {
  const result = await run('6.2', file, [program(0, stores), kthread('ftruncate', truncates), migrates], [I4, I5, Tidy], () => ({
    'moved and cut off': and(quiescent(), not(slot_t.get(peek(page_cache.at()), 'present')), not(pte_present(entry()))),
  }));
  expect([result.verdict, result.unreached]).toEqual(['holds', []]);
});

it('meets mprotect and MADV_DONTNEED', async () => {
  const result = await run('6.2', file, [program(0, stores), sibling(0, dontneed, mprotectsReadOnly), migrates], [I2, I4, I5, I8, Tidy], () => ({ 'made read-only': and(moved(), not(pte_write(entry()))) }));
  expect(result.verdict).toBe('holds');
});

it('an anonymous page keeps its contents', async () => {
  const result = await run('6.2', ownPage('rw', { freeFrames: 3 }), [program(0, stores), migratesAnonymous], [I4, I5, Tidy], () => ({ moved: moved() }));
  expect([result.verdict, result.unreached]).toEqual(['holds', []]);
});

it.each([
  ['4.20', /try_get_page[^]*pte_unmap_unlock[^]*wait_on_page_locked[^]*put_page/],
  ['5.16', /try_get_page[^]*pte_unmap_unlock[^]*put_page[^]*wait_on_page_locked/],
  ['5.19', /^(?![^]*t_page\()[^]*pte_unmap_unlock[^]*wait_on_page_locked/],
] as const)('a fault waits for it with the reference that it has in %s', (version, order) => {
  const world = fileScenario({ id: 'test/wait', title: '', about: '', kernel: { version, migration: true }, start: file, cpus: [program(0, stores)], properties: [], expect: { verdict: 'holds' } }).build();
  expect(listing(world.procs.find((p) => p.name === 'migration_entry_wait')!, world)).toMatch(order);
});
