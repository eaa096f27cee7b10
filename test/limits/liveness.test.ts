/** One test for each entry of docs/limits.md under "Progress". */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { eachStmt } from '../../model/language/walk.ts';
import { stmtName } from '../../model/language/mutate.ts';
import { livenessScenarios } from '../../model/scenarios/liveness/index.ts';

const programs = new Map<string, Program>(livenessScenarios.map((s) => [s.id, s.build()]));
const program = (id: string): Program => programs.get(id)!;

/** Names of the steps and calls of the procedures, in order. */
function names(id: string, procs = program(id).procs.map((p) => p.name)): string[] {
  const found: string[] = [];
  for (const p of program(id).procs.filter((q) => procs.includes(q.name))) eachStmt(p.body, (s) => { if (stmtName(s) !== '') found.push(stmtName(s)); });
  return found;
}

const type = (id: string, place: string): string | undefined => program(id).places.find((p) => p.name === place)?.type;

/** By the id of the entry. */
const pins: Readonly<Record<string, () => void>> = {
  'throttle-elsewhere': () => {
    expect(type('seed-004/a4.16-unstuck-by-write-back', 'over_limit')).toBe('bool');
    expect(names('seed-004/a4.16-unstuck-by-write-back', ['wb_kupdate'])).toEqual(['write pages of other files', 'below dirty_thresh']);
    expect(names('seed-004/a4.16-throttled-unlocked', ['do_page_fault']).slice(-2)).toEqual(['VM_FAULT_COMPLETED', 'congestion_wait until below dirty_thresh']);
  },
  'one-queued-writer': () => {
    expect(type('seed-004/a4.16-ps-hangs', 'writer_waits')).toBe('bool');
    expect(names('seed-004/a4.16-ps-hangs', ['sys_mmap'])).toEqual(['down_write', 'down_write', 'VMAs elsewhere', 'up_write']);
  },
  'one-block': () => {
    expect(type('seed-004/a4.2-given-up', 'free_block')).toBe('bool');
    expect(program('seed-004/a4.2-given-up').places.filter((p) => /err/i.test(p.name))).toEqual([]);
  },
  'eager-protector': () => {
    expect(names('seed-000/a0.1-protected-again', ['protector'])).toEqual(['get_page', 'down_read', 'lock_page', 'write_protect_page', 'unlock_page', 'up_read', 'put_page']);
  },
};

describe('the model is still coarse', () => {
  it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });

  it('and docs/limits.md says the same', () => {
    const text = readFileSync(new URL('../../docs/limits.md', import.meta.url), 'utf8');
    const section = /^## Progress\n([^]*?)(?=^## |$(?![^]))/m.exec(text)?.[1] ?? '';
    expect([...section.matchAll(/^- \*\*`([a-z-]+)`\*\*/gm)].map((m) => m[1])).toEqual(Object.keys(pins));
  });
});
