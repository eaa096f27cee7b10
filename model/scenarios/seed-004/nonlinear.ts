/** Whom page_mkclean does not meet (A4.13), and what install_page does to the PTE (A4.20); msync(MS_ASYNC) and TLBs (A4.14, A4.21). */
import { and, drop, eq, ne, not, peek, quiescent } from '../../language/index.ts';
import { data } from '../../machine/mmu.ts';
import { pte, tlb } from '../../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_dirty, pte_present, pte_write, tlb_t, va_t, version_t } from '../../machine/types.ts';
import { disk, last_store, PG_dirty, PG_writeback } from '../../kernel/page.ts';
import { I1Strong, I1Weak, I3, I4, I5, TlbWithinPte } from '../../../properties/index.ts';
import { dontneed, loads, pdflush, populates, program, remapsFilePages, sibling, stores, storesAndSyncs, storesAsyncAndFsyncs } from '../actors.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const page = () => pfn_t.lit(0);
const entry = () => peek(pte.at(mm_t.lit(0), va_t.lit(0)));
const NO_TLB = { tlbs: false } as const;
type Common = Omit<FileScenario, 'id' | 'kernel' | 'expect' | 'title'>;

const a413: Common = {
  entry: 'A4.13',
  about: 'Not noticed in the thread: remap_file_pages takes its VMA out of the i_mmap tree, and page_mkclean walks only that. The PTE stays writable and dirty when the page is cleaned, and the next store is known to the PTE alone. Read in mm/fremap.c and mm/rmap.c of 2.6.17 to 2.6.22; from 2.6.23 on "page_mkclean doesn\'t work on nonlinear vmas, so if dirty pages need to be accounted, emulate with linear vmas" (commit 3ee6dafc677, Miklos Szeredi, 2007-07-19).',
  start: { maps: [{ pte: 'none' }] },
  cpus: [program(0, remapsFilePages, stores, stores), pdflush],
  properties: [I3, I1Strong],
};

const a420: Common = {
  entry: 'A4.20',
  about: 'v5 changes install_page to pass on the value that it wrote instead of reading the PTE again. Hardware may have set D in between: to pass the value on is harmless either way, to write it back would not be. Architectures whose update_mmu_cache loads the TLB.',
  start: { maps: [{ pte: 'none' }] },
  cpus: [program(0, populates), sibling(0, stores)],
  properties: [I1Weak, I4, TlbWithinPte],
};
const installed = () => ({ 'mapped and stored to': and(quiescent(), pte_present(entry()), ne(peek(data.at(page())), version_t.lit(0))) });
const raced = () => ({ ...installed(), 'D set before install_page is done': and(pte_dirty(entry()), not(quiescent())) });

export const nonlinearScenarios = [
  fileScenario({ ...a413, id: 'seed-004/a4.13-nonlinear-missed', title: 'v5: page_mkclean misses a nonlinear VMA', kernel: { version: 'v5', nonlinear: true }, expect: { verdict: 'violated', property: 'I3', steps: 39 } }),
  fileScenario({
    ...a413, id: 'seed-004/a4.13-nonlinear-msync', title: 'v5: msync(MS_SYNC) through a nonlinear mapping returns without the store', cpus: [program(0, remapsFilePages, stores, storesAndSyncs), pdflush], kernel: { version: 'v5', nonlinear: true }, properties: [I1Weak],
    expect: { verdict: 'violated', property: 'assertion', steps: 56 },
  }),
  fileScenario({
    ...a413, id: 'seed-004/a4.13-nonlinear-weak', title: 'v5: the PTE of a nonlinear mapping still knows, and zap tells', about: `${a413.about} Nothing is lost for good: the D bit is moved to the page when the PTE goes. No TLBs: this is about page tables alone.`,
    machine: NO_TLB, cpus: [program(0, remapsFilePages, stores, stores), sibling(0, dontneed), pdflush], kernel: { version: 'v5', nonlinear: true }, properties: [I1Weak, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty by the PTE alone': and(quiescent(), pte_dirty(entry()), not(peek(PG_dirty.at(page())))), 'dirty by zap': and(quiescent(), not(pte_present(entry())), peek(PG_dirty.at(page()))) }),
    mutants: [{ name: 'zap-leaves-it', what: 'zap_pte_range does not call set_page_dirty', kernel: { variants: ['zap leaves shared pages to PG_dirty'] }, properties: [I1Weak], expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    ...a413, id: 'seed-004/a4.13-linear-instead', title: '2.6.23: where dirty pages are accounted remap_file_pages makes a linear VMA', kernel: { version: '2.6.23', nonlinear: true }, properties: [I3, I1Strong, I4], expect: { verdict: 'holds' },
    reaches: () => ({ 'stored again after write-back': and(quiescent(), ne(peek(last_store.at()), peek(disk.at())), ne(peek(disk.at()), version_t.lit(0))) }),
    mutants: [{ name: 'nonlinear', what: 'remap_file_pages of 2.6.21', kernel: { version: '2.6.21' }, properties: [I3], expect: { verdict: 'violated', property: 'I3' } }],
  }),
  fileScenario({
    ...a420, id: 'seed-004/a4.20-reads-again', title: '2.6.17: install_page reads the PTE again and passes that on', kernel: { version: '2.6.17', variants: ['update_mmu_cache loads the TLB'] }, expect: { verdict: 'holds' }, reaches: raced,
    mutants: [{ name: 'writes-back', what: 'what was read again is written back', kernel: { variants: ['update_mmu_cache loads the TLB', 'install_page writes back what it read'] }, properties: [I1Weak], expect: { verdict: 'violated', property: 'I1-weak' } }],
  }),
  fileScenario({
    ...a420, id: 'seed-004/a4.20-keeps-the-value', title: 'v5: install_page passes on what it wrote', kernel: { version: 'v5', variants: ['update_mmu_cache loads the TLB'] }, properties: [I1Strong, I3, I4, TlbWithinPte], expect: { verdict: 'holds' }, reaches: installed,
    mutants: [{ name: 'no-rmap', what: 'install_page does not count the mapping', mutations: [drop('install_page', 'page_add_rmap')], properties: [I4], expect: { verdict: 'violated', property: 'I4' } }],
  }),
  fileScenario({
    id: 'seed-004/a4.21-establish-flushes', entry: 'A4.21', title: 'After ptep_establish no TLB lets a CPU store where the PTE does not', about: 'Christoph Lameter, 2006-05-25: "You only changed protections on an estisting pte and ptep_establish already flushed the tlb. No need to call update_mmu_cache."',
    start: { dirty: true, maps: [{ pte: 'rw' }] }, cpus: [program(0, stores), sibling(0, loads, stores), pdflush], kernel: { version: 'v5' }, properties: [TlbWithinPte, I1Strong], expect: { verdict: 'holds' },
    reaches: () => ({ 'read-only in a TLB': and(tlb_t.get(peek(tlb.at(cpu_t.lit(1), va_t.lit(0))), 'V'), not(tlb_t.get(peek(tlb.at(cpu_t.lit(1), va_t.lit(0))), 'W'))), cleaned: and(pte_present(entry()), not(pte_write(entry()))) }),
    mutants: [{ name: 'no-flush', what: 'ptep_establish does not flush', mutations: [drop('ptep_establish', 'flush_tlb_page')], properties: [TlbWithinPte], expect: { verdict: 'violated', property: 'A4.21' } }],
  }),
  fileScenario({
    id: 'seed-004/a4.14-async-does-nothing', entry: 'A4.14', title: 'v5: msync(MS_ASYNC) does nothing, and fsync finds the store', about: 'Peter Zijlstra, patch 3/3: "Nor does it just marks the relevant pages dirty (it used to up to 2.6.17). Now it doesn\'t do anything, since dirty pages are properly tracked. The application may now run fsync() to write out the dirty pages".',
    start: { maps: [{ pte: 'ro' }] }, cpus: [program(0, storesAsyncAndFsyncs, stores), pdflush], kernel: { version: 'v5' }, properties: [I1Strong], expect: { verdict: 'holds' },
    reaches: () => ({ 'written by somebody else': and(peek(PG_writeback.at(page())), eq(peek(last_store.at()), peek(disk.at()))) }),
    mutants: [{ name: 'no-set-page-dirty', what: 'the fault does not dirty the page', mutations: [drop('set_page_dirty_balance', 'set_page_dirty')], expect: { verdict: 'violated', property: 'assertion' } }],
  }),
  fileScenario({
    id: 'seed-004/a4.14-async-before', entry: 'A4.14', title: '2.6.17: msync(MS_ASYNC) moves dirt from the PTEs to the page', about: 'Before the patch fsync(2) after msync(MS_ASYNC) needed what MS_ASYNC did: fsync does not look at PTEs.',
    start: { maps: [{ pte: 'w' }] }, cpus: [program(0, storesAsyncAndFsyncs, stores), pdflush], kernel: { version: '2.6.17' }, properties: [I1Weak], expect: { verdict: 'holds' },
    reaches: () => ({ 'dirty by the PTE alone': and(pte_dirty(entry()), not(peek(PG_dirty.at(page())))) }),
    mutants: [{ name: 'no-scan', what: 'MS_ASYNC does not look at PTEs', kernel: { variants: ['msync does not scan PTEs'] }, expect: { verdict: 'violated', property: 'assertion' } }],
  }),
];
