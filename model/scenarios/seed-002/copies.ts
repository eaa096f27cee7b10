/** One page of a file with a copy on another node: all copies go before anybody writes (A2.1, and NUMA distribution in both threads). */
import { and, drop, eq, never, not, peek, quiescent, TRUE, type Value } from '../../language/index.ts';
import { copy_at, write_protected } from '../../kernel/write_protect.ts';
import { frozen, mapcount_at, page_cache, page_count_at, slot_t } from '../../kernel/page.ts';
import { pte } from '../../machine/tlb.ts';
import { count_t, mm_t, pfn_t, pte_pfn, pte_present, pte_t, va_t, type Pte } from '../../machine/types.ts';
import { I1Strong, I4, I5, I6, I8Copies } from '../../../properties/index.ts';
import { duplicates, forks, kthread, loads, program, readsAndWritesFile, reclaims, stores, writesFile } from '../actors.ts';
import type { Mapping, Start } from '../contents.ts';
import { fileScenario, type FileScenario } from '../world.ts';

const entry = (mm: number): Pte => peek(pte.at(mm_t.lit(mm), va_t.lit(0)));
const maps = (mm: number, page: number): Value<'bool'> => and(pte_present(entry(mm)), eq(pte_pfn(entry(mm)), pfn_t.lit(page)));
const stale = { verdict: 'violated', property: 'I8-copies' } as const;
const kernel = { version: '5.9', writeProtection: { far: [1] } } as const;

/** Page 0 is protected, page 1 is its copy, mapped by `far` or by nobody yet. */
export function duplicated(maps: readonly Mapping[], far: number | null, freeFrames = 0): Start {
  return {
    maps, freeFrames: 1 + freeFrames,
    also: (set) => {
      const [page, copy] = [pfn_t.lit(0), pfn_t.lit(1)];
      for (const p of [page, copy]) set(write_protected.at(p), TRUE);
      set(frozen.at(page), TRUE);
      set(copy_at.at(), slot_t.of({ present: TRUE, pfn: copy }));
      set(page_count_at.at(copy), count_t.lit(far === null ? 1 : 2));
      if (far === null) return;
      set(mapcount_at.at(copy), count_t.lit(1));
      set(pte.at(mm_t.lit(far), va_t.lit(0)), pte_t.of({ P: TRUE, pfn: copy }));
    },
  };
}

/** Nobody has mapped the copy yet. */
const fresh = duplicated([{ pte: 'ro' }, { pte: 'none' }], null);
const small = { start: fresh, cpus: [program(0, stores), program(1, loads)], properties: [I8Copies], expect: stale };

const numa: Omit<FileScenario, 'id' | 'expect' | 'title'> = {
  entry: 'A2.1',
  about: 'Jérôme Glisse, 2020-10-07: "If you intend to walk page table then how do you synchronize to avoid more copy to spawn while you walk reverse mapping, we could lock the struct page i guess." A program on another node maps that node\'s copy of the page; the writer must find every mapping of the copy before it writes.',
  kernel,
  start: { maps: [{ pte: 'ro' }, { pte: 'none' }], freeFrames: 1 },
  cpus: [program(0, stores), program(1, loads), kthread('numad', duplicates)],
  properties: [I8Copies, I6, I1Strong, I4, I5],
};
const reaches = (): Record<string, Value<'bool'>> => ({
  'the copy is mapped': maps(1, 1),
  'quiet, and the copy gone': and(quiescent(), not(slot_t.get(peek(copy_at.at()), 'present'))),
});

export const copies = [
  fileScenario({
    ...numa, id: 'seed-002/a2.1-page-lock', title: 'Copies are mapped and broken under the lock of the page', expect: { verdict: 'holds' }, reaches,
    mutants: [
      { name: 'fault-unlocked', what: 'the read fault does not lock the page', mutations: [drop('do_no_page', 'lock_page'), drop('do_no_page', 'unlock_page')], ...small },
      { name: 'break-unlocked', what: 'the write fault breaks without the page lock', mutations: [drop('break_protection_of_file', 'lock_page'), drop('break_protection_of_file', 'unlock_page')], ...small },
      { name: 'no-flush', what: 'unmapping the copy does not flush', mutations: [drop('ptep_clear_flush', 'flush_tlb_page')], properties: [I8Copies], expect: stale },
      { name: 'no-walk', what: 'the break forgets the mappings of the copy', mutations: [drop('break_protection', 'try_to_unmap')], ...small },
    ],
  }),
  fileScenario({
    ...numa, id: 'seed-002/a2.1-walk-alone', title: 'The walk alone: a fault maps the copy behind it', kernel: { ...kernel, variants: ['copies of a node are found and mapped without their lock'] },
    start: fresh, cpus: [program(1, loads), kthread('writer', writesFile)], properties: [I8Copies], expect: { ...stale, steps: 28 },
  }),
  fileScenario({
    ...numa, id: 'seed-002/a2.1-cache-of-a-node', title: 'A cache for each node: the copy\'s own lock, and a second look, suffice', kernel: { ...kernel, variants: ['copies are found in a cache of their node'] }, expect: { verdict: 'holds' }, reaches,
    about: 'Matthew Wilcox, 2020-10-07: "Or do NUMA distribution at the inode level. Have a way to get from (inode, node) to an address_space which contains just regular pages." The fault knows nothing of the page that the copy was made of; it locks the copy, as it does any page, and looks whether it is still in its cache. How a fault makes a new copy while somebody writes is not modelled.',
    mutants: [
      { name: 'no-second-look', what: 'the fault does not look whether the copy is still in its cache', mutations: [never('map_copy_of_node', 'put_page')], ...small },
      { name: 'fault-unlocked', what: 'the fault does not lock the copy', mutations: [drop('map_copy_of_node', 'lock_page'), drop('map_copy_of_node', 'unlock_page')], ...small },
    ],
  }),
  fileScenario({
    ...numa, id: 'seed-002/a2.1-fork', title: 'fork maps the copy in a child, which the walk meets after the parent', kernel: { version: '5.9', writeProtection: { far: [0, 1] } },
    about: 'fork copies PTEs without the page lock. It links the child\'s VMA behind the parent\'s before it copies, so whatever it copies from a parent that the walk has not come to, the walk finds later in the child. The catalogue says "behind the walk cursor"; it must be ahead of it.',
    start: duplicated([{ pte: 'none' }, { pte: 'none', linked: false }], 0), cpus: [program(0, forks(1)), program(1, loads), kthread('writer', writesFile)], expect: { verdict: 'holds' },
    reaches: () => ({ 'parent and child map the copy': and(maps(0, 1), maps(1, 1)), 'quiet, and the copy gone': and(quiescent(), not(slot_t.get(peek(copy_at.at()), 'present'))) }),
    mutants: [{ name: 'child-first', what: 'the walk meets the child first', kernel: { variants: ['walk child first'] }, properties: [I8Copies], expect: stale }],
  }),
  fileScenario({
    ...numa, id: 'seed-002/new-reclaim-leaves-copy', entry: 'A2.1', title: 'Reclaim drops the page and leaves its copy mapped', kernel: { ...kernel, variants: ['reclaim knows nothing of copies'] },
    about: 'Not in the threads: "Those functions only want to be able to walk all the pte point to the page" ([2] of thread 000). The PTEs of a copy do not point to the page. Reclaim unmaps the clean page and drops it from the cache; the next writer reads it from disk again, finds no protection to break, and writes, while the other node still reads the old copy.',
    start: duplicated([{ pte: 'none' }, { pte: 'none' }], 1, 1), cpus: [kthread('kswapd', reclaims), kthread('writer', readsAndWritesFile)], properties: [I8Copies], expect: { ...stale, steps: 23 },
  }),
  fileScenario({
    ...numa, id: 'seed-002/a2.1-reclaim', title: 'Reclaim breaks the protection first', about: 'What reclaims, truncates or migrates the page must walk the PTEs of its copies too, or break the protection before it begins.',
    start: duplicated([{ pte: 'none' }, { pte: 'none' }], 1, 1), cpus: [kthread('kswapd', reclaims), kthread('writer', readsAndWritesFile)], properties: [I8Copies, I4, I5], expect: { verdict: 'holds' },
    reaches: () => ({ 'the page was dropped, and nothing maps the copy': and(not(slot_t.get(peek(page_cache.at()), 'present')), not(pte_present(entry(1)))) }),
    mutants: [{ name: 'copy-left', what: 'reclaim does not break the protection', kernel: { variants: ['reclaim knows nothing of copies'] }, properties: [I8Copies], expect: stale }],
  }),
];
