/** A4.2 in full: Christoph Lameter's repair for ENOSPC in set_page_dirty, "track down all processes", from bad to sound. */
import { and, drop, not, peek, quiescent } from '../../language/index.ts';
import { cpu_t, mm_t, pfn_t, va_t } from '../../machine/types.ts';
import { mapping_at, PG_dirty } from '../../kernel/page.ts';
import { sigbus_pending, thrown_away } from '../../kernel/sigbus.ts';
import { user_store_unless_killed } from '../../kernel/user.ts';
import type { KernelConfig, SigbusPolicy, Variant, Version } from '../../kernel/version.ts';
import { I4, I5, I8, I14, InnocentLives, ToldOfLoss } from '../../../properties/index.ts';
import { loads, program, sibling } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = () => pfn_t.lit(0);
const storesUnlessKilled = (mm: number): void => { user_store_unless_killed({ mm: mm_t.lit(mm), va: va_t.lit(0) }); };
const SAID = 'Christoph Lameter, 2006-05-30: "One can track down the processes that have dirtied the pte to the page in question and just terminate those and remove the page."';

const lameter = (version: Version, sigbus: SigbusPolicy, more: readonly Variant[] = []): KernelConfig => ({ version, fs: { mkwrite: true, enospc: true }, variants: ['set_page_dirty notifies the file system', ...more], sigbus });
const LITERAL = { removes: 'dirty', kills: 'dirty', pageGoes: 'last' } as const;
const ALL_LAST = { ...LITERAL, removes: 'all' } as const;
const ALL_FIRST = { ...ALL_LAST, pageGoes: 'first' } as const;

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title' | 'about'>;

/** One program runs out of space; another, of two threads, stores meanwhile. Page tables only: no TLBs. */
const twoPrograms: Common = {
  entry: 'A4.2',
  machine: { tlbs: false },
  start: { maps: [{ pte: 'ro' }, { pte: 'ro' }], freeFrames: 1 },
  cpus: [program(0, storesUnlessKilled), program(1, storesUnlessKilled), sibling(1, storesUnlessKilled)],
  properties: [ToldOfLoss],
};
const lost = { verdict: 'violated', property: 'A4.2-told' } as const;
const sound = [ToldOfLoss, InnocentLives, I4, I5, I8, I14];
const killed = (mm: number) => peek(sigbus_pending.at(mm_t.lit(mm)));
const reached = () => ({
  'both killed': and(quiescent(), killed(0), killed(1)),
  'one killed, the other dirty': and(quiescent(), killed(0), not(killed(1)), not(peek(mapping_at.at(page())))),
  'a store thrown away': peek(thrown_away.at(cpu_t.lit(1))),
  'nobody killed': and(quiescent(), not(killed(0)), not(killed(1)), peek(PG_dirty.at(page()))),
});

export const sigbusScenarios = [
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-who-maps', title: 'SIGBUS for all that map the page: a reader is killed', about: 'Christoph Lameter, 2006-05-30: "Track down all processes that use the mapping". David Howells, the same day: "They should not be terminated if they haven\'t attempted to write to the mapping."',
    cpus: [program(0, storesUnlessKilled), program(1, loads)], properties: [InnocentLives], kernel: lameter('v5', { ...ALL_LAST, kills: 'all' }), expect: { verdict: 'violated', property: 'A4.2-innocent', steps: 30 },
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-dirtiers', title: 'SIGBUS for those whose PTE is dirty: a PTE becomes writable behind the walk', about: `${SAID} Read to the letter: the walk looks at each PTE once, and a clean one may be made writable after that, before the page is gone. The page lock is held all the while; the fault does not ask for it before it writes the PTE.`,
    kernel: lameter('v5', LITERAL), expect: { ...lost, steps: 60 },
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-dirtiers-page-locked', title: 'The same in 2.6.23, whose first-touch faults take the page lock', about: `${SAID} do_wp_page takes no page lock at any version without page_mkwrite, so a clean PTE that the walk has left is enough.`,
    kernel: lameter('2.6.23', LITERAL), expect: { ...lost, steps: 59 },
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-late', title: 'The same, and set_page_dirty kills whoever comes to a page that is gone', about: `${SAID} The kindest reading: whoever made a PTE writable behind the walk is on the way to set_page_dirty, and is told there.`,
    kernel: lameter('v5', { ...LITERAL, gone: 'kills' }), properties: [ToldOfLoss, InnocentLives], expect: { verdict: 'holds' },
    reaches: () => ({ 'both killed': and(quiescent(), killed(0), killed(1)), 'a store thrown away': peek(thrown_away.at(cpu_t.lit(1))) }),
    mutants: [{ name: 'gone-is-fine', what: 'set_page_dirty of a page that is gone succeeds, as in every kernel', kernel: lameter('v5', LITERAL), properties: [ToldOfLoss], expect: lost }],
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-late-stale', title: 'The same leaves a reader with a page that is no longer the file\'s', about: `${SAID} A clean PTE stays where it is when the page goes: its program reads on in a page that nobody writes to any more, and is killed when it stores, though there may be room by then.`,
    cpus: [program(0, storesUnlessKilled), program(1, loads)], kernel: lameter('v5', { ...LITERAL, gone: 'kills' }), properties: [I8], expect: { verdict: 'violated', property: 'I8', steps: 37 },
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-and-unmap', title: 'The walk removes every PTE, the page goes last: in v5 a fault maps it again in between', about: `${SAID} do_no_page of v5 takes no page lock, and truncate_count has been counted up before the fault began.`,
    kernel: lameter('v5', ALL_LAST), expect: { ...lost, steps: 66 },
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-kill-and-unmap-page-locked', title: 'With first-touch faults under the page lock the repair is sound', about: `${SAID} It needs every PTE removed, clean ones too; the page lock from before the walk to after the removal; and faults that take the page lock before they install a PTE, as from 2.6.23 on. The page lock alone is not enough.`,
    kernel: lameter('2.6.23', ALL_LAST), properties: sound, expect: { verdict: 'holds' }, reaches: reached,
    mutants: [
      { name: 'no-page-lock', what: 'set_page_dirty does not lock the page', mutations: [drop('set_page_dirty_sleeping', 'lock_page'), drop('set_page_dirty_sleeping', 'unlock_page')], properties: [ToldOfLoss], expect: lost },
    ],
  }),
  fileScenario({
    ...twoPrograms, id: 'seed-004/a4.2-page-goes-first', title: 'The page leaves the cache before its PTEs go, and the walk locks before it looks: sound in v5 too', about: `${SAID} In the order of truncation: whoever faults after the walk has passed does not find the page, and whoever found it before sees by truncate_count that the walk has begun. The lockless peek of page_check_address undoes it: it finds no PTE where a fault that has compared truncate_count is about to write one.`,
    kernel: lameter('v5', ALL_FIRST, ['rmap walk takes the PTE lock first']), properties: [ToldOfLoss, InnocentLives, I4, I5, I14], expect: { verdict: 'holds' }, reaches: reached,
    mutants: [
      { name: 'peek', what: 'the walk peeks at a PTE before it takes the lock, as rmap walks did before 2.6.27', kernel: lameter('v5', ALL_FIRST), properties: [ToldOfLoss], expect: lost },
      { name: 'no-count', what: 'the walk does not count truncate_count', mutations: [drop('sigbus_dirtiers', 'truncate_count++')], properties: [ToldOfLoss], expect: lost },
    ],
  }),
];
