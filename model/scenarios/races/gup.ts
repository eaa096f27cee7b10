/** Races of GUP with copy on write (B63, B64, B68) and with fork (B66). */
import { and, drop, eq, FALSE, If, moveAfter, not, peek, quiescent, TRUE, type Init, type Value } from '../../language/index.ts';
import { PG_anon_exclusive } from '../../kernel/anon_exclusive.ts';
import { pin_t } from '../../kernel/follow_page.ts';
import { frozen, mapcount_at, mapping_at, page_cache, page_count_at, PG_anon, slot_t } from '../../kernel/page.ts';
import { pinned } from '../../kernel/pins.ts';
import { register_and_write } from '../../kernel/rdma.ts';
import { access_by_force } from '../../kernel/remote.ts';
import { pipe, pipe_read, vmsplice } from '../../kernel/splice.ts';
import { mcontinue_atomic_pte } from '../../kernel/userfaultfd.ts';
import { data } from '../../machine/mmu.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_dirty, pte_pfn, pte_present, pte_write, va_t, version_t, type Pte } from '../../machine/types.ts';
import { I4, I5, I6, I6Pipe, I7 } from '../../../properties/index.ts';
import { dontneed, forks, kthread, loads, munmaps, program, sibling, stores } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = (n: number): Value<'pfn_t'> => pfn_t.lit(n);
const entry = (mm: number): Pte => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const at = (mm: number): { readonly mm: Value<'mm_t'>; readonly va: Value<'va_t'> } => ({ mm: mm_t.lit(mm), va: va_t.lit(0) });
const STEPS = 'Locks, loads, references and interrupts are steps here.';

const FORCED = { gup: 'FOLL_GET' } as const;
const isolation = { verdict: 'violated', property: 'I6' } as const;
/** Another program's write through /proc/<pid>/mem; it may write what the VMA does not allow. */
const writesByForce = kthread('debugger', () => { access_by_force({ ...at(0), write: TRUE }); });
const continues = (mm: number): void => { mcontinue_atomic_pte(at(mm)); };
/** The file's page is everybody's: no private mapping may change it. */
const everybodys = (set: Init): void => set(frozen.at(page(0)), TRUE);
const writtenToTheCopy = () => ({ 'written to the private copy': and(quiescent(), peek(PG_anon.at(pte_pfn(entry(0)))), eq(peek(data.at(pte_pfn(entry(0)))), version_t.lit(1))) });
const mapsTheFile = () => ({ 'maps the file\'s page again, read-only': and(pte_present(entry(0)), eq(pte_pfn(entry(0)), page(0)), peek(PG_anon.at(page(1)))) });

const b63: Common = {
  entry: 'B63',
  about: 'Commit 19be0eaffa3a (Linus Torvalds, 4.9-rc2; reported by Phil Oester, CVE-2016-5195), "mm: remove gup_flags FOLL_WRITE games from __get_user_pages()": a write through /proc/self/mem to a private read-only mapping of a file first copies the page, and then looks for it as if to read, because the PTE stays read-only. MADV_DONTNEED between the two drops the copy, the look for reading maps the file\'s page, and the write goes there.',
  start: { maps: [{ pte: 'ro', shared: false, writable: false }], freeFrames: 2, also: everybodys },
  cpus: [writesByForce, sibling(0, dontneed, loads)],
  properties: [I6],
};

const b68: Common = {
  entry: 'B68',
  about: 'Commit 5535be309971 (David Hildenbrand, 6.0-rc3, CVE-2022-2590), "mm/gup: fix FOLL_FORCE COW security issue and remove FOLL_COW": FOLL_COW and a dirty PTE were taken to mean that COW was broken. UFFDIO_CONTINUE on a private mapping of a shmem file maps the file\'s page read-only and, since 5.16, dirty.',
  start: { maps: [{ pte: 'ro', shared: false, writable: false }], freeFrames: 2, also: everybodys },
  cpus: [writesByForce, sibling(0, dontneed, continues)],
  properties: [I6],
};

/** Page 0 is nobody's in the page cache: anonymous, mapped by the first `mms` programs. */
const anonymous = (mms: number) => (set: Init): void => {
  set(page_cache.at(), slot_t.of({}));
  set(mapping_at.at(page(0)), FALSE);
  set(PG_anon.at(page(0)), TRUE);
  set(page_count_at.at(page(0)), count_t.lit(mms));
  set(mapcount_at.at(page(0)), count_t.lit(mms));
};

const b64: Common = {
  entry: 'B64',
  about: 'Commit 17839856fd58 (Linus Torvalds, 5.8-rc1; reported by Jann Horn, CVE-2020-29374), "gup: document and work around \'COW can break either way\' issue": a child puts a page that it shares with its parent into a pipe, and unmaps it. The parent stores, finds the page mapped once, and takes it for its own; the child reads what the parent has written.',
  start: { maps: [{ pte: 'ro', shared: false }, { pte: 'ro', shared: false }], freeFrames: 2, also: anonymous(2) },
  cpus: [program(0, stores), program(1, splicesAndUnmaps)],
  properties: [I6Pipe],
};
function splicesAndUnmaps(mm: number): void {
  const pin = vmsplice(at(mm), 'pin');
  munmaps(mm);
  If(pin_t.get(pin, 'ok'), () => { pipe_read({ mm: mm_t.lit(mm), page: pin_t.get(pin, 'pfn') }); });
}
const inPipe = (): Value<'bool'> => pin_t.get(peek(pipe.at(mm_t.lit(1))), 'ok');
const unmapped = () => and(inPipe(), not(pte_present(entry(1))));

const b66: Common = {
  entry: 'B66',
  about: 'Commit 57efa1fe5957 (Jason Gunthorpe, 5.11-rc1), "mm/gup: prevent gup_fast from racing with COW during fork": fork finds no pin, GUP-fast pins the page through a PTE that is still writable, and fork write-protects it and shares the page with the child. The parent\'s next store copies the page away from the device.',
  start: { maps: [{ pte: 'rw', shared: false }, { shared: false, linked: false }], freeFrames: 3, also: anonymous(1) },
  cpus: [program(0, registers), sibling(0, forks(1), stores)],
  properties: [I7],
};
function registers(mm: number): void { register_and_write({ ...at(mm), dirties: FALSE }); }
const isPinned = (): Value<'bool'> => pin_t.get(peek(pinned.at(mm_t.lit(0), va_t.lit(0))), 'ok');
const pinnedAndForked = () => ({
  'pinned, and the child has a copy': and(isPinned(), pte_present(entry(1)), not(eq(pte_pfn(entry(1)), pte_pfn(entry(0))))),
  'shared with the child': and(pte_present(entry(1)), eq(pte_pfn(entry(1)), pte_pfn(entry(0)))),
  'pinned after the fork, by way of a copy': and(isPinned(), not(eq(pte_pfn(entry(0)), page(0)))),
});
const lostPin = { verdict: 'violated', property: 'I7' } as const;

export const gupRaces = [
  fileScenario({ ...b63, id: 'race/b63-dirty-cow', title: 'A forced write to a read-only private mapping reaches the file', kernel: { version: '4.8', ...FORCED }, expect: { ...isolation, steps: 53 }, catalogueSteps: 7, lengthNote: STEPS }),
  fileScenario({
    ...b63, id: 'race/b63-repaired', title: 'FOLL_COW remembers that COW was broken, and a clean PTE says that it no longer is', kernel: { version: '4.9', ...FORCED }, properties: [I6, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ ...writtenToTheCopy(), ...mapsTheFile() }),
    mutants: [
      { name: 'dropped', what: 'FOLL_WRITE is dropped once COW was broken', kernel: { version: '4.8' }, properties: [I6], expect: isolation },
      { name: 'dirty-not-asked', what: 'FOLL_COW alone is believed', kernel: { variants: ['FOLL_COW alone is believed'] }, properties: [I6], expect: isolation },
    ],
  }),
  fileScenario({
    ...b63, id: 'race/b63-before', title: 'Until 2.6.21 MADV_DONTNEED held mmap_sem for writing, and could not come between', kernel: { version: '2.6.21', ...FORCED }, properties: [I6, I4, I5], expect: { verdict: 'holds' },
    reaches: writtenToTheCopy, mutants: [{ name: 'shared-lock', what: 'MADV_DONTNEED of 2.6.22', kernel: { version: '2.6.23' }, properties: [I6], expect: isolation }],
  }),
  fileScenario({ ...b64, id: 'race/b64-cow-either-way', title: 'A parent takes over a page that its child has in a pipe', kernel: { version: '5.5', ...FORCED }, expect: { verdict: 'violated', property: 'I6-pipe', steps: 22 }, catalogueSteps: 4, lengthNote: STEPS }),
  fileScenario({
    ...b64, id: 'race/b64-repaired', title: 'Repair A (5.8): to pin a page of a private mapping is to break COW', kernel: { version: '5.8', ...FORCED }, properties: [I6Pipe, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'in the pipe and unmapped': unmapped(), 'the parent has stored to the old page': and(inPipe(), pte_write(entry(0)), eq(pte_pfn(entry(0)), page(0))) }),
    mutants: [
      { name: 'fast-path-forgotten', what: 'GUP-fast pins a read-only page', kernel: { variants: ['GUP-fast does not break COW for reading'] }, properties: [I6Pipe], expect: { verdict: 'violated', property: 'I6-pipe' } },
      { name: 'neither', what: 'the kernel before', kernel: { version: '5.5' }, properties: [I6Pipe], expect: { verdict: 'violated', property: 'I6-pipe' } },
    ],
  }),
  fileScenario({
    ...b64, id: 'race/b64-by-references', title: 'Repair B (5.9): a page is taken over only if nobody else has a reference', kernel: { version: '5.9', ...FORCED }, properties: [I6Pipe, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'in the pipe, unmapped, and the parent has a copy': and(unmapped(), pte_write(entry(0)), not(eq(pte_pfn(entry(0)), page(0)))), 'taken over': and(pte_write(entry(0)), eq(pte_pfn(entry(0)), page(0))) }),
    mutants: [{ name: 'by-mapcount', what: 'a page that is mapped once is taken over', kernel: { variants: ['COW reuses what is mapped once'] }, properties: [I6Pipe], expect: { verdict: 'violated', property: 'I6-pipe' } }],
  }),
  fileScenario({ ...b66, id: 'race/b66-gup-fast-vs-fork', title: 'GUP-fast pins the page after fork has looked for pins', kernel: { version: '5.9', gup: 'FOLL_PIN' }, expect: { ...lostPin, steps: 52 }, catalogueSteps: 10, lengthNote: STEPS }),
  fileScenario({
    ...b66, id: 'race/b66-repaired', title: 'GUP-fast gives its pin back if fork was under way', kernel: { version: '5.11', gup: 'FOLL_PIN' }, properties: [I7, I4, I5], expect: { verdict: 'holds' }, reaches: pinnedAndForked,
    mutants: [
      { name: 'count-not-read-again', what: 'GUP-fast does not compare', mutations: [drop('lockless_pages_from_mm', 'read_seqcount_retry')], properties: [I7], expect: lostPin },
      { name: 'not-begun', what: 'fork counts only when it is done', mutations: [drop('dup_mmap', 'raw_write_seqcount_begin')], properties: [I7], expect: lostPin },
      { name: 'begun-late', what: 'fork counts twice when it is done', mutations: [moveAfter('dup_mmap', 'raw_write_seqcount_begin', 'copy_one_pte')], properties: [I7], expect: lostPin },
      { name: 'no-early-copy', what: 'fork shares what is pinned', mutations: [drop('copy_one_pte', 'copy_present_page')], properties: [I7], expect: lostPin },
      { name: 'told-late', what: 'mm->has_pinned is set once the page is pinned', mutations: [moveAfter('get_user_pages_fast', 'atomic_set(has_pinned)', 'lockless_pages_from_mm')], properties: [I7], expect: lostPin },
    ],
  }),
  fileScenario({
    ...b66, id: 'race/b66-exclusive', title: 'The same with PageAnonExclusive, which fork clears', kernel: { version: '6.2', gup: 'FOLL_PIN' }, properties: [I7, I4, I5], expect: { verdict: 'holds' }, reaches: pinnedAndForked,
    start: { ...b66.start, also: (set) => { anonymous(1)(set); set(PG_anon_exclusive.at(page(0)), TRUE); } },
    mutants: [{ name: 'count-not-read-again', what: 'GUP-fast does not compare', mutations: [drop('lockless_pages_from_mm', 'read_seqcount_retry')], properties: [I7], expect: lostPin }],
  }),
  fileScenario({ ...b68, id: 'race/b68-dirty-read-only', title: 'UFFDIO_CONTINUE maps the file\'s page read-only and dirty, and FOLL_COW takes it for the copy', kernel: { version: '5.19', ...FORCED }, expect: { ...isolation, steps: 48 } }),
  fileScenario({
    ...b68, id: 'race/b68-repaired', title: 'Only an anonymous page that is this mapping\'s alone is written', kernel: { version: '6.0', ...FORCED }, properties: [I6, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ ...writtenToTheCopy(), ...mapsTheFile(), 'read-only, dirty, and the file\'s': and(pte_present(entry(0)), pte_dirty(entry(0)), eq(pte_pfn(entry(0)), page(0))) }),
    mutants: [{ name: 'by-dirty-bit', what: 'FOLL_COW and the dirty bit', kernel: { version: '5.19' }, properties: [I6], expect: isolation }],
  }),
  fileScenario({
    ...b68, id: 'race/b68-clean-before', title: 'Before 5.16 UFFDIO_CONTINUE mapped the page clean', kernel: { version: '5.15', ...FORCED }, properties: [I6, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ ...writtenToTheCopy(), ...mapsTheFile() }),
    mutants: [{ name: 'dirty', what: 'it maps the page dirty', kernel: { version: '5.16' }, properties: [I6], expect: isolation }],
  }),
  fileScenario({
    ...b68, id: 'race/b68-shared-by-fork', title: 'Anonymous is not enough: a page that is shared with a child is copied', kernel: { version: '6.0', ...FORCED }, properties: [I6, I4, I5], expect: { verdict: 'holds' },
    start: { maps: [{ pte: 'ro', shared: false, writable: false }, { pte: 'ro', shared: false, writable: false }], freeFrames: 1, also: (set) => { anonymous(2)(set); everybodys(set); } },
    cpus: [writesByForce, program(1, loads)],
    reaches: writtenToTheCopy,
    mutants: [{ name: 'anonymous-is-enough', what: 'an anonymous page is written', kernel: { variants: ['an anonymous page may be written by FOLL_FORCE'] }, properties: [I6], expect: isolation }],
  }),
];


