/** v2 (2020-08-13): a page mapped without counters, kept alive by the file alone. What that asks of everybody else. */
import { and, drop, eq, moveAfter, not, peek, quiescent } from '../../language/index.ts';
import { page_count_at } from '../../kernel/page.ts';
import { f_count } from '../../kernel/refpage.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_pfn, pte_present, pte_write, tlb_t, va_t } from '../../machine/types.ts';
import { I4Anywhere, I5Mapped } from '../../../properties/index.ts';
import { kthread, program, sibling } from '../actors.ts';
import { closes, collapses, dontneeds, forks, mapsFile, munmaps, pins, reads, reusesFrame, stores } from './actors.ts';
import { Constant, Contents, Copied, FileLife, ReadFree, Uncounted } from './properties.ts';
import { refpageScenario, type Mapped, type RefpageScenario } from './world.ts';

const v2 = { version: '5.9', refpages: 'v2' } as const;
/** Counters of three bits, which wrap: a mistake that underflows one is a finding, not an error of the model. */
const wrapping = { ...v2, counterBits: 3 } as const;
const refpage: Mapped = { as: 'refpage' };
const read: Mapped = { as: 'refpage', page: 0 };
const frame0 = () => pfn_t.lit(0);
const entry = (mm: number, va = 0) => peek(pte.at(mm_t.lit(mm), va_t.lit(va)));
const mapsReference = (mm: number, va = 0) => and(pte_present(entry(mm, va)), eq(pte_pfn(entry(mm, va)), frame0()));
const fileGone = () => eq(peek(f_count.at()), count_t.lit(0));

const closer = kthread('closer', () => { closes(0); }, reusesFrame);
const life = [Contents, ReadFree, I5Mapped, FileLife, Uncounted, I4Anywhere];

const outlives: Pick<RefpageScenario, 'entry' | 'kernel' | 'frames' | 'file' | 'properties' | 'expect'> = {
  entry: 'A1.2', kernel: v2, frames: 1, file: 'open', properties: life, expect: { verdict: 'holds' },
};
const readFreed = { verdict: 'violated', property: 'refpage-contents' } as const;
const freeInTlb = { verdict: 'violated', property: 'I5-mapped' } as const;

const atItsEnd = 'zap of a reference page flushes at its end';
const noMmapLock = [drop('madvise_dontneed', 'down_read'), drop('madvise_dontneed', 'up_read')];
const twoZaps: Pick<RefpageScenario, 'maps' | 'cpus' | 'machine' | 'properties' | 'reaches'> = {
  maps: [[read]], cpus: [program(0, reads()), { ...sibling(0, dontneeds()), name: 'madvise' }, sibling(0, munmaps()), closer],
  machine: { eviction: false }, properties: [Contents, ReadFree, I5Mapped, FileLife],
  reaches: () => ({
    'cleared, not flushed': and(not(pte_present(entry(0))), tlb_t.get(peek(tlb.at(cpu_t.lit(0), va_t.lit(0))), 'V')),
    'the VMA had the last reference': and(fileGone(), not(pte_present(entry(0)))),
  }),
};

const lifetime = [
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-munmap', title: 'v2: munmap flushes before it drops the file, so the page outlives every TLB entry',
    about: 'Peter Collingbourne, 2020-08-13: "the page is kept alive by the VMA\'s struct file reference". No PTE holds a reference, so that of the VMA must outlive every translation: the order of unmap_region (zap, flush) and remove_vma (fput). One thread reads, one unmaps, and a third closes the descriptor and takes the freed frame.',
    maps: [[read]], cpus: [program(0, reads(), reads()), sibling(0, munmaps()), closer],
    reaches: () => ({
      'in a TLB, not in the page table': and(not(pte_present(entry(0))), tlb_t.get(peek(tlb.at(cpu_t.lit(0), va_t.lit(0))), 'V')),
      'the VMA had the last reference': and(fileGone(), not(pte_present(entry(0)))),
    }),
    mutants: [
      { name: 'no-flush', what: 'zap of an entry without struct page does not flush', mutations: [drop('zap_pte_range', 'flush_tlb_page')], expect: freeInTlb },
      { name: 'fput-first', what: 'munmap drops the file before it zaps (B40, B39)', mutations: [moveAfter('do_munmap', 'zap_pte_range', 'remove_vma')], kernel: wrapping, properties: [I5Mapped], expect: freeInTlb },
      { name: 'read-freed', what: 'the same as no-flush, judged by what is read', mutations: [drop('zap_pte_range', 'flush_tlb_page')], properties: [Contents], expect: readFreed },
    ],
  }),
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-two-zaps', title: 'v2: munmap cannot overtake the flush of another zap, because mmap_lock keeps them apart',
    about: 'A zap of special entries flushes when it is through (tlb_finish_mmu), long after the PTE lock. munmap that found an entry cleared but not yet flushed would drop the file under a live TLB entry, as in B39. Without mm_tlb_flush_nested, so that only mmap_lock is left: MADV_DONTNEED holds it for reading past its flush, munmap for writing.',
    kernel: { ...v2, variants: [atItsEnd, 'nested zaps are not looked for'] }, ...twoZaps,
    mutants: [{ name: 'no-mmap-lock', what: 'MADV_DONTNEED without mmap_lock', mutations: noMmapLock, properties: [I5Mapped], expect: freeInTlb }],
  }),
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-nested-flush', title: 'v2: mm_tlb_flush_nested alone would keep munmap behind the flush of another zap as well',
    about: 'The counterpart of seed-001/a1.2-two-zaps: MADV_DONTNEED without mmap_lock, and a zap that finds another one under way flushes too.',
    kernel: { ...v2, variants: [atItsEnd] }, ...twoZaps, mutations: noMmapLock,
    mutants: [{ name: 'not-nested', what: 'a zap that cleared nothing does not flush', kernel: { ...v2, variants: [atItsEnd, 'nested zaps are not looked for'] }, properties: [I5Mapped], expect: freeInTlb }],
  }),
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-mmap-close', title: 'v2: close(2) between mmap and the first fault takes nothing away',
    about: 'The VMA holds the file from before mmap_region lets the mapping be found; the call holds it from fget to its end.',
    frames: 2, maps: [[null]], cpus: [program(0, mapsFile(0), reads(), munmaps()), closer],
    reaches: () => ({ 'mapped and closed': and(mapsReference(0), eq(peek(f_count.at()), count_t.lit(1))), 'gone at the end': and(quiescent(), fileGone()) }),
    mutants: [{ name: 'no-get-file', what: 'the VMA takes no reference of its own', mutations: [drop('mmap_refpage', 'get_file')], properties: [I5Mapped], expect: { verdict: 'violated', property: 'I5-mapped' } }],
  }),
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-fork', title: 'v2: a child\'s VMA holds the file as well',
    about: 'dup_mmap calls get_file for the child before it copies entries; copy_one_pte copies that of a reference page without counters. The parent unmaps and another process closes the descriptor while the child reads.',
    maps: [[read], [null]], cpus: [program(0, forks(1, 0), munmaps()), program(1, reads()), closer], frames: 2,
    reaches: () => ({ 'the child alone': and(quiescent(), mapsReference(1), not(pte_present(entry(0))), eq(peek(f_count.at()), count_t.lit(1))) }),
    mutants: [
      { name: 'no-get-file', what: 'fork takes no file reference for the child', mutations: [drop('dup_vm_file', 'get_file')], properties: [I5Mapped], expect: { verdict: 'violated', property: 'I5-mapped' } },
      { name: 'counted', what: 'copy_one_pte counts the entry as a page\'s', mutations: [drop('copy_one_pte', 'is_refpage_pfn')], properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } },
    ],
  }),
  refpageScenario({
    ...outlives, id: 'seed-001/a1.2-pinned', title: 'v2: a page that get_user_pages has pinned outlives the file',
    about: 'The reference page is an ordinary page with a count: a pin is one reference more, taken under the PTE lock while the VMA holds the file, and fput\'s put_page does not free it.',
    maps: [[read]], cpus: [program(0, pins(0)), sibling(0, munmaps()), closer], frames: 1, machine: { tlbs: false },
    reaches: () => ({ 'pinned, and the file gone': and(fileGone(), eq(peek(page_count_at.at(frame0())), count_t.lit(1)), not(pte_present(entry(0)))) }),
    properties: [ReadFree, I5Mapped, FileLife],
    mutants: [{ name: 'no-reference', what: 'get_user_pages hands the page out without a reference, as PFN maps are', kernel: { ...wrapping }, mutations: [drop('follow_page_pte', 'get_page'), drop('program0', 'put_page')], properties: [ReadFree], expect: { verdict: 'violated', property: 'refpage-alive' } }],
  }),
];

const everyone: Pick<RefpageScenario, 'entry' | 'kernel' | 'frames' | 'file' | 'properties' | 'expect' | 'machine'> = {
  entry: 'A1.6', kernel: wrapping, frames: 3, file: 'open', properties: [Contents, Constant, Copied, Uncounted, I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
};

const zeroPageLike = [
  refpageScenario({
    ...everyone, id: 'seed-001/a1.6-like-the-zero-page', title: 'v2: what treats the zero page specially treats a reference page so',
    about: 'Peter Collingbourne, 2020-08-13: "Like the zero page, _mapcount is now not modified on reference pages". A program reads, pins, stores (copy on write), zaps and reads again; its child reads, from its own copy of the entry; a third CPU closes the descriptor. Every place that knows the page is a mutant without.',
    maps: [[refpage], [null]], machine: { eviction: false, speculativeFill: false },
    cpus: [program(0, reads(), pins(0, true), forks(1, 0), stores(), dontneeds(), reads()), program(1, reads()), kthread('closer', () => { closes(0); })],
    reaches: () => ({
      'parent copied, child not': and(pte_write(entry(0)), mapsReference(1)),
      'pinned': eq(peek(page_count_at.at(frame0())), count_t.lit(2)),
      'reference page again': and(quiescent(), mapsReference(0), mapsReference(1)),
    }),
    mutants: [
      { name: 'zap-counts', what: 'zap_pte_range takes it for a normal page: page_remove_rmap underflows', mutations: [drop('zap_pte_range', 'is_refpage_pfn')], cpus: [program(0, reads(), dontneeds())], maps: [[refpage]], properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } },
      { name: 'copy-counts', what: 'wp_page_copy takes it for a normal page', mutations: [drop('wp_page_copy', 'is_refpage_pfn')], cpus: [program(0, reads(), stores())], maps: [[refpage]], properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } },
      { name: 'fork-counts', what: 'copy_one_pte takes it for a normal page', mutations: [drop('copy_one_pte', 'is_refpage_pfn')], cpus: [program(0, reads(), forks(1, 0))], properties: [Uncounted], expect: { verdict: 'violated', property: 'refpage-uncounted' } },
      { name: 'writable', what: 'the entry is made writable: a store changes the page for everybody', kernel: { ...wrapping, variants: ['reference page mapped with the permissions of the VMA'] }, cpus: [program(0, reads(), stores())], maps: [[refpage]], properties: [Constant], expect: { verdict: 'violated', property: 'refpage-constant' } },
      { name: 'gup-refuses', what: 'follow_page_pte knows the zero page only: EFAULT for direct IO from the mapping', kernel: { ...wrapping, variants: ['follow_page_pte refuses reference pages'] }, cpus: [program(0, reads(), pins(0, true))], maps: [[refpage]], expect: { verdict: 'violated', property: 'assertion' } },
      { name: 'copies-zeroes', what: 'the write fault copies nothing: the new page is not the reference page\'s copy', mutations: [drop('wp_page_copy', 'copy_user_page')], cpus: [program(0, reads(), stores())], maps: [[refpage]], properties: [Copied], expect: { verdict: 'violated', property: 'refpage-copied' } },
    ],
  }),
  refpageScenario({
    ...everyone, id: 'seed-001/a1.1-file-count', entry: 'A1.1', title: 'v2: f_count is the one counter left, and must not wrap',
    about: 'Peter Collingbourne, 2020-08-13: "A struct file\'s reference count is an atomic_long_t, which I assume cannot realistically overflow." Two mappings, forked, then unmapped by the parent.',
    maps: [[read, read], [null, null]], machine: { tlbs: false }, cpus: [program(0, forks(1, 0, 1), munmaps(0), munmaps(1)), program(1, reads(0), reads(1))],
    reaches: () => ({ 'five references': eq(peek(f_count.at()), count_t.lit(5)), 'the child alone': and(quiescent(), mapsReference(1, 0), mapsReference(1, 1), eq(peek(f_count.at()), count_t.lit(3))) }),
    mutants: [{ name: 'two-bits', what: 'an f_count of two bits', kernel: { ...v2, counterBits: 2 }, properties: [I5Mapped], expect: { verdict: 'violated', property: 'I5-mapped' } }],
  }),
  refpageScenario({
    ...everyone, id: 'seed-001/new-khugepaged-zeroes', entry: 'new', title: 'v2 to v5: khugepaged fills the untouched pages of a reference mapping with zeroes',
    about: 'Found by the model\'s authors, in the patches. vma_set_anonymous makes the VMA one that khugepaged collapses, and an entry that is none counts as the zero page. transhuge_vma_suitable, where v3 to v5 exclude reference mappings, is asked by faults and not by khugepaged. Kernels to 5.3 (v3 was measured on 4.14) and from 6.14 on (f1897f2f08b2); between, only without CONFIG_SHMEM, for khugepaged takes a VMA with a vm_file for a file\'s.',
    maps: [[refpage, refpage]], machine: { tlbs: false }, cpus: [program(0, stores(1), reads(0)), kthread('khugepaged', collapses(0))], properties: [Contents], expect: { verdict: 'violated', property: 'refpage-contents', steps: 34 },
  }),
  refpageScenario({
    ...everyone, id: 'seed-001/a1.6-khugepaged', title: 'khugepaged must leave reference mappings alone',
    about: 'The repair of seed-001/new-khugepaged-zeroes: hugepage_vma_check refuses the VMA.',
    kernel: { ...wrapping, variants: ['khugepaged leaves reference mappings alone'] },
    maps: [[refpage, refpage]], machine: { tlbs: false }, cpus: [program(0, stores(1), reads(0)), kthread('khugepaged', collapses(0))],
    reaches: () => ({ 'read after all': and(quiescent(), mapsReference(0, 0), pte_write(entry(0, 1))) }),
    mutants: [{ name: 'collapses', what: 'khugepaged as it is', kernel: wrapping, properties: [Contents], expect: { verdict: 'violated', property: 'refpage-contents' } }],
  }),
];

export const v2Scenarios = [...lifetime, ...zeroPageLike];
