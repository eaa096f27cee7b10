/**
 * What of hardware and kernel a race is made of, in words. Most can be seen in its shortest run: the shared state that the steps
 * touch and the kernel functions that they are in. The rest is declared with the race.
 */

/** What a run touches. */
export interface Touched {
  /** Names of the places that a step reads or writes, ghosts left out. */
  readonly places: readonly string[];
  /** Names of the procedures that a step is in, callers included. */
  readonly procedures: readonly string[];
  /** Kernel files of these procedures: `mm/rmap.c`. */
  readonly files: readonly string[];
}

/** How an ingredient is recognised; what has no rule is declared only. */
interface Rule {
  readonly place?: RegExp;
  readonly procedure?: RegExp;
  readonly file?: RegExp;
}

const NONE: Rule = {};

/** In the order in which they are listed: hardware, entries and tables, locks, the page, the agents. */
const RULES = {
  'TLB': { place: /^tlb$/ },
  'TLB shootdown': { place: /^ipi$/ },
  'deferred flush': { place: /^tlb_flush_(pending|batched)/ },
  'store buffer': { place: /store_buffer|^sb_/ },
  'change of mm': { place: /loaded_mm|cpumask/, procedure: /^switch_mm/ },
  'dirty bit in the frame': { place: /storage_key|key_dirty/ },
  'transient entry': NONE,
  'PMD': { place: /^pmd($|_)|compound_mapcount/ },
  'page-table page': { place: /^(table_used|walk_cache)$/ },
  'special PTE': { place: /special/ },
  'swap entry': { place: /^(swap|swp)/, procedure: /^(do_swap_page|add_to_swap|swap_|swapin)/ },
  'migration entry': { place: /migrat/, procedure: /migrat/ },
  'page-table lock': { place: /^(ptl|table_ptl)$/ },
  'page lock': { place: /^PG_locked$/ },
  'mmap_lock': { place: /^mmap_(sem|lock)$/ },
  'per-VMA lock': { place: /^vma_lock/ },
  'i_mmap lock': { place: /^i_mmap_(lock|rwsem|mutex)$/ },
  'invalidate_lock': { place: /invalidate_lock/ },
  'lock of the wrong level': NONE,
  'reference count': { place: /^_count$/ },
  'pin': { procedure: /^(pin_user_pages|get_user_pages|__get_user_pages|follow_page|gup_|internal_get_user_pages|GUP)/, file: /mm\/gup\.c/ },
  'GUP-fast': { procedure: /gup_(pte|pmd|huge|pgd|fast)|get_user_pages_fast|lockless_pages_from_mm/ },
  'mapcount': { place: /mapcount|^PG_double_map$/ },
  'frozen count': { procedure: /page_ref_freeze|freeze_refs/ },
  'sequence count': { place: /_seq$/ },
  'anonymous exclusive': { place: /anon_?exclusive/i },
  'frame reuse': { procedure: /^allocator/ },
  'rmap walk': { procedure: /^(rmap_walk|page_mkclean|try_to_unmap|try_to_migrate|page_check_address|page_vma_mapped_walk|page_referenced)/ },
  'write-back': { place: /^PG_writeback$/ },
  'buffers': { place: /^(has_buffers|BH_|private_lock)/ },
  'page_mkwrite': { procedure: /page_mkwrite/ },
  'truncation': { procedure: /^(vmtruncate|truncate_|ftruncate|invalidate_inode_pages|unmap_mapping_range|.*punch_hole)/ },
  'fork': { procedure: /^(dup_mm|copy_(page_range|pte_range|present_pte|one_pte)|fork)/ },
  'copy on write': { procedure: /^(do_cow_fault|wp_page_copy|do_wp_page_anon|wp_anon)/ },
  'KSM': { file: /mm\/ksm\.c/ },
  'khugepaged': { file: /mm\/khugepaged\.c/ },
  'reclaim': { procedure: /^(kswapd|shrink_page_list|shrink_folio_list)/ },
  'MMU notifier': { place: /^(spte|invalidate_seq|interval_seq|driver_lock)$/, procedure: /mmu_notifier/ },
  'device': { place: /^device/, procedure: /^(device|driver|ib_umem|direct[_-]io|__blkdev_direct_IO)/ },
} as const satisfies Readonly<Record<string, Rule>>;

export type Ingredient = keyof typeof RULES;

export const INGREDIENTS = Object.keys(RULES) as readonly Ingredient[];

/** Those that can be seen in the run. */
export function ingredientsIn({ places, procedures, files }: Touched): Ingredient[] {
  return INGREDIENTS.filter((name) => {
    const { place, procedure, file }: Rule = RULES[name];
    return places.some((p) => place?.test(p)) || procedures.some((p) => procedure?.test(p)) || files.some((f) => file?.test(f));
  });
}
