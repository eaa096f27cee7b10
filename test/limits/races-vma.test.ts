/** The entries of docs/limits.md under "Races" about the locks of VMAs. */
import { expect, it } from 'vitest';
import type { Program } from '../../model/language/ir.ts';
import { listing } from '../../model/language/listing.ts';
import { cellNamed } from '../../model/matrix/index.ts';

const built = (id: string): Program => cellNamed(id)!.build();
const text = (id: string, proc: string): string => {
  const program = built(id);
  return listing(program.procs.find((p) => p.name === proc)!, program);
};

const pins: Readonly<Record<string, () => void>> = {
  'vma-lock-seq': () => {
    const program = built('matrix/file-rw/write-fault+munmap');
    expect(program.places.filter((p) => /seq/.test(p.name) && p.name !== 'write_protect_seq')).toEqual([]);
    expect(program.places.find((p) => p.name === 'vma_write_locked')!.type).toBe('bool');
    expect(text('matrix/file-rw/write-fault+munmap', 'vma_start_read')).toMatch(/1 +down_read_trylock\(mm, va\)/);
  },
  'vma-lock-waits': () => {
    expect(text('matrix/file-rw/write-fault+munmap', 'vma_start_read')).not.toMatch(/bool \w+ = down_read_trylock/);
    expect(text('matrix/file-rw/write-fault+munmap', 'do_no_page')).not.toMatch(/vma_end_read|up_read/);
    expect(built('matrix/file-rw/write-fault+munmap').types.find((t) => t.name === 'vm_fault_t')).not.toMatchObject({ members: expect.arrayContaining(['RETRY']) as unknown });
  },
  'vma-lock-faults': () => {
    const takers = built('matrix/anon-ro/write-fault+gup-fast').procs.filter((p) => JSON.stringify(p.body).includes('"lock_vma_under_rcu"')).map((p) => p.name);
    expect(takers).toEqual(['do_page_fault']);
    expect(text('matrix/file-ro/write-fault+read-fault', 'do_page_fault')).not.toMatch(/map_pages|userfaultfd/);
    expect(text('matrix/anon-ro/write-fault+munmap', 'lock_vma_under_rcu')).not.toMatch(/vm_start|vm_end/);
  },
  'migration-flushes': () => {
    expect(text('matrix/anon-rw/migration+migration', 'try_to_migrate_one')).toContain('ptep_clear_flush(');
    expect(built('matrix/file-rw/migration+reclaim').procs.map((p) => p.name)).not.toContain('try_to_unmap_flush');
  },
};

it.each(Object.entries(pins))('%s', (_, pin) => { pin(); });
