/** The entries of docs/limits.md under "Races" that are about hardware. */
import { expect, it } from 'vitest';
import type { Program, Stmt } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { eachStmt } from '../../model/language/walk.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const built = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};
const statements = (program: Program): Stmt[] => {
  const all: Stmt[] = [];
  program.procs.forEach((p) => { eachStmt(p.body, (s) => { all.push(s); }); });
  return all;
};

const pins: Readonly<Record<string, () => void>> = {
  'store-buffers': () => {
    const world = built('race/b44-switching-not-seen');
    expect(world.places.filter((p) => p.name.startsWith('store_buffer')).map((p) => [p.name, p.dims])).toEqual([['store_buffer_loaded_mm', ['cpu_t']], ['store_buffer_loaded_mm_value', ['cpu_t']]]);
    const locks = statements(world).filter((s) => s.s === 'atomic' && s.lock !== undefined);
    expect(locks.length).toBeGreaterThan(0);
    expect(locks.filter((s) => !JSON.stringify(s).includes('store_buffer_empty'))).toEqual([]);
    expect(statements(world).filter((s) => s.s === 'rmw' && s.guard !== undefined)).toEqual([]);
    expect(text('race/b43-mask-read-early', 'ptep_clear_flush')).toContain('store_buffer(pte) = {full=true, held=true');
  },
  'switching': () => {
    const { procs } = built('race/b44-repaired');
    expect(procs.filter((p) => JSON.stringify(p.body).includes('"write_cr3"')).map((p) => p.name)).toEqual(['switch_mm_irqs_off']);
    expect(text('race/b44-repaired', 'program0').match(/switch_mm_irqs_off/g)).toHaveLength(1);
    expect(text('race/b44-repaired', 'ipi0')).not.toContain('tlb_gen');
  },
  'madv-free': () => {
    const world = built('race/b70-repaired');
    expect(world.places.map((p) => p.name)).not.toContain('PG_swapbacked');
    expect(text('race/b70-repaired', 'kswapd').match(/shrink_lazyfree_page/g)).toHaveLength(1);
    expect(text('race/b70-repaired', 'try_to_unmap_one')).toMatch(/madv_free_page_check\(page\);.*\n +if \(!discard\)/);
  },
  'read-pin': () => {
    expect(text('race/b67-repaired', 'pin_and_read')).toContain('pin_user_pages_fast_only(mm, va, false)');
    expect(built('race/b67-repaired').procs.map((p) => p.name)).not.toContain('__get_user_pages');
    expect(scenarios.filter((s) => s.id.startsWith('race/')).flatMap((s) => s.build().procs.map((p) => p.name)).filter((name) => name.includes('unshare'))).toEqual([]);
  },
  'flags-word': () => {
    expect(scenarios.filter((s) => s.id.startsWith('race/') && s.build().places.some((p) => p.name === 'page_flags')).map((s) => s.id.slice(0, 'race/b81'.length))).toSatisfy((ids: string[]) => ids.length > 0 && ids.every((id) => id === 'race/b81' || id === 'race/b84'));
    const { places } = built('race/b81-repaired');
    expect(places.map((p) => p.name)).not.toContain('pte');
    expect(places.find((p) => p.name === 'queue_lock')?.dims).toEqual([]);
    expect(text('race/b81-repaired', 'wake_up_page_bit')).toMatch(/__wake_up_locked_key\(page, bit\) \{[^]*for each cpu_t cpu/);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
