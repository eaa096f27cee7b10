/** The entries of docs/limits.md under "Races". */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Program, Stmt } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const built = (id: string): Program => scenarios.find((s) => s.id === id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};
const typeOf = (id: string, place: string): string | undefined => built(id).places.find((p) => p.name === place)?.type;

const pins: Readonly<Record<string, () => void>> = {
  'batched-flush': () => {
    expect(text('race/b31-repaired', 'try_to_unmap_flush')).toMatch(/for each mm_t mm \{\n +flush_tlb_mm\(mm\);/);
    expect(text('race/b31-repaired', 'try_to_unmap_flush')).not.toContain('tlb_flush_batched');
    expect(typeOf('race/b31-repaired', 'tlb_flush_batched')).toBe('bool');
  },
  'soft-dirty': () => {
    const writers = built('race/b20-repaired').procs.filter((p) => JSON.stringify(p.body satisfies readonly Stmt[]).includes('"soft_dirty"')).map((p) => p.name);
    expect(writers.sort()).toEqual(['clear_soft_dirty', 'ptep_set_access_flags']);
  },
  'checksum-instant': () => {
    expect(text('race/b17-repaired', 'mpage_writepage')).toMatch(/set_page_writeback\(page\);.*\n +ghost page\.io_checksum = .*data.*\n[^]*DMA page to disk/);
  },
  'one-dma': () => {
    expect(text('race/b18-pin-not-dirtied', 'ib_umem').match(/DMA device to page/g)).toHaveLength(1);
    expect(text('race/b18-pin-not-dirtied', 'follow_page_pte')).toContain('get_page(');
  },
  'truncation-noticed': () => {
    expect(text('race/b22-repaired', 'do_no_page')).toContain('i_size_read()');
    expect(text('race/b22-truncate-count', 'do_cow_no_page')).toContain('truncate_count()');
    expect(scenarios.filter((s) => s.id.startsWith('dirty/')).flatMap((s) => s.build().procs.filter((p) => p.name === 'do_cow_no_page'))).toEqual([]);
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });

it('are all pinned, here or in the files beside', () => {
  const section = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8').split('\n## Races\n')[1]!.split('\n## ')[0]!;
  const tests = readdirSync(import.meta.dirname).filter((file) => /^races.*\.test\.ts$/.test(file)).map((file) => readFileSync(path.join(import.meta.dirname, file), 'utf8'));
  const pinned = tests.flatMap((text) => [...text.matchAll(/^ {2}'([\w-]+)': (?:async )?\(\) => \{$/gm)].map(([, id]) => id));
  expect([...section.matchAll(/^- \*\*`([\w-]+)`\*\*/gm)].map(([, id]) => id).sort()).toEqual(pinned.sort());
});
