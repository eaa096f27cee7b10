/** v1 (2020-07-31): what its counters do, and the lock that its fault handler does not take. */
import { and, drop, eq, not, peek, property, quiescent } from '../../language/index.ts';
import { mapcount_at, page_count_at } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, cpu_t, mm_t, pfn_t, pte_present, va_t } from '../../machine/types.ts';
import { I14, I4Anywhere, I5Mapped } from '../../../properties/index.ts';
import { noPtlHeld } from '../../../properties/places.ts';
import { kthread, program } from '../actors.ts';
import { forks, in_section, munmaps, mustRead, reads, worksOnPage } from './actors.ts';
import { OneOwner } from './properties.ts';
import { refpageScenario, type Mapped, type RefpageScenario } from './world.ts';

const v1 = { version: '5.9', refpages: 'v1' } as const;
/** Two bits: 1 is positive, 2 and 3 are negative as signed numbers. */
const narrow = { ...v1, counterBits: 2 } as const;
const owner: Mapped = { as: 'anon', page: 0 };
const refpage: Mapped = { as: 'refpage' };
const frame0 = () => pfn_t.lit(0);
const mapped = (mm: number, va: number) => pte_present(peek(pte.at(mm_t.lit(mm), va_t.lit(va))));
/** The two static lock rules that VM_FAULT_LOCKED without the lock breaks. */
const waive = ['PT003', 'PT004'] as const;

const counting: Pick<RefpageScenario, 'entry' | 'waive' | 'machine' | 'frames' | 'kernel'> = { entry: 'A1.1', waive, frames: 1, machine: { tlbs: false }, kernel: narrow };

/** v1's mappings hold a reference each: where nobody else takes one, the two counters are one number. */
const SameCount = property('refpage-references', 'outside PTE-lock sections every reference is a PTE\'s, modulo the width of the counters', () => ({
  'reference and mapping': { when: noPtlHeld(), holds: eq(peek(page_count_at.at(frame0())), peek(mapcount_at.at(frame0()))) },
}));

const twoForks: Pick<RefpageScenario, 'maps'> = { maps: [[owner, { ...refpage, page: 0 }], [null, null], [null, null]] };

const counters = [
  refpageScenario({
    ...counting, id: 'seed-001/a1.1-fork-overflows', title: 'v1: fork makes _refcount and _mapcount wrap',
    about: 'John Hubbard, 2020-08-02, of v1: "This will end up overflowing the page->_refcount in some situations." It does, by fork: copy_one_pte takes its references by get_page, which checks nothing (page_dup_rmap neither). Counters of two bits, an owner and one reference mapping, forked twice: both counters are right modulo 4, and pass through 0 with four PTEs.',
    ...twoForks, cpus: [program(0, forks(1, 0, 1), forks(2, 0, 1))], properties: [I4Anywhere, SameCount], expect: { verdict: 'holds' },
    reaches: () => ({
      '_refcount is 0 and the page mapped': and(eq(peek(page_count_at.at(frame0())), count_t.lit(0)), mapped(0, 0), mapped(1, 1)),
      '_mapcount is 0 and the page mapped': and(eq(peek(mapcount_at.at(frame0())), count_t.lit(0)), mapped(0, 0), mapped(1, 1)),
      'six PTEs, two references': and(quiescent(), mapped(2, 1), eq(peek(page_count_at.at(frame0())), count_t.lit(2))),
    }),
    mutants: [{ name: 'no-reference', what: 'fork forgets get_page', mutations: [drop('copy_one_pte', 'get_page')], expect: { verdict: 'violated', property: 'refpage-references' } }],
  }),
  refpageScenario({
    ...counting, id: 'seed-001/a1.1-fork-frees-mapped', title: 'v1: after the wrap, munmap frees a page that four PTEs still map',
    about: 'Peter Collingbourne, 2020-08-13: "it looks like the issue is not with _refcount but with _mapcount." It is with _refcount: after two forks it stands at 2 with six PTEs, and two munmaps free the page. _mapcount wraps with it, but nothing is freed for that.',
    ...twoForks, cpus: [program(0, forks(1, 0, 1), forks(2, 0, 1), munmaps(0), munmaps(1))], properties: [I5Mapped], expect: { verdict: 'violated', property: 'I5-mapped', steps: 94 },
  }),
  refpageScenario({
    ...counting, id: 'seed-001/a1.1-faults-refused', title: 'v1: a mapping of many pages is refused a fault before _mapcount can overflow',
    about: 'Peter Collingbourne, 2020-08-13: "a program could create a reference page mapping with 2^32 pages, fault every page in the mapping and thereby overflow _mapcount." Every fault takes a reference first, by try_grab_page, which refuses a count that is negative as a signed number (commit 8fde12ca79af, 5.1). With two bits the second page of the mapping cannot be read: SIGSEGV at half the range.',
    maps: [[owner, refpage, refpage]], cpus: [program(0, mustRead(1), mustRead(2))], properties: [I4Anywhere], expect: { verdict: 'violated', property: 'assertion', steps: 34 },
  }),
  refpageScenario({
    ...counting, id: 'seed-001/a1.1-faults-checked', title: 'v1: with the check of try_grab_page, faults alone make no counter wrap',
    about: 'The same, by a program that bears SIGSEGV: both counters stay the number of PTEs, and the page lives as long as one maps it.',
    maps: [[owner, refpage, refpage, refpage, refpage]], cpus: [program(0, reads(1), reads(2), reads(3), reads(4), munmaps(0))], properties: [I4Anywhere, I5Mapped], expect: { verdict: 'holds' },
    reaches: () => ({
      'half the range': eq(peek(page_count_at.at(frame0())), count_t.lit(2)),
      'owner gone, the page still mapped': and(quiescent(), not(mapped(0, 0)), mapped(0, 1)),
    }),
    mutants: [{ name: 'unchecked', what: 'get_user_pages takes its reference unchecked, as before 5.1', kernel: { ...narrow, variants: ['get_user_pages takes references unchecked'] }, expect: { verdict: 'violated', property: 'I5-mapped' } }],
  }),
];

const locking: Pick<RefpageScenario, 'entry' | 'maps' | 'frames' | 'cpus' | 'machine'> = {
  entry: 'A1.3', maps: [[owner, refpage]], frames: 1, machine: { tlbs: false },
  cpus: [program(0, reads(1)), kthread('kcompactd', worksOnPage), kthread('migrate_pages', worksOnPage)],
};

const pageLock = [
  refpageScenario({
    ...locking, id: 'seed-001/a1.3-locked', title: 'A fault handler that returns VM_FAULT_LOCKED has locked the page',
    about: 'John Hubbard, 2020-08-02: "I thought you only should set it after locking the page." v1 with lock_page added to its fault handler, beside two kernel threads that lock the page to work on it.',
    kernel: { ...v1, variants: ['reference page locked by its fault handler'] }, properties: [OneOwner, I14, I4Anywhere], expect: { verdict: 'holds' },
    reaches: () => ({ 'worked on while mapped twice': and(mapped(0, 1), peek(in_section.at(cpu_t.lit(1)))), 'mapped at the end': and(quiescent(), mapped(0, 1)) }),
    mutants: [{ name: 'unlocked', what: 'the fault handler as posted: nothing is locked', kernel: v1, waive, properties: [I14], expect: { verdict: 'violated', property: 'I14' } }],
  }),
  refpageScenario({
    ...locking, id: 'seed-001/a1.3-two-owners', title: 'v1: the fault unlocks a page that somebody else has locked, and a third locks it',
    about: 'Peter Collingbourne, 2020-08-13: "it isn\'t locked at this point." do_read_fault unlocks what the handler said was locked. Whoever held the lock works on, and the next one gets it too.',
    kernel: v1, waive, properties: [OneOwner], expect: { verdict: 'violated', property: 'I14-one-owner', steps: 21 },
    catalogueSteps: 3, lengthNote: 'The catalogue begins at the unlock; here the fault walks to it, by way of get_user_pages.',
  }),
];

export const v1Scenarios = [...counters, ...pageLock];
