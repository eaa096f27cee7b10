/** A4.2: what becomes of a page that is dirty and has no block. */
import { eq, FALSE, not, peek, TRUE } from '../../language/index.ts';
import { free_block, frees_block, has_block } from '../../kernel/nospace.ts';
import { disk, last_store, PG_dirty } from '../../kernel/page.ts';
import { pfn_t } from '../../machine/types.ts';
import { I1Strong, I15Written, I5 } from '../../../properties/index.ts';
import { kthread, writesBack } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';
import { endlessWriteBack } from './endless.ts';

const page = (): ReturnType<typeof pfn_t.lit> => pfn_t.lit(0);
const remover = kthread('remover', () => { frees_block(); });
const full: FileScenario['start'] = { dirty: true, maps: [{ pte: 'none' }], also: (set) => { set(free_block.at(), FALSE); } };
const neverWritten = { verdict: 'violated', property: 'I15-written' } as const;

const dirtied: Omit<FileScenario, 'id' | 'title' | 'about' | 'expect' | 'cpus'> = {
  entry: 'A4.2', kernel: { version: '2.6.17', fs: { allocates: 'redirties' } }, start: full, properties: [I5],
};

export const nospace = [
  fileScenario({
    ...dirtied, id: 'seed-004/a4.2-nowhere-to-write', title: 'A dirty page without a block is written back for ever and never clean', progress: [I15Written({ strong: true })], cpus: [endlessWriteBack],
    about: 'David Howells, 2006-05-30: ENOSPC must be known before the PTE is writable, "and that means that the kernel isn\'t left with dirty pages attached to inodes it\'d like to dispose of but can\'t because there\'s nowhere to write the data". dirty/a4.2-sigbus-suffices leaves such a page behind. A file system that leaves it dirty has it in every pass from now on, after the program is long dead.',
    expect: { ...neverWritten, steps: 10 },
  }),
  fileScenario({
    ...dirtied, id: 'seed-004/a4.2-given-up', title: 'A block file system gives the dirty page up: clean, and not written', kernel: { version: '2.6.17', fs: { allocates: 'gives up' } }, properties: [I1Strong], cpus: [kthread('pdflush', writesBack)],
    about: '__block_write_full_page does not keep the page dirty when get_block finds no room: it sets PG_error and AS_ENOSPC, for an fsync that may ask, and ends as if it had written ("recover:", fs/buffer.c). The next reclaim drops what was stored. Howells, 2006-05-30: "Destroying uncommitted data isn\'t really an acceptable answer."',
    expect: { verdict: 'violated', property: 'I1-strong', steps: 9 },
  }),
  fileScenario({
    ...dirtied, id: 'seed-004/a4.2-space-comes-back', title: 'A page left dirty is written when somebody frees a block', progress: [I15Written({ strong: true })], cpus: [endlessWriteBack, remover],
    about: 'What speaks for leaving it dirty: nothing is lost, and when a file is deleted the next pass writes it. Nothing but that helps.',
    expect: { verdict: 'holds' }, reaches: () => ({ 'written in the end': eq(peek(disk.at()), peek(last_store.at())), 'redirtied while there is no room': not(peek(free_block.at())) }),
    mutants: [
      { name: 'nobody-frees', what: 'the one who deletes files need not come', progress: [I15Written({ strong: true, unfair: ['remover'] })], expect: neverWritten },
      { name: 'gives-up', what: 'the page is not left dirty', kernel: { fs: { allocates: 'gives up' } }, expect: neverWritten },
    ],
  }),
  fileScenario({
    ...dirtied, id: 'seed-004/a4.2-block-first', title: 'A page that had its block before it was dirty is always written', progress: [I15Written()], cpus: [endlessWriteBack],
    about: 'Howells: "Determine the ENOSPC condition before" the PTE changes. A page that page_mkwrite has reserved a block for is written by the next pass, however full the disk.',
    start: { ...full, also: (set) => { set(has_block.at(page()), TRUE); } },
    expect: { verdict: 'holds' }, reaches: () => ({ 'written, and clean': eq(peek(disk.at()), peek(last_store.at())), 'dirty again or still': peek(PG_dirty.at(page())) }),
    mutants: [{ name: 'no-block', what: 'nothing was reserved', start: { also: (set) => { set(has_block.at(page()), FALSE); } }, expect: neverWritten }],
  }),
];
