/**
 * Write-protecting and cleaning every PTE that maps a range of a file (mm/mapping_dirty_helpers.c, 5.5; posted 2019-09-26 as
 * mm/as_dirty_helpers.c). Names are those of 5.5. A VMA maps the file from its first page on, so page i is at address i.
 */
import { and, bool, FALSE, ghost, held, If, int, le, load, lt, macro, not, or, proc, Return, select, shared, store, sub, track, TRUE, Var, primitive, type Value, type Variable } from '../language/index.ts';
import { flush_tlb_page } from '../machine/tlb.ts';
import { cpu_t, mm_t, pte_dirty, pte_mkclean, pte_write, pte_wrprotect, va_t } from '../machine/types.ts';
import { i_mmap_for_walk } from './i_mmap.ts';
import { find_vma, pte_lock, pte_unlock, ptl_at, vma_t, type Mm, type Va } from './mm_types.ts';
import { ptep_get, ptep_modify_prot_commit, ptep_modify_prot_start } from './pgtable.ts';
import { dec_tlb_flush_pending, inc_tlb_flush_pending, mm_tlb_flush_nested } from './tlb_flush_pending.ts';
import { source, variant } from './version.ts';

/** Offsets into the file, and addresses: 0 … 2 pages. */
export const pgoff_t = int('pgoff_t', 2);
type Pgoff = Value<'pgoff_t'>;

/** The bitmaps that callers hand in, by the CPU of the caller that owns it: a bit for each page of the file. */
export const bitmap_at = shared('bitmap', bool, [cpu_t, va_t], { display: '%0.bitmap[%1]' });
/** First set bit of each bitmap, and last set bit + 1; none is set when first ≥ last. */
export const first_at = shared('first', pgoff_t, [cpu_t], { display: '%0.first' });
export const last_at = shared('last', pgoff_t, [cpu_t], { display: '%0.last' });

/** The D bit of this PTE was cleared by a helper that has not set the bit in its bitmap yet. */
export const owed = ghost('owed', bool, [mm_t, va_t], { display: 'owed[%0][%1]' });

export const set_bit = primitive('__set_bit', (bitmap: Value<'cpu_t'>, va: Va) => store(bitmap_at.at(bitmap, va), TRUE));
const report = primitive('__set_bit', (bitmap: Value<'cpu_t'>, va: Va, mm: Mm) => {
  store(bitmap_at.at(bitmap, va), TRUE);
  track(owed.at(mm, va), FALSE);
});
const read_first = primitive('*start', (bitmap: Value<'cpu_t'>) => load('first', first_at.at(bitmap)));
const read_last = primitive('*end', (bitmap: Value<'cpu_t'>) => load('last', last_at.at(bitmap)));
const write_first = primitive('*start', (bitmap: Value<'cpu_t'>, to: Pgoff) => store(first_at.at(bitmap), to));
const write_last = primitive('*end', (bitmap: Value<'cpu_t'>, to: Pgoff) => store(last_at.at(bitmap), to));

export const min = macro('min', (a: Pgoff, b: Pgoff) => select(lt(a, b), a, b));
export const max = macro('max', (a: Pgoff, b: Pgoff) => select(lt(a, b), b, a));

const posted = (): boolean => variant('apply_as_* as posted');
/** The kernel function: of the patch as posted, or of the release. */
const models = (postedAs: string, released: string) => () =>
  (posted() ? { fn: postedAs, file: 'mm/as_dirty_helpers.c', version: 'patch of 2019-09-26' } : source(released, 'mm/mapping_dirty_helpers.c')());

/** Write-protects one PTE. Called with the PTE lock held, of which it knows nothing. Returns whether it changed the PTE. */
const wp_pte = proc('wp_pte', {
  params: { mm: mm_t, va: va_t }, returns: bool, models: models('apply_pt_wrprotect', 'wp_pte'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))], exit: [held(ptl_at.at(mm))] }),
}, ({ mm, va }) => {
  const ptent = ptep_get(mm, va);
  If(not(pte_write(ptent)), () => Return(FALSE));
  const old_pte = ptep_modify_prot_start(mm, va);
  ptep_modify_prot_commit(mm, va, pte_wrprotect(old_pte));
  Return(TRUE);
});

/** Clears D of one PTE and sets its page's bit. As wp_pte otherwise. */
const clean_record_pte = proc('clean_record_pte', {
  params: { mm: mm_t, va: va_t, bitmap: cpu_t }, returns: bool, models: models('apply_pt_clean', 'clean_record_pte'),
  locks: ({ mm }) => ({ entry: [held(ptl_at.at(mm))], exit: [held(ptl_at.at(mm))] }),
}, ({ mm, va, bitmap }) => {
  const both = variant('cleaning write-protects too');
  const ptent = ptep_get(mm, va);
  const something = both ? or(pte_dirty(ptent), pte_write(ptent)) : pte_dirty(ptent);
  If(not(something), () => Return(FALSE));
  const old_pte = ptep_modify_prot_start(mm, va);
  track(owed.at(mm, va), TRUE);
  ptep_modify_prot_commit(mm, va, both ? pte_mkclean(pte_wrprotect(old_pte)) : pte_mkclean(old_pte));
  report(bitmap, va, mm);
  Return(TRUE);
});

/** One flush for each page: the kernel's one IPI drops them one by one, too. */
export const flush_tlb_range = proc('flush_tlb_range', { params: { mm: mm_t, start: pgoff_t, end: pgoff_t }, doc: 'Every page from start up to, not including, end.' }, ({ mm, start, end }) => {
  va_t.all().forEach((va, i) => If(within(i, start, end), () => { flush_tlb_page({ mm, va }); }));
});

const within = (i: number, start: Pgoff, end: Pgoff): Value<'bool'> => and(le(start, pgoff_t.lit(i)), lt(pgoff_t.lit(i), end));

/** The end of a VMA's part of the walk: flush what was touched (all of the range, if others have not flushed), and only then say so. */
const wp_clean_post_vma = proc('wp_clean_post_vma', {
  params: { mm: mm_t, start: pgoff_t, end: pgoff_t, tlbflush_start: pgoff_t, tlbflush_end: pgoff_t }, models: models('apply_as_range', 'wp_clean_post_vma'),
  doc: 'The posted version does not ask whether others have not flushed yet.',
}, ({ mm, start, end, tlbflush_start, tlbflush_end }) => {
  const early = variant('tlb_flush_pending counted down before the flush');
  if (early) dec_tlb_flush_pending(mm);
  const flushTouched = (): void => If(lt(tlbflush_start, tlbflush_end), () => { flush_tlb_range({ mm, start: tlbflush_start, end: tlbflush_end }); });
  if (posted()) flushTouched();
  else If(mm_tlb_flush_nested(mm), () => { flush_tlb_range({ mm, start, end }); }, flushTouched);
  if (!early) dec_tlb_flush_pending(mm);
});

/** What the walk knows of the VMA it is in: pages from `start` up to `end` that it changed. */
interface Touched {
  readonly start: Variable<'pgoff_t'>;
  readonly end: Variable<'pgoff_t'>;
}

/** The VMAs that are walked. 5.5 asks for VM_MAYWRITE, which every VMA here has for good; the posted version for VM_WRITE. */
function wanted(vma: Value<'vma_t'>): Value<'bool'> {
  const shared = variant('dirty helpers take private VMAs too') ? TRUE : vma_t.get(vma, 'S');
  return and(vma_t.get(vma, 'linked'), shared, ...(posted() ? [vma_t.get(vma, 'W')] : []));
}

/** VMAs in the order in which they were linked; a child's comes after its parent's. */
const vmas = (): Mm[] => (variant('walk child first') ? mm_t.all().reverse() : mm_t.all());

/** Walks the range in every VMA of the file. `visit` changes one PTE and returns whether it did. Inside i_mmap_rwsem held for reading. */
function walk_page_mapping(start: Pgoff, end: Pgoff, flushes: boolean, visit: (mm: Mm, va: Va, i: number) => Value<'bool'>): void {
  const i_mmap = i_mmap_for_walk();
  i_mmap.lock();
  const touched: Touched = { start: Var('tlbflush_start', pgoff_t, end), end: Var('tlbflush_end', pgoff_t, start) };
  vmas().forEach((mm) => {
    const vma = find_vma(mm, va_t.lit(0));
    If(wanted(vma), () => { walkVma(mm, start, end, touched, flushes, visit); });
  });
  i_mmap.unlock();
}

/** One VMA: count the flush, change the PTEs under the lock, flush, count down. */
function walkVma(mm: Mm, start: Pgoff, end: Pgoff, touched: Touched, flushes: boolean, visit: (mm: Mm, va: Va, i: number) => Value<'bool'>): void {
  if (!variant('touched range is not reset')) {
    touched.start.set(end);
    touched.end.set(start);
  }
  inc_tlb_flush_pending(mm);
  pte_lock(mm);
  va_t.all().forEach((va, i) => If(within(i, start, end), () => {
    const changed = visit(mm, va, i);
    if (flushes) If(changed, () => widen(touched, i));
  }));
  pte_unlock(mm);
  wp_clean_post_vma({ mm, start, end, tlbflush_start: touched.start.get(), tlbflush_end: touched.end.get() });
}

function widen({ start, end }: Touched, i: number): void {
  const none = not(lt(start.get(), end.get()));
  const low = min(start.get(), pgoff_t.lit(i));
  const high = max(end.get(), pgoff_t.lit(i + 1));
  const keepsStart = variant('touched range keeps its start');
  const keepsEnd = variant('touched range keeps its end');
  start.set(keepsStart ? select(none, low, start.get()) : low);
  end.set(keepsEnd ? select(none, high, end.get()) : high);
}

export const wp_shared_mapping_range = proc('wp_shared_mapping_range', {
  params: { start: pgoff_t, end: pgoff_t }, models: models('apply_as_wrprotect', 'wp_shared_mapping_range'), sleeps: true,
  doc: 'Write-protects every PTE of shared mappings of the pages from start up to, not including, end.',
}, ({ start, end }) => {
  walk_page_mapping(start, end, !variant('write protection leaves the flush to cleaning'), (mm, va) => wp_pte({ mm, va }, 'changed'));
});

export const clean_record_shared_mapping_range = proc('clean_record_shared_mapping_range', {
  params: { start: pgoff_t, end: pgoff_t, bitmap: cpu_t }, returns: bool, models: models('apply_as_clean', 'clean_record_shared_mapping_range'), sleeps: true,
  doc: 'Moves the D bits of those PTEs to the bitmap, and widens its first and last. Returns whether there were any.',
}, ({ start, end, bitmap }) => {
  const was = { first: read_first(bitmap), last: read_last(bitmap) };
  const none_set = not(lt(was.first, was.last));
  const first = Var('first', pgoff_t, select(none_set, sub(end, start), was.first));
  const last = Var('last', pgoff_t, select(none_set, pgoff_t.lit(0), was.last));
  const any = Var('any', bool, FALSE);
  walk_page_mapping(start, end, true, (mm, va, i) => {
    const changed = clean_record_pte({ mm, va, bitmap }, 'changed');
    If(changed, () => {
      first.set(min(first.get(), pgoff_t.lit(i)));
      last.set(max(last.get(), pgoff_t.lit(i + 1)));
      any.set(TRUE);
    });
    return changed;
  });
  write_first(bitmap, first.get());
  write_last(bitmap, last.get());
  Return(any.get());
});
