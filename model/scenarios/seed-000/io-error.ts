/** A0.3: uses [3] and [4] of page->mapping, by those who do not hold the page lock. */
import { and, not, peek, quiescent, TRUE, type Value } from '../../language/index.ts';
import { AS_EIO } from '../../kernel/io_error.ts';
import { __dump_page, dumped_mapping, dumped_protected } from '../../kernel/debug.ts';
import { frozen, PG_writeback } from '../../kernel/page.ts';
import { write_protected } from '../../kernel/write_protect.ts';
import { pfn_t } from '../../machine/types.ts';
import { I4, I5, I6, I14 } from '../../../properties/index.ts';
import { completesBadly, kthread, program, protects, stores, writesBackBadly } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = (): ReturnType<typeof pfn_t.lit> => pfn_t.lit(0);
const isProtected = (): Value<'bool'> => peek(write_protected.at(page()));
const misread = { verdict: 'violated', property: 'assertion' } as const;
const readsMapping = 'I/O errors read page->mapping' as const;

const io: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A0.3',
  about: 'Jérôme Glisse, 2020-01-21, [3] "Block layer when I/O fails": mark_buffer_write_io_error finds the file by page->mapping, in the device\'s interrupt and without the page lock. If the page is protected meanwhile, it takes the descriptor for an address_space.',
  kernel: { version: '5.5', writeProtection: {} },
  start: { dirty: true, maps: [{ pte: 'ro' }] },
  cpus: [kthread('protector', protects), kthread('pdflush', writesBackBadly)],
  properties: [I6, I4, I5, I14],
};
const reaches = (): Record<string, Value<'bool'>> => ({
  'written while it was protected': and(isProtected(), peek(PG_writeback.at(page()))),
  'the error is known': and(quiescent(), peek(AS_EIO.at())),
});
const underWay = {
  start: { maps: [{ pte: 'ro' }], also: (set: Parameters<NonNullable<FileScenario['start']['also']>>[0]) => set(PG_writeback.at(page()), TRUE) },
  cpus: [kthread('protector', protects), kthread('device', completesBadly)],
} as const;

export const ioErrors = [
  fileScenario({ ...io, id: 'seed-000/a0.3-io-error', title: '[3]: the end of I/O takes the descriptor for an address_space', kernel: { ...io.kernel, variants: [readsMapping] }, properties: [], expect: { ...misread, steps: 36 } }),
  fileScenario({
    ...io, id: 'seed-000/a0.3-buffer-head', title: '[3]: the buffer_head keeps the mapping', expect: { verdict: 'holds' }, reaches,
    mutants: [{ name: 'page-mapping', what: 'page->mapping is read, as in 5.5', kernel: { variants: [readsMapping] }, properties: [], expect: misread }],
  }),
  fileScenario({
    ...io, id: 'seed-000/new-clean-and-waited', title: '[3]: or only clean pages are protected, after their write-back', kernel: { ...io.kernel, variants: [readsMapping, 'only clean pages are protected'] },
    about: 'Not in the thread: I/O error paths may go on reading page->mapping if a page is protected only while it is clean and not under write-back. The page lock keeps new write-back away, and who dirties the page breaks the protection first.',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, stores), kthread('protector', protects), kthread('pdflush', writesBackBadly)], expect: { verdict: 'holds' },
    reaches: () => ({ 'protected': peek(frozen.at(page())), 'the error is known': and(quiescent(), peek(AS_EIO.at())), 'protected after it was written': and(quiescent(), isProtected(), peek(AS_EIO.at())), 'never protected': and(quiescent(), not(isProtected())) }),
    mutants: [
      { name: 'dirty', what: 'dirty pages are protected too', kernel: { variants: [readsMapping] }, properties: [], expect: misread },
      { name: 'no-wait', what: 'the protector does not wait for write-back', kernel: { variants: [readsMapping, 'only clean pages are protected', 'protection does not wait for write-back'] }, ...underWay, properties: [], expect: misread },
    ],
  }),
  fileScenario({
    entry: 'A0.3', id: 'seed-000/a0.3-dump-page', title: '[4]: a dump of the page takes page->mapping once', kernel: { version: '5.5', writeProtection: {} },
    about: 'Jérôme Glisse, 2020-01-21, [4] "Debugging", which he calls mostly trivial: who dumps the state of a page needs no mapping, only to say that it is protected. __dump_page holds neither lock nor reference, and follows the mapping of what it takes for a file page.',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, stores), kthread('protector', protects), kthread('procfs', () => { __dump_page({ page: page() }); })], properties: [I6, I4, I5, I14], expect: { verdict: 'holds' },
    reaches: () => ({ 'protected, and said so': and(isProtected(), peek(dumped_protected.at())), 'protected after the dump named the file': and(isProtected(), peek(dumped_mapping.at())), 'broken after the dump': and(quiescent(), not(isProtected()), peek(dumped_protected.at())) }),
    mutants: [{ name: 'reads-twice', what: 'the flag is tested, and then page->mapping is read again', kernel: { variants: ['debugging reads page->mapping twice'] }, properties: [], expect: misread }],
  }),
];
