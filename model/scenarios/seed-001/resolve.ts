/** When, and in which address space, the reference page is found (A1.5): v1 at each fault, v2 when the file is made. */
import { and, drop, eq, not, peek, quiescent } from '../../language/index.ts';
import { f_count } from '../../kernel/refpage.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, va_t, version_t } from '../../machine/types.ts';
import { I4Anywhere, I5Mapped } from '../../../properties/index.ts';
import { program, sibling } from '../actors.ts';
import { creates, mapsAnonymous, mapsFile, munmaps, reads, readsOf, stores } from './actors.ts';
import { Constant, Contents, Uncounted, VmaLife } from './properties.ts';
import { refpageScenario, type Mapped, type RefpageScenario } from './world.ts';

const owner: Mapped = { as: 'anon', page: 0 };
const refpage: Mapped = { as: 'refpage' };
const entry = (va: number) => peek(pte.at(mm_t.lit(0), va_t.lit(va)));

const atFault: Pick<RefpageScenario, 'entry' | 'waive' | 'frames' | 'kernel' | 'properties' | 'machine'> = {
  entry: 'A1.5', waive: ['PT003', 'PT004'], frames: 2, kernel: { version: '5.9', refpages: 'v1' }, machine: { tlbs: false },
  properties: [Contents],
};
const wrongAfter = (steps: number) => ({ verdict: 'violated', property: 'refpage-contents', steps }) as const;

const created: Pick<RefpageScenario, 'maps' | 'frames' | 'kernel' | 'cpus' | 'machine'> = {
  maps: [[owner, null]], frames: 3, kernel: { version: '5.9', refpages: 'v2' }, machine: { tlbs: false },
  cpus: [program(0, creates(0), mapsFile(1), stores(0), munmaps(0)), sibling(0, reads(1))],
};
const race: Pick<RefpageScenario, 'entry' | 'maps' | 'frames' | 'cpus' | 'machine'> = {
  entry: 'new', maps: [[owner]], frames: 2, machine: { tlbs: false }, cpus: [program(0, creates(0)), sibling(0, munmaps(0))],
};
const withLock = { version: '5.9', refpages: 'v2', variants: ['refpage_create takes mmap_lock'] } as const;

export const resolveScenarios = [
  refpageScenario({
    ...atFault, id: 'seed-001/a1.5-remapped', title: 'v1: the address of the reference page is mapped anew before the fault',
    about: 'The fault handler quoted in the thread calls get_user_pages on the address in vm_private_data at each fault. Another thread unmaps that address, maps it anew and stores there; the next fault maps what is there now.',
    maps: [[owner, refpage]], cpus: [program(0, reads(1)), sibling(0, munmaps(0), mapsAnonymous(0), stores(0), stores(0))], expect: wrongAfter(51),
  }),
  refpageScenario({
    ...atFault, id: 'seed-001/new-owner-stores', entry: 'new', title: 'v1: the owner stores to the reference page, and every mapping of it changes',
    about: 'Found by the model\'s authors. v1 pins the owner\'s own page, for reading: the owner\'s PTE stays writable, and a store through it takes no fault. The raised counts are looked at only when a PTE is read-only.',
    frames: 1, maps: [[owner, { ...refpage, page: 0 }]], cpus: [program(0, reads(1)), sibling(0, stores(0))], expect: wrongAfter(2),
  }),
  refpageScenario({
    ...atFault, id: 'seed-001/new-remote-fault', entry: 'new', title: 'v1: a fault taken for another process looks the address up in the wrong mm',
    about: 'Found by the model\'s authors. get_user_pages looks in current->mm. When a tracer reads the mapping (ptrace, /proc/<pid>/mem, process_vm_readv) and faults it in, current is the tracer: the tracer\'s page at that address is mapped into the tracee, and the tracer\'s mmap_lock is not held.',
    maps: [[owner, refpage], [{ as: 'anon', page: 1 }]], cpus: [program(0, reads(1)), program(1, readsOf(0, 1))], expect: wrongAfter(17),
  }),
  refpageScenario({
    ...created, id: 'seed-001/a1.5-captured', entry: 'A1.5', title: 'v2 copies the page when the file is made: what becomes of the address no longer matters',
    about: 'Peter Collingbourne, 2020-08-13: "Ownership is moved to the struct file created by the new refpage_create […] syscall". The program makes the file, maps it, stores to the page it was made of and unmaps that, while another thread reads the mapping.',
    kernel: withLock, properties: [Contents, Constant, Uncounted, VmaLife, I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
    reaches: () => ({
      'read after the original changed': and(pte_present(entry(1)), eq(peek(data.at(pfn_t.lit(0))), version_t.lit(2))),
      'mapped after the original is gone': and(quiescent(), not(pte_present(entry(0))), pte_present(entry(1)), eq(pte_pfn(entry(1)), pfn_t.lit(1)), eq(peek(f_count.at()), count_t.lit(2))),
    }),
    mutants: [{ name: 'not-copied', what: 'refpage_create does not copy the contents', mutations: [drop('refpage_create', 'copy_user_page')], properties: [Contents], expect: { verdict: 'violated', property: 'refpage-contents' } }],
  }),
  refpageScenario({
    ...race, id: 'seed-001/new-create-unlocked', title: 'v2 to v5: refpage_create calls get_user_pages without mmap_lock, and munmap frees the VMA under it',
    about: 'Found by the model\'s authors, in the patches. refpage_create (quoted in reviews of v3 and v4, and in v5 itself) calls get_user_pages with no lock held; mm/gup.c says that mmap_lock must be held. Another thread of the process unmaps the page: find_vma\'s result is freed before it is used.',
    kernel: { version: '5.9', refpages: 'v2' }, properties: [VmaLife], expect: { verdict: 'violated', property: 'vma-life', steps: 16 },
  }),
  refpageScenario({
    ...race, id: 'seed-001/new-create-locked', title: 'With mmap_lock, or get_user_pages_unlocked, refpage_create and munmap do not meet',
    about: 'The repair of seed-001/new-create-unlocked: down_read around get_user_pages.',
    kernel: withLock, properties: [VmaLife, Uncounted, I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
    reaches: () => ({ 'made of a page that is gone': and(quiescent(), not(pte_present(entry(0))), eq(peek(f_count.at()), count_t.lit(1))), 'too late: EFAULT': and(quiescent(), eq(peek(f_count.at()), count_t.lit(0))) }),
    mutants: [{ name: 'unlocked', what: 'refpage_create as posted', kernel: { version: '5.9', refpages: 'v2' }, expect: { verdict: 'violated', property: 'vma-life' } }],
  }),
];
