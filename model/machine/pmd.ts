/** The level above the PTEs: PMD entries, page tables that are handed out and freed, and the CPU's cache of them. */
import {
  and, atomic, bool, enumeration, eq, Forever, ghost, index, load, macro, not, or, peek, primitive, record, select, shared, store, thread, track,
  TRUE, type Thread, type Value,
} from '../language/index.ts';
import { machine } from './config.ts';
import { cpu_t, mm_t, owner_t, pfn_t, pte_t, va_t } from './types.ts';

/** A PMD entry of an mm: so many small pages of virtual addresses as `sub_t` has values. */
export const range_t = index('range_t');
/** A slot of a page table; a small page of a huge page. */
export const sub_t = index('sub_t');
/** A page-table page. */
export const table_t = index('table_t');

/** INVALID: huge, but with the present bit taken away (pmd_mkinvalid): the kernel sees an entry, hardware none. */
export const pmd_kind_t = enumeration('pmd_kind_t', ['NONE', 'TABLE', 'HUGE', 'INVALID']);
/** One word. `table` is meant for a TABLE; `pfn` (the first small frame), W and D for a HUGE or INVALID entry. */
export const pmd_t = record('pmd_t', { kind: pmd_kind_t, table: table_t, pfn: pfn_t, W: bool, D: bool });
export type Pmd = Value<'pmd_t'>;
export type Table = Value<'table_t'>;

export const pmd = shared('pmd', pmd_t, [mm_t, range_t], { display: 'pmd[%0][%1]' });
/** The entries of each page table. */
export const table_pte = shared('table_pte', pte_t, [table_t, sub_t], { display: '%0.pte[%1]' });
/** The lock in the struct page of each page table. */
export const table_ptl_at = shared('table_ptl', owner_t, [table_t], { display: '%0.ptl' });
/** The page is a page table: allocated and not freed. */
export const table_used = shared('table_used', bool, [table_t], { display: '%0.used' });
/** Latched when somebody looked into a page table that was freed. */
export const freed_table_walked = ghost('freed_table_walked', bool, []);
/** Latched when an entry that led to no table was followed as if it did. */
export const no_table_followed = ghost('no_table_followed', bool, []);

/** A PMD entry that a CPU remembers between walks (Intel SDM vol. 3, 4.10.3 "Paging-Structure Caches"). */
const walk_cache_t = record('walk_cache_t', { V: bool, table: table_t });
const walk_cache = shared('walk_cache', walk_cache_t, [cpu_t, range_t], { display: '%0.walk_cache[%1]' });

/** Whether the world has PMD entries at all. */
export const hasPmds = (): boolean => machine().pmds ?? false;
const hasWalkCaches = (): boolean => hasPmds() && machine().tlbs && (machine().walkCaches ?? true);

export const pmd_none = macro('pmd_none', (e: Pmd) => eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.NONE));
export const pmd_is_table = macro('pmd_is_table', (e: Pmd) => eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.TABLE));
/** Huge, present or not: pmd_mkinvalid keeps the bit that says so. */
export const pmd_trans_huge = macro('pmd_trans_huge', (e: Pmd) => or(eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.HUGE), eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.INVALID)));
/** What hardware takes for a translation. */
const pmd_leaf = macro('pmd_leaf', (e: Pmd) => eq(pmd_t.get(e, 'kind'), pmd_kind_t.is.HUGE));

/** Chosen by address: `value(i)` for the i-th page. */
function byVa<T extends string>(va: Value<'va_t'>, value: (i: number) => Value<T>): Value<T> {
  return va_t.all().slice(1).reduce((rest, v, i) => select(eq(va, v), value(i + 1), rest as Value<NoInfer<T>>), value(0));
}
export const pmd_index = macro('pmd_index', (va: Value<'va_t'>) => byVa(va, (i) => range_t.lit(Math.floor(i / sub_t.size()))));
export const pte_index = macro('pte_index', (va: Value<'va_t'>) => byVa(va, (i) => sub_t.lit(i % sub_t.size())));

/** The n-th small frame of a huge page; huge pages begin at multiples of their size. */
export const nth_page = macro('nth_page', (head: Value<'pfn_t'>, n: Value<'sub_t'>) => {
  const pairs = pfn_t.all().flatMap((h, i) => (i % sub_t.size() === 0 ? sub_t.all().slice(1).map((s, j) => ({ h, s, to: i + j + 1 })) : []));
  return pairs.reduce((rest, p) => select(and(eq(head, p.h), eq(n, p.s)), pfn_t.lit(p.to), rest), head);
});

/** Rides with the access to a page table that is given by its address: it must be one still. */
export function noteTable(table: Table): void {
  track(freed_table_walked.at(), or(peek(freed_table_walked.at()), not(peek(table_used.at(table)))));
}

const smallEntry = (e: Pmd, va: Value<'va_t'>): Value<'pte_t'> =>
  pte_t.of({ P: TRUE, pfn: nth_page(pmd_t.get(e, 'pfn'), pte_index(va)), W: pmd_t.get(e, 'W'), D: pmd_t.get(e, 'D') });

/** What the page tables of the moment say, whatever CPUs remember. Inside an atomic section. */
export function translationNow(mm: Value<'mm_t'>, va: Value<'va_t'>): Value<'pte_t'> {
  const e = load('pmd', pmd.at(mm, pmd_index(va)));
  const slot = load('slot', table_pte.at(pmd_t.get(e, 'table'), pte_index(va)));
  return select(pmd_is_table(e), slot, select(pmd_leaf(e), smallEntry(e, va), pte_t.of({})));
}

/** A walk of two levels by this CPU: where it found its entry, and the entry as that of a small page. */
export interface Walk {
  readonly entry: Value<'pte_t'>;
  /** Writes the entry back where it was found, with D. */
  readonly setDirty: () => void;
  /** Which page table was read; `null` if one was. */
  readonly table: Table;
  readonly throughTable: Value<'bool'>;
}

/** The PMD comes from the CPU's cache if it is there. Inside an atomic section. */
export function walkOf(cpu: Value<'cpu_t'>, mm: Value<'mm_t'>, va: Value<'va_t'>): Walk {
  const range = pmd_index(va);
  const sub = pte_index(va);
  const cached = hasWalkCaches() ? load('cached', walk_cache.at(cpu, range)) : walk_cache_t.of({});
  const e = load('pmd', pmd.at(mm, range));
  const throughTable = or(walk_cache_t.get(cached, 'V'), pmd_is_table(e));
  const table = select(walk_cache_t.get(cached, 'V'), walk_cache_t.get(cached, 'table'), pmd_t.get(e, 'table'));
  const slot = load('slot', table_pte.at(table, sub));
  const entry = select(throughTable, slot, select(pmd_leaf(e), smallEntry(e, va), pte_t.of({})));
  return {
    entry, table, throughTable,
    setDirty: () => {
      store(table_pte.at(table, sub), select(throughTable, pte_t.with(slot, 'D', TRUE), slot));
      store(pmd.at(mm, range), select(throughTable, e, pmd_t.with(e, 'D', TRUE)));
    },
  };
}

/** Rides with a walk: through a freed table? */
export function noteWalk(walk: Walk): void {
  track(freed_table_walked.at(), or(peek(freed_table_walked.at()), and(walk.throughTable, not(peek(table_used.at(walk.table))))));
}

/** invlpg drops what the CPU remembers of every PMD entry, whatever the address (SDM 4.10.4.1). */
export function dropWalkCache(cpu: Value<'cpu_t'>): void {
  if (hasWalkCaches()) range_t.all().forEach((range) => { store(walk_cache.at(cpu, range), walk_cache_t.of({})); });
}

const cacheOf = (cpu: Value<'cpu_t'>, range: Value<'range_t'>): Value<'walk_cache_t'> => peek(walk_cache.at(cpu, range));

const remember = primitive('walk cache fill', (cpu: Value<'cpu_t'>, mm: Value<'mm_t'>, range: Value<'range_t'>) =>
  atomic('the upper level of a walk: the PMD is read once', () => {
    const e = load('pmd', pmd.at(mm, range));
    store(walk_cache.at(cpu, range), walk_cache_t.of({ V: TRUE, table: pmd_t.get(e, 'table') }));
  }, { when: and(pmd_is_table(peek(pmd.at(mm, range))), not(walk_cache_t.get(cacheOf(cpu, range), 'V'))) }),
);

const forget = primitive('walk cache evict', (cpu: Value<'cpu_t'>, range: Value<'range_t'>) =>
  atomic('one entry of the cache', () => { store(walk_cache.at(cpu, range), walk_cache_t.of({})); }, { when: walk_cache_t.get(cacheOf(cpu, range), 'V') }),
);

/** A CPU reads PMD entries ahead of the rest of its walks, and forgets them. */
export function walkers(cpu: number, mm: number): Thread[] {
  if (!hasWalkCaches()) return [];
  return range_t.all().flatMap((range, r) => [
    thread(`walk${cpu}.${r}`, cpu, () => Forever(() => { remember(cpu_t.lit(cpu), mm_t.lit(mm), range); }), 'optional'),
    thread(`forget${cpu}.${r}`, cpu, () => Forever(() => { forget(cpu_t.lit(cpu), range); }), 'optional'),
  ]);
}
