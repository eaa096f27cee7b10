/** The words that hardware and kernel share: page-table entries, TLB entries, frame numbers. */
import { and, bool, eq, FALSE, index, int, macro, record, TRUE, type Value } from '../language/index.ts';
import { machine } from './config.ts';

export const cpu_t = index('cpu_t');
export const mm_t = index('mm_t');
/** A page of virtual addresses in an mm; each is a VMA of its own. */
export const va_t = index('va_t');
export const pfn_t = index('pfn_t');

/** Version of a page's contents: every store makes the next one. */
export const version_t = int('version_t', 7);
/** Reference counts, small enough to see them overflow. */
export const count_t = int('count_t', 7);

/**
 * A page-table entry, read and written as one word. A 'none' entry is all zeroes.
 * P: present. W: writable. D: dirty, set by hardware. A: accessed, only set where the world's hardware does.
 */
export const pte_t = record('pte_t', { P: bool, pfn: pfn_t, W: bool, D: bool, A: bool });
export type Pte = Value<'pte_t'>;

export const PTE_NONE = (): Pte => pte_t.of({});
export const pte_present = macro('pte_present', (pte: Pte) => pte_t.get(pte, 'P'));
export const pte_pfn = macro('pte_pfn', (pte: Pte) => pte_t.get(pte, 'pfn'));
export const pte_write = macro('pte_write', (pte: Pte) => pte_t.get(pte, 'W'));
export const pte_dirty = macro('pte_dirty', (pte: Pte) => pte_t.get(pte, 'D'));
const mkdirty = macro('pte_mkdirty', (pte: Pte) => pte_t.with(pte, 'D', TRUE));
export const pte_mkdirty = (pte: Pte): Pte => (machine().storageKeys ? pte : mkdirty(pte));
export const pte_mkclean = macro('pte_mkclean', (pte: Pte) => pte_t.with(pte, 'D', FALSE));
export const pte_mkwrite = macro('pte_mkwrite', (pte: Pte) => pte_t.with(pte, 'W', TRUE));
export const pte_wrprotect = macro('pte_wrprotect', (pte: Pte) => pte_t.with(pte, 'W', FALSE));
export const pte_mkold = macro('pte_mkold', (pte: Pte) => pte_t.with(pte, 'A', FALSE));
export const pte_same = macro('pte_same', (a: Pte, b: Pte) => eq(a, b));
/** mk_pte(page, prot), with the W bit that vm_page_prot gives. */
export const mk_pte = macro('mk_pte', (page: Value<'pfn_t'>, writable: Value<'bool'>) => pte_t.of({ P: TRUE, pfn: page, W: writable }));

/** A TLB entry: V valid, with its own copies of W and D. */
export const tlb_t = record('tlb_t', { V: bool, pfn: pfn_t, W: bool, D: bool });
export type TlbEntry = Value<'tlb_t'>;
/** A hit that may store without looking at the PTE. */
export const tlb_hit_dirty = macro('tlb_hit_dirty', (t: TlbEntry) => and(tlb_t.get(t, 'V'), tlb_t.get(t, 'W'), tlb_t.get(t, 'D')));

/** Who holds a lock. Zero is free. */
export const owner_t = record('owner_t', { held: bool, cpu: cpu_t });
