/** Races of those who wait for a bit of page->flags: a wake-up that comes late (B81), and one that is lost (B84). No page tables. */
import { and, atomic, bool, drop, eq, FALSE, Forever, If, load, not, peek, primitive, proc, program, quiescent, Return, shared, store, thread, TRUE, waitUntil, type Mutation, type Property, type Thread, type Value } from '../../language/index.ts';
import type { Program } from '../../language/ir.ts';
import { page_count_at, put_page, type Page } from '../../kernel/page.ts';
import { end_page_writeback, page_flags, page_flags_t, set_page_writeback, somebodyWaits, split_drops_tail, wait_and_check, wait_on_page_locked } from '../../kernel/page_wait.ts';
import type { Version } from '../../kernel/version.ts';
import { DEFAULT_MACHINE, switchedOff } from '../../machine/config.ts';
import { count_t, pfn_t } from '../../machine/types.ts';
import { I10b, I14, I5 } from '../../../properties/index.ts';
import type { Expectation, Scenario } from '../../scenario.ts';

const page = (): Page => pfn_t.lit(0);
const bits = (): Value<'page_flags_t'> => peek(page_flags.at(page()));
/** A second IO of the page has been given to the device. */
const submitted_at = shared('submitted', bool, []);
const submit_bio = primitive('submit_bio', () => { store(submitted_at.at(), TRUE); });

/** The frame for another use, if nobody has it: flags of a new page. */
const reused = primitive('alloc_page', () => {
  let free: Value<'bool'> | undefined;
  atomic('the allocator hands a frame to one caller only', () => {
    free = eq(load('count', page_count_at.at(page())), count_t.lit(0));
    If(free, () => {
      store(page_count_at.at(page()), count_t.lit(1));
      store(page_flags.at(page()), page_flags_t.of({}));
    });
  });
  return free as Value<'bool'>;
});
const inWriteback = primitive('PageWriteback', () => load('flags', page_flags.at(page())));

/** truncates: takes the page out of the file and, if that frees it, begins anew with the frame. Else the page is just written again. */
const writes_again = (truncates: boolean) => proc('writes_again', { params: {}, sleeps: true }, () => {
  const flags = inWriteback();
  If(page_flags_t.get(flags, 'writeback'), () => Return());
  if (truncates) {
    put_page(page());
    const free = reused();
    If(not(free), () => Return());
  }
  set_page_writeback(page());
  submit_bio();
  wait_and_check({ page: page() });
});
const afterTruncation = writes_again(true);
const inPlace = writes_again(false);

interface World {
  readonly version: Version;
  readonly threads: () => readonly Thread[];
  readonly flags: () => Value<'page_flags_t'>;
  readonly properties: readonly Property[];
}

const device = (): Thread => thread('device', 2, () => Forever(() => {
  waitUntil(submitted_at.at(), (submitted) => submitted);
  store(submitted_at.at(), FALSE);
  end_page_writeback({ page: page() });
}), 'service');
const b81 = (second: typeof inPlace) => ({
  threads: () => [thread('interrupt', 0, () => { end_page_writeback({ page: page() }); }), thread('writer', 1, () => { second({}); }), device()],
  flags: () => page_flags_t.of({ writeback: TRUE }),
});
const b84 = {
  threads: () => [thread('split', 0, () => { split_drops_tail({ tail: page() }); }), thread('reader', 1, () => { wait_on_page_locked({ page: page() }); })],
  flags: () => page_flags_t.of({ locked: TRUE, dirty: TRUE }),
};

const machine = { ...DEFAULT_MACHINE, tlbs: false };
function build(id: string, w: World, reaches?: () => Record<string, Value<'bool'>>, mutations: readonly Mutation[] = []): Program {
  return program({
    name: id, sizes: { cpu_t: 3, pfn_t: 1 }, options: { machine, kernel: { version: w.version } }, threads: w.threads, properties: w.properties, mutations,
    init: (set) => {
      set(page_count_at.at(page()), count_t.lit(1));
      set(page_flags.at(page()), w.flags());
    },
    ...(reaches ? { reaches } : {}),
  });
}

interface Described extends World {
  readonly id: string;
  readonly entry: string;
  readonly title: string;
  readonly about: string;
  readonly expect: Expectation;
  readonly reaches?: () => Record<string, Value<'bool'>>;
  readonly mutants?: readonly { readonly name: string; readonly what: string; readonly expect: Expectation; readonly world?: Partial<World>; readonly mutations?: readonly Mutation[] }[];
}
function described({ id, entry, title, about, expect, reaches, mutants = [], ...world }: Described): Scenario {
  return {
    id, entry, title, about, expect, kernel: world.version, cpus: 3, mms: 0, pages: 1, machine: switchedOff(machine), build: () => build(id, world, reaches),
    mutants: mutants.map((m) => ({ name: m.name, what: m.what, expect: m.expect, build: () => build(id, { ...world, ...m.world }, undefined, m.mutations) })),
  };
}

const late = {
  entry: 'B81',
  about: 'Commit 073861ed77b6 (Hugh Dickins, 5.10-rc), "mm: fix VM_BUG_ON(PageTail) and BUG_ON(PageWriteback)", and Matthew Wilcox\'s reading of it: end_page_writeback clears the bit, and before it looks whether somebody waits, the page is truncated, freed, used anew and under write-out again. Its wake-up is for the IO before; who is woken goes on as if this one were done.',
};
const BUG = { verdict: 'violated', property: 'assertion' } as const;
const lost = {
  entry: 'B84',
  about: 'Commit 2d077d4b5992 (Hugh Dickins, 4.18-rc), "mm/huge_memory.c: __split_huge_page() use atomic ClearPageDirty()": __ClearPageDirty reads page->flags and writes them back. The tail of the huge page can already be found; who waits for its lock sets PG_waiters in between, the bit is lost, and unlock_page wakes nobody.',
};
const READS = [I14, I10b];

export const pageWaitRaces: readonly Scenario[] = [
  described({ ...late, ...b81(afterTruncation), id: 'race/b81-woken-for-another', title: 'A wake-up for the IO before', version: '5.9', properties: [I14], expect: { ...BUG, steps: 16 } }),
  described({ ...late, ...b81(afterTruncation), id: 'race/b81-free-page-looked-at', title: 'end_page_writeback looks at a page that is free', version: '5.8', properties: [I5], expect: { verdict: 'violated', property: 'I5', steps: 4 } }),
  described({ ...late, ...b81(inPlace), id: 'race/b81-reference-alone', title: 'The page is held, and is written again in place: the wake-up is still for the IO before', version: '5.10', properties: [I5, I14], expect: { ...BUG, steps: 15 } }),
  described({
    ...late, ...b81(inPlace), id: 'race/b81-repaired', title: 'The page is held, and who waits looks again', version: '5.11', properties: [I5, ...READS], expect: { verdict: 'holds' },
    reaches: () => ({ 'somebody waits for the second IO': and(somebodyWaits(), page_flags_t.get(bits(), 'writeback')), done: quiescent() }),
    mutants: [
      { name: 'looks-once', what: 'who is woken goes on (5.10)', world: { version: '5.10' }, expect: BUG },
      { name: 'not-held', what: 'no reference, and the page is truncated', world: b81(afterTruncation), mutations: [drop('end_page_writeback', 'get_page'), drop('end_page_writeback', 'put_page')], expect: { verdict: 'violated', property: 'I5' } },
    ],
  }),
  described({
    ...late, ...b81(afterTruncation), id: 'race/b81-held', title: 'While it is held the page is not used anew', version: '5.11', properties: [I5, ...READS], expect: { verdict: 'holds' },
    reaches: () => ({ 'used anew after the wake-up': and(quiescent(), eq(peek(page_count_at.at(page())), count_t.lit(1))) }),
    mutants: [{ name: 'not-held', what: 'no reference', mutations: [drop('end_page_writeback', 'get_page'), drop('end_page_writeback', 'put_page')], expect: { verdict: 'violated', property: 'I5' } }],
  }),
  described({ ...lost, ...b84, id: 'race/b84-waiters-erased', title: 'PG_waiters is erased by who clears PG_dirty', version: '4.14', properties: READS, expect: { verdict: 'deadlock', steps: 9 } }),
  described({
    ...lost, ...b84, id: 'race/b84-repaired', title: 'PG_dirty is cleared by a locked instruction', version: '4.20', properties: READS, expect: { verdict: 'holds' },
    reaches: () => ({ 'somebody waits': and(somebodyWaits(), not(page_flags_t.get(bits(), 'dirty'))), done: quiescent() }),
    mutants: [{ name: 'read-then-write', what: 'read and written back', world: { version: '4.14' }, expect: { verdict: 'deadlock' } }],
  }),
];
