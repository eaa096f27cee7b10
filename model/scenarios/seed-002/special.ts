/** Special entries in the page cache, shared or exclusive (A2.4): what was looked up may be replaced before it is used. */
import { add, and, drop, eq, FALSE, not, peek, property, quiescent, TRUE, type Value } from '../../language/index.ts';
import { mapping_at, page_cache, page_count_at, slot_t } from '../../kernel/page.ts';
import { exclusive_at, exclusive_device, make_special, special_at, special_aware_write } from '../../kernel/special_entry.ts';
import { data } from '../../machine/mmu.ts';
import { count_t, pfn_t, version_t } from '../../machine/types.ts';
import { I5 } from '../../../properties/index.ts';
import { kthread } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const found = (): Value<'version_t'> => peek(data.at(slot_t.get(peek(page_cache.at()), 'pfn')));
const Found = property('A2.4', 'what write(2) wrote is found by the next look-up', () => ({
  'write lost': { when: quiescent(), holds: eq(found(), version_t.lit(1)) },
}));
const TakenBack = property('exclusive', 'what the device wrote while it had the page is in what write(2) went on from', () => ({
  'device write lost': { when: quiescent(), holds: eq(found(), add(peek(data.at(pfn_t.lit(1))), version_t.lit(1))) },
}));
const noSecondLook = 'a page that was looked up is used without a second look' as const;
const lost = { verdict: 'violated', property: 'A2.4' } as const;
const writer = kthread('writer', () => { special_aware_write({}); });
const sharer = kthread('sharer', () => { make_special({}); });

const special: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A2.4',
  about: 'Matthew Wilcox, 2020-10-07: "we can point to something which isn\'t a struct page and can be distiguished from a real struct page by a bit". Jérôme Glisse: "Having a special entry in the page cache does not sound like a good option in many code path you would need to re-look the page cache to find out if the page is in special state." write(2) has looked a page up when the entry is made special.',
  kernel: { version: '5.9' }, start: { maps: [{ pte: 'none' }], freeFrames: 2 }, cpus: [writer, sharer], properties: [Found, I5],
};

export const specialEntries = [
  fileScenario({
    ...special, id: 'seed-002/a2.4-recheck', title: 'Looking at page->mapping under the page lock tells that the entry was replaced', expect: { verdict: 'holds' },
    reaches: () => ({ 'written, then shared': and(quiescent(), peek(special_at.at())), 'shared, broken and written': and(quiescent(), not(peek(special_at.at())), eq(peek(page_count_at.at(pfn_t.lit(0))), count_t.lit(0))) }),
    mutants: [{ name: 'no-lock', what: 'write(2) does not lock the page', mutations: [drop('special_aware_write', 'lock_page'), drop('special_aware_write', 'unlock_page')], properties: [Found], expect: lost }],
  }),
  fileScenario({ ...special, id: 'seed-002/a2.4-no-recheck', title: 'The page that was looked up is written, and is in no file', kernel: { version: '5.9', variants: [noSecondLook] }, properties: [Found], expect: { ...lost, steps: 17 } }),
  fileScenario({
    ...special, id: 'seed-002/a2.4-exclusive', title: 'Exclusive write access is revoked before the contents are taken back',
    about: 'Matthew Wilcox, 2020-10-07: "Exclusive write access ... you could put a magic value in the pagecache for pages which are exclusively for someone else\'s use and handle those specially." Jérôme Glisse: "For this use case you need a callback to break the protection". A device writes memory that stands in for the page, write(2) breaks that.',
    start: {
      maps: [{ pte: 'none' }], freeFrames: 2,
      also: (set) => {
        const [page, memory] = [pfn_t.lit(0), pfn_t.lit(1)];
        set(page_cache.at(), slot_t.of({ present: TRUE, pfn: memory }));
        set(special_at.at(), TRUE);
        set(exclusive_at.at(), TRUE);
        set(mapping_at.at(page), FALSE);
        set(page_count_at.at(page), count_t.lit(0));
        set(page_count_at.at(memory), count_t.lit(1));
      },
    },
    cpus: [writer, kthread('device', () => { exclusive_device({ memory: pfn_t.lit(1) }); })], properties: [TakenBack, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'the device wrote': and(quiescent(), eq(found(), version_t.lit(2))), 'the device came too late': and(quiescent(), eq(found(), version_t.lit(1))) }),
    mutants: [
      { name: 'not-revoked', what: 'the contents are taken back while the device may write', kernel: { variants: ['exclusive access is not revoked'] }, properties: [TakenBack], expect: { verdict: 'violated', property: 'exclusive' } },
      { name: 'device-unlocked', what: 'the device looks whether it may, and writes, without its lock', mutations: [drop('exclusive_device', 'device_lock'), drop('exclusive_device', 'device_unlock')], properties: [TakenBack], expect: { verdict: 'violated', property: 'exclusive' } },
    ],
  }),
];
