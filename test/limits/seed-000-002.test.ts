/** One test for each entry of docs/limits.md about threads 000 and 002. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { eachStmt } from '../../model/language/walk.ts';
import { scenarios } from '../../model/scenarios/index.ts';

const recorded = (prefix: string): Program[] => scenarios.filter((s) => s.id.startsWith(prefix)).map((s) => s.build());
const names = (p: Program): Set<string> => new Set([...p.places.map((x) => x.name), ...p.procs.map((x) => x.name)]);
const all = (prefix: string): Set<string> => new Set(recorded(prefix).flatMap((p) => [...names(p)]));

function tries(p: Program): boolean {
  let found = false;
  for (const q of p.procs) eachStmt(q.body, (s) => { found ||= (s.s === 'rmw' || s.s === 'atomic') && s.lock?.op === 'tryAcquire'; });
  return found;
}

const modelled = (procs: Program['procs'], name: string): boolean => procs.find((q) => q.name === name)?.models !== null;

const pins: Readonly<Record<string, () => void>> = {
  '000-proposal': () => {
    const withDescriptor = recorded('seed-000/a0.1-file-page')[0] as Program;
    expect(withDescriptor.places.find((p) => p.name === 'PageWriteProtected')?.type).toBe('bool');
    expect(modelled(withDescriptor.procs, 'write_protect_file_page')).toBe(false);
  },
  '000-no-trylock': () => { expect(recorded('seed-000/').filter(tries)).toEqual([]); },
  '000-one-pass': () => { for (const gone of ['swap_count', 'stable_tree', 'unstable_tree']) expect(all('seed-000/')).not.toContain(gone); },
  '000-io-error': () => { for (const gone of ['end_buffer_async_read', 'journal_submit_data_buffers']) expect(all('seed-000/a0.3')).not.toContain(gone); },
  '002-one-copy': () => {
    for (const p of recorded('seed-002/')) expect(p.places.find((x) => x.name === 'copy')?.dims ?? []).toEqual([]);
    expect(all('seed-002/')).not.toContain('move_ptes');
  },
  '002-device': () => { for (const p of recorded('seed-002/a2.2')) expect(p.places.find((x) => x.name === 'spte')?.dims).toEqual([]); },
  '002-special': () => { for (const p of recorded('seed-002/a2.4')) expect(names(p)).not.toContain('do_page_fault'); },
};

describe('limits of threads 000 and 002', () => {
  for (const [name, pin] of Object.entries(pins)) it(name, pin);
});

it('docs/limits.md has these entries of threads 000 and 002, in this order', () => {
  const page = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
  expect([...page.matchAll(/^- \*\*`(00[02]-[\w-]+)`\*\*/gm)].map(([, id]) => id)).toEqual(Object.keys(pins));
});
