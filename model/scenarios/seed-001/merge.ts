/** Two mappings beside each other, and what keeps them apart (A1.4). */
import { and, eq, not, peek, quiescent } from '../../language/index.ts';
import { f_count, is_refpage_vma, vm_file_at } from '../../kernel/refpage.ts';
import { has_refpage_ops, vm_private_data_at } from '../../kernel/refpage_v1.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pte_present, va_t } from '../../machine/types.ts';
import { program, sibling } from '../actors.ts';
import { mapsAddress, mapsAnonymous, mapsFile, reads, readsZeroes } from './actors.ts';
import { Contents } from './properties.ts';
import { refpageScenario, type Mapped, type RefpageScenario } from './world.ts';

const v1 = { version: '5.9', refpages: 'v1' } as const;
const v2 = { version: '5.9', refpages: 'v2' } as const;
const mergesAll = { variants: ['VMAs merge whatever their file and vm_ops'] } as const;
const owner: Mapped = { as: 'anon', page: 0 };
const v2File = (va: number) => is_refpage_vma(peek(vm_file_at.at(mm_t.lit(0), va_t.lit(va))));
const read = (va: number) => pte_present(peek(pte.at(mm_t.lit(0), va_t.lit(va))));

const beside: Pick<RefpageScenario, 'entry' | 'machine' | 'properties'> = { entry: 'A1.4', machine: { tlbs: false }, properties: [Contents] };
const wrong = { verdict: 'violated', property: 'refpage-contents' } as const;

export const mergeScenarios = [
  refpageScenario({
    ...beside, id: 'seed-001/a1.4-files-differ', title: 'v2: a reference mapping between two anonymous ones is merged with neither',
    about: 'Peter Collingbourne, 2020-08-13: "with the change to use a file descriptor we do not need a change to is_mergeable_vma() because the function bails out if the struct file pointers in the VMAs are different." One thread maps the file beside an anonymous mapping, maps it again beside that, and an anonymous page beside that; another reads meanwhile.',
    kernel: v2, frames: 3, file: 'open', maps: [[{ as: 'anon', page: 1 }, null, null, null]],
    cpus: [program(0, mapsFile(1, 0), mapsFile(2, 1), mapsAnonymous(3, 2), readsZeroes(3)), sibling(0, reads(1), reads(2))], expect: { verdict: 'holds' },
    reaches: () => ({
      'the two of one file merged': and(quiescent(), v2File(1), v2File(2), not(v2File(3)), eq(peek(f_count.at()), count_t.lit(2))),
      'all read': and(quiescent(), read(1), read(2), read(3)),
    }),
    mutants: [{ name: 'any-file', what: 'is_mergeable_vma does not compare vm_file', kernel: { ...v2, ...mergesAll }, expect: wrong }],
  }),
  refpageScenario({
    ...beside, id: 'seed-001/a1.4-close', title: 'v1: close() in its vm_ops keeps an anonymous mapping from extending a reference mapping',
    about: 'John Hubbard, 2020-08-02: "While it is true that implementing a vma\'s .close() method will prevent vma merging, this is an abuse of that function". A reference mapping, then an anonymous one behind it.',
    kernel: v1, waive: ['PT003', 'PT004'], frames: 2, maps: [[owner, { as: 'refpage' }, null]], cpus: [program(0, mapsAnonymous(2, 1), readsZeroes(2)), sibling(0, reads(1))], expect: { verdict: 'holds' },
    reaches: () => ({ 'both read': and(quiescent(), read(1), read(2)), 'apart': and(quiescent(), not(has_refpage_ops(peek(vm_private_data_at.at(mm_t.lit(0), va_t.lit(2)))))) }),
    mutants: [{ name: 'no-close', what: 'is_mergeable_vma does not ask for close()', kernel: { ...v1, ...mergesAll }, expect: wrong }],
  }),
  refpageScenario({
    ...beside, id: 'seed-001/new-close-one-way', entry: 'new', title: 'v1: close() does not keep a reference mapping from extending an anonymous one',
    about: 'Found by the model\'s authors. is_mergeable_vma asks for close() in the VMA that is there; the new mapping has no VMA yet. mmap of a reference mapping behind an anonymous one of the same flags extends that one, and reads zeroes. The offsets must go on too, which takes an anonymous mapping that mremap has moved; and the part of v1 that calls mmap_region is not in the thread.',
    kernel: v1, waive: ['PT003', 'PT004'], frames: 2, maps: [[owner, null]], cpus: [program(0, mapsAddress(1, 0), reads(1))], expect: { ...wrong, steps: 22 },
  }),
];
