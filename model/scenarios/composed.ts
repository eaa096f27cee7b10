/** The whole protocol at once: two programs in two mms, and everything that cleans. */
import { and, drop, ne, not, peek, quiescent } from '../language/index.ts';
import { data } from '../machine/mmu.ts';
import { pfn_t } from '../machine/types.ts';
import { disk, page_cache, PG_dirty, slot_t } from '../kernel/page.ts';
import { I1Strong, I2, I3, I4, I5, I8, I10b, I12, I12b, I14 } from '../../properties/index.ts';
import { dontneed, kthread, pdflush, program, reclaims, sibling, stores, writesBack } from './actors.ts';
import { fileScenario, type FileScenario } from './world.ts';

const everything = [I1Strong, I2, I3, I4, I5, I8, I10b, I12, I12b, I14];
const page = () => pfn_t.lit(0);

const twoPrograms: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'> = {
  about: 'Two programs store to the same file page from two mms while it is written back. All invariants at once.',
  start: { dirty: true, buffers: 'dirty', maps: [{ pte: 'rw' }, { pte: 'rw' }] },
  cpus: [program(0, stores), program(1, stores), pdflush],
  properties: everything,
  reaches: () => ({
    'quiet, dirty again': and(quiescent(), peek(PG_dirty.at(page())), ne(peek(data.at(page())), peek(disk.at()))),
    'quiet, all written': and(quiescent(), not(peek(PG_dirty.at(page())))),
  }),
};

const noFlush = { name: 'no-flush', what: 'page_mkclean_one does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I1Strong], expect: { verdict: 'violated', property: 'I1-strong' } } as const;

const returnsUnlocked = { name: 'returns-unlocked', what: 'page_mkwrite returns with the page unlocked, as before 2.6.30', kernel: { version: '2.6.27', fs: { buffers: true, mkwrite: true } }, expect: { verdict: 'violated', property: 'I12b' } } as const;
const mutants: FileScenario['mutants'] = [returnsUnlocked, noFlush];

const today = { version: '6.2', fs: { buffers: true, mkwrite: true } } as const;
const programs = [program(0, stores, dontneed, stores), program(1, stores, dontneed, stores)];

const churn: Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title' | 'cpus'> = {
  ...twoPrograms,
  about: 'The protocol of 6.2 with everything that dirties, unmaps, cleans and drops the page. The last one is the world that benchmarks are measured on.',
  start: { ...twoPrograms.start, freeFrames: 1 },
  reaches: () => ({ ...twoPrograms.reaches?.(), 'page dropped': not(slot_t.get(peek(page_cache.at()), 'present')) }),
};

export const composed = [
  fileScenario({ ...twoPrograms, id: 'dirty/3cpu-2mm', title: 'Two programs and write-back, 6.2', kernel: today, expect: { verdict: 'holds' }, mutants: [noFlush] }),
  fileScenario({
    ...churn, id: 'dirty/3cpu-2mm-reclaim', title: 'Two programs that store, unmap and store; write-back twice, then reclaim; 6.2',
    cpus: [...programs, kthread('kswapd', writesBack, writesBack, reclaims)], kernel: today, expect: { verdict: 'holds' }, mutants,
  }),
  fileScenario({
    ...churn, id: 'dirty/3cpu-2mm-today', title: 'Two programs that store, unmap and store; write-back and reclaim, twice; 6.2',
    cpus: [...programs, kthread('kswapd', writesBack, reclaims, writesBack, reclaims)], kernel: today, expect: { verdict: 'holds' }, mutants: [returnsUnlocked],
  }),
  fileScenario({
    ...twoPrograms, id: 'dirty/4cpu-2mm', title: 'Two threads of one program, another program, and write-back twice, 6.2',
    about: 'Three CPUs store to the same file page from two mms, two of them from one mm whose TLBs must both be flushed, while a fourth writes it back twice. All invariants at once.',
    start: { ...twoPrograms.start, counts: 16 },
    cpus: [program(0, stores, stores), sibling(0, stores), program(1, stores), kthread('pdflush', writesBack, writesBack)],
    kernel: today, expect: { verdict: 'holds' }, mutants: [noFlush],
  }),
];
