/** private_lock and the page's dirty flag (A4.7, B04), and what try_to_free_buffers does to mapped pages. */
import { and, moveAfter, not, peek, quiescent } from '../language/index.ts';
import { pfn_t } from '../machine/types.ts';
import { buffers } from '../kernel/buffer.ts';
import { PG_dirty } from '../kernel/page.ts';
import { I1Strong, I1Weak, I3, I4, I10b } from '../../properties/index.ts';
import { dontneed, journals, kthread, program, stores, strips } from './actors.ts';
import { fileScenario, type FileScenario } from './world.ts';

type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;
const page = () => pfn_t.lit(0);
const withBuffers = { fs: { buffers: true } } as const;
const strip = kthread('kswapd', strips);

const inversion: Common = {
  entry: 'A4.7',
  about: 'Peter Zijlstra, v5 changelog, 2006-05-25: "remove clear_page_dirty() from under ->private_lock. This seems to be save, since ->private_lock is used to serialize access to the buffers, not the page itself." It had to go, for another reason: clear_page_dirty now takes i_mmap_lock and the PTE lock, and zap takes private_lock under the PTE lock (commit d08b3851da41).',
  start: { flag: true, buffers: 'clean', maps: [{ pte: 'rw' }] },
  cpus: [program(0, dontneed), strip],
  properties: [I4, I10b],
};

const b04: Common = {
  entry: 'B04',
  about: 'With clear_page_dirty outside private_lock, __set_page_dirty_buffers finds no buffers, sets PG_dirty, and try_to_free_buffers clears it (46d2277c796f, ecdfc9787fe5, 87df7241bd54; 2.6.20).',
  start: { buffers: 'clean', maps: [{ pte: 'ro' }] },
  cpus: [program(0, stores), strip],
  properties: [I1Strong],
};

const discards: Common = {
  entry: 'A4.10',
  about: 'v5 and 2.6.19 route try_to_free_buffers through page_mkclean and throw away what it finds. A store since the PTE was last clean is lost: nothing will be written, and D is gone.',
  start: { flag: true, buffers: 'clean', maps: [{ pte: 'w' }] },
  cpus: [program(0, stores), strip],
  properties: [I1Weak],
};

export const privateLock = [
  fileScenario({ ...inversion, id: 'dirty/a4.7-lock-inversion', title: 'page_mkclean under private_lock: deadlock with zap', kernel: { version: 'v5', ...withBuffers, variants: ['clear_page_dirty under private_lock'] }, expect: { verdict: 'deadlock', steps: 17 } }),
  fileScenario({
    ...inversion, id: 'dirty/a4.7-no-inversion', title: 'PG_dirty is cancelled inside private_lock without rmap work', kernel: { version: '2.6.20', ...withBuffers }, expect: { verdict: 'holds' },
    reaches: () => ({ 'buffers freed': not(peek(buffers.has.at(page()))), unmapped: and(quiescent(), peek(buffers.has.at(page()))) }),
    mutants: [{ name: 'mkclean-inside', what: 'clear_page_dirty, with page_mkclean, under private_lock', kernel: { variants: ['clear_page_dirty under private_lock'] }, expect: { verdict: 'deadlock' } }],
  }),
  fileScenario({ ...b04, id: 'dirty/b04-lost-dirty-bit', title: 'clear_page_dirty outside private_lock: the dirty bit is lost', kernel: { version: 'v5', ...withBuffers }, expect: { verdict: 'violated', property: 'I1-strong', steps: 42 }, catalogueSteps: 8, lengthNote: 'The catalogue starts inside the two functions; here the program faults, stores and is done.' }),
  fileScenario({
    ...b04, id: 'dirty/b04-repaired', title: 'The flag is cancelled inside private_lock', kernel: { version: '2.6.20', ...withBuffers }, properties: [I1Strong, I3], expect: { verdict: 'holds' },
    reaches: () => ({ 'buffers freed, then dirtied': and(not(peek(buffers.has.at(page()))), peek(PG_dirty.at(page()))), 'buffers dirty': peek(buffers.dirty.at(page())) }),
    mutants: [
      { name: 'clear-outside', what: 'the order of v5', kernel: { version: 'v5' }, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } },
      { name: 'cleared-late', what: 'the flag is cancelled after private_lock: 2.6.20-rc, before the third commit', mutations: [moveAfter('try_to_free_buffers', 'ClearPageDirty', 'spin_unlock(private_lock)')], properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } },
    ],
  }),
  fileScenario({ ...discards, id: 'dirty/a4.10-discard', title: 'try_to_free_buffers cleans PTEs and throws their dirt away', kernel: { version: 'v5', ...withBuffers }, expect: { verdict: 'violated', property: 'I1-weak', steps: 26 } }),
  fileScenario({
    ...discards, id: 'dirty/a4.10-discard-repaired', title: 'Cancelling the flag leaves the PTE\'s D bit alone', kernel: { version: '2.6.20', ...withBuffers }, expect: { verdict: 'holds' },
    reaches: () => ({ 'flag cancelled': and(quiescent(), not(peek(PG_dirty.at(page())))) }),
    mutants: [{ name: 'mkclean-there', what: 'the protocol of v5', kernel: { version: 'v5' }, expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    ...b04, id: 'dirty/new-strip-after-journal', entry: 'new', title: 'From 2.6.20 to 3.15: the journal cleans the buffers, try_to_free_buffers cancels PG_dirty under a writable PTE',
    about: 'Found by the model. try_to_free_buffers assumes that clean buffers mean a clean page, but a writable PTE may have been stored through since. PG_dirty is 0 and the PTE stays W and D: msync and fsync miss the store until the PTE is unmapped (I1-weak holds). Needs a file system whose journal writes data buffers without the page lock (ext3 data=ordered) and reclaim with too many buffer heads (pagevec_strip). Sure of the steps, not of how often it was met.',
    start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), kthread('kjournald', journals), strip],
    kernel: { version: '3.15', ...withBuffers }, properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong', steps: 18 },
  }),
  fileScenario({
    ...b04, id: 'dirty/new-strip-after-journal-weak', entry: 'new', title: 'The same world keeps the weak promise: the PTE still knows', about: 'Control for dirty/new-strip-after-journal.',
    start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), kthread('kjournald', journals), strip],
    kernel: { version: '3.15', ...withBuffers }, properties: [I1Weak], expect: { verdict: 'holds' },
    reaches: () => ({ 'cancelled under a mapping': and(quiescent(), not(peek(PG_dirty.at(page())))) }),
    mutants: [{ name: 'mkclean-there', what: 'the protocol of 2.6.19', kernel: { version: '2.6.19' }, expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
];
