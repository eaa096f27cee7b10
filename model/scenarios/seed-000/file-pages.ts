/** Write protection of a file's page, with a descriptor in place of page->mapping (A0.1, A0.2, use [1] of page->mapping). */
import { and, drop, never, not, peek, quiescent, TRUE, type Value } from '../../language/index.ts';
import { frozen, page_cache, PG_dirty, PG_locked, slot_t } from '../../kernel/page.ts';
import { write_protected } from '../../kernel/write_protect.ts';
import { pte } from '../../machine/tlb.ts';
import { mm_t, owner_t, pfn_t, pte_present, va_t, type Pte } from '../../machine/types.ts';
import { I1Strong, I3, I4, I5, I6, I7, I8 } from '../../../properties/index.ts';
import { kthread, loads, program, protects, stores, truncates } from '../actors.ts';
import type { Mapping, Start } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { readsDirect } from './anonymous.ts';

const page = (): ReturnType<typeof pfn_t.lit> => pfn_t.lit(0);
const entry = (): Pte => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const isProtected = (): Value<'bool'> => peek(frozen.at(page()));
const changed = { verdict: 'violated', property: 'I6' } as const;
const notCached = { verdict: 'violated', property: 'I8' } as const;

/** The page is protected from the start. */
export function protectedPage(maps: readonly Mapping[], freeFrames = 0): Start {
  return {
    maps, freeFrames,
    also: (set) => {
      set(write_protected.at(page()), TRUE);
      set(frozen.at(page()), TRUE);
    },
  };
}

const protect: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A0.1',
  about: 'Jérôme Glisse, 2020-01-21: "provide a mechanism that work for both anonymous and file back memory", with page->mapping of a protected file page turned into a descriptor. A program stores to the page while it is being protected; while it counts as protected its contents must not change.',
  kernel: { version: '5.5', writeProtection: {} },
  start: { maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), kthread('protector', protects)],
  properties: [I6, I1Strong, I3, I4, I5],
};
const descriptorLast = 'PTEs are protected before the descriptor is set' as const;
const reaches = (): Record<string, Value<'bool'>> => ({
  'protected before the store': and(isProtected(), not(peek(PG_dirty.at(page())))),
  'protected after the store': and(quiescent(), isProtected(), peek(PG_dirty.at(page()))),
  'broken': and(quiescent(), not(peek(write_protected.at(page()))), peek(PG_dirty.at(page()))),
});

export const filePages = [
  fileScenario({
    ...protect, id: 'seed-000/a0.1-file-page', title: 'A file\'s page: first the descriptor, then the PTEs', expect: { verdict: 'holds' }, reaches,
    mutants: [
      { name: 'fault-does-not-break', what: 'the write fault does not ask whether the page is protected', mutations: [never('wp_page_shared', 'break_protection_of_file')], properties: [I6], expect: changed },
      { name: 'descriptor-last', what: 'the PTEs first, then the descriptor', kernel: { variants: [descriptorLast] }, properties: [I6], expect: changed },
      { name: 'no-flush', what: 'page_mkclean_one does not flush', start: { dirty: true, maps: [{ pte: 'rw' }] }, mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I6], expect: changed },
    ],
  }),
  fileScenario({
    ...protect, id: 'seed-000/new-descriptor-last', title: 'KSM\'s order, PTEs first and descriptor last, on a file without page_mkwrite', kernel: { ...protect.kernel, variants: [descriptorLast] }, properties: [I6], expect: { ...changed, steps: 34 },
    about: 'Not in the thread. KSM protects the PTE, compares references and then changes page->mapping; that is right for anonymous pages, whose write fault takes the page lock before it reuses a page. The write fault on a shared file page of a file system without page_mkwrite makes the PTE writable without the page lock, and finds no descriptor yet: the page counts as protected and is written.',
  }),
  fileScenario({
    ...protect, id: 'seed-000/a0.1-file-page-mkwrite', title: 'The same order where page_mkwrite locks the page: nothing is lost', kernel: { version: '5.5', writeProtection: {}, fs: { mkwrite: true }, variants: [descriptorLast] }, expect: { verdict: 'holds' },
    about: 'page_mkwrite returns with the page locked (since 2.6.30), and the lock is kept until the PTE is writable and the page dirty: protector and fault exclude each other.', reaches,
    mutants: [
      { name: 'asked-before-mkwrite', what: 'whether the page is protected is not asked again after page_mkwrite', mutations: [never('wp_page_shared', 'break_protection')], properties: [I6], expect: changed },
    ],
  }),
  fileScenario({
    ...protect, id: 'seed-000/a0.2-file-page-pinned', entry: 'A0.2', title: 'A file\'s page that a device has pinned is not protected', start: { dirty: true, maps: [{ pte: 'rw' }] },
    cpus: [program(0, readsDirect), kthread('protector', protects)], properties: [I6, I7, I4, I5], expect: { verdict: 'holds' },
    about: 'Jérôme Glisse, 2020-01-21: "GUPed page should not be write protected". For a file\'s page the references are those of its PTEs, of the page cache and of the protector; one more is a pin, or somebody who looked the page up and is harmless.',
    reaches: () => ({ 'protected': isProtected(), 'given up': and(quiescent(), not(peek(write_protected.at(page())))) }),
    mutants: [{ name: 'no-comparison', what: 'the protector does not give up when references are raised', mutations: [never('write_protect_file_page', 'page->mapping = mapping')], properties: [I6], expect: changed }],
  }),
  fileScenario({
    ...protect, id: 'seed-000/a0.3-truncation-seen', entry: 'A0.3', title: '[1]: the descriptor says whether the page is still in the file', start: protectedPage([{ pte: 'none' }], 1),
    cpus: [program(0, loads), kthread('ftruncate', truncates)], properties: [I8, I4, I5], expect: { verdict: 'holds' },
    about: 'filemap_fault and others lock the page and see whether page->mapping is still the file\'s: else it was truncated meanwhile. With a descriptor in page->mapping, the descriptor must be asked whether it still lists this file.',
    reaches: () => ({ 'mapped': pte_present(entry()), 'truncated while the fault had the page': and(not(slot_t.get(peek(page_cache.at()), 'present')), owner_t.get(peek(PG_locked.at(page())), 'held')) }),
    mutants: [{ name: 'passed-down', what: 'for a protected page, the mapping that was passed down is taken', kernel: { variants: ['a protected page is taken to be in the file that is asked for'] }, properties: [I8], expect: notCached }],
  }),
  fileScenario({
    ...protect, id: 'seed-000/new-truncation-unseen', entry: 'A0.3', title: '[1]: a mapping that was passed down cannot tell that the page was truncated', start: protectedPage([{ pte: 'none' }], 1),
    cpus: [program(0, loads), kthread('ftruncate', truncates)], properties: [I8], expect: { ...notCached, steps: 33 }, kernel: { ...protect.kernel, variants: ['a protected page is taken to be in the file that is asked for'] },
    about: 'Not in the thread. "The helper takes the mapping from the context and the struct page. If the page is not write protected then it uses the mapping from the struct page", else the one passed down: then page->mapping == mapping is always true of a protected page, and this comparison, made under the page lock, is how a fault learns that the page was truncated. The program is left with a page that no file has.',
  }),
];
