/**
 * Christoph Lameter, 2006-05-30: when there is no room, "one can track down the processes that have dirtied the pte to the page
 * in question and just terminate those and remove the page". Nobody wrote it; this is it, as well as it can be done.
 */
import { bool, eq, ghost, If, load, not, or, peek, primitive, proc, Return, shared, store, thisCpu, track, FALSE, TRUE } from '../language/index.ts';
import { machine } from '../machine/config.ts';
import { local_irq_disable, local_irq_enable } from '../machine/tlb.ts';
import { cpu_t, mm_t, pfn_t, pte_dirty, va_t } from '../machine/types.ts';
import { i_mmap_lock, i_mmap_unlock, pte_unlock, type Mm } from './mm_types.ts';
import { ClearPageDirty, dec_mapcount, mapping_at, put_page, tree_lock, tree_unlock, type Page } from './page.ts';
import { remove_from_page_cache } from './page_cache.ts';
import { ptep_clear_flush, ptep_get } from './pgtable.ts';
import { each_linked_vma, page_check_address } from './rmap.ts';
import { bump_truncate_count } from './truncate_count.ts';
import { since, sigbusPolicy } from './version.ts';

/** SIGBUS is pending for the program: it ends when its fault returns. */
export const sigbus_pending = shared('sigbus_pending', bool, [mm_t], { display: '%0.sigbus_pending' });
/** The program has tried to store. */
export const tried = ghost('tried', bool, [mm_t], { display: '%0.tried' });
/** The CPU's program has stored into the page that is in the cache now. */
const unsaved = ghost('unsaved', bool, [cpu_t], { display: '%0.unsaved' });
/** A store of the CPU's program was thrown away with its page, or went into a page that was no longer the file's. */
export const thrown_away = ghost('thrown_away', bool, [cpu_t], { display: '%0.thrown_away' });

export const signal_pending = primitive('signal_pending', (mm: Mm) => load('killed', sigbus_pending.at(mm)));
const force_sig = primitive('force_sig(SIGBUS)', (mm: Mm) => store(sigbus_pending.at(mm), TRUE));

/** To the program whose fault this CPU handles. */
export function force_sig_current(): void {
  machine().cpuMm.forEach((mm, cpu) => {
    if (mm !== null) If(eq(thisCpu(cpu_t), cpu_t.lit(cpu)), () => force_sig(mm_t.lit(mm)));
  });
}

export const noteTried = (mm: Mm): void => track(tried.at(mm), TRUE);

export function noteUnsaved(page: Page): void {
  const me = thisCpu(cpu_t);
  track(unsaved.at(me), TRUE);
  track(thrown_away.at(me), or(peek(thrown_away.at(me)), not(peek(mapping_at.at(page)))));
}

function noteRemoval(): void {
  for (const cpu of cpu_t.all()) {
    track(thrown_away.at(cpu), or(peek(thrown_away.at(cpu)), peek(unsaved.at(cpu))));
    track(unsaved.at(cpu), FALSE);
  }
}

/** One PTE of the page: removed, and its owner told, as the policy says. */
const sigbus_one = proc('sigbus_one', { params: { page: pfn_t, mm: mm_t, va: va_t } }, ({ page, mm, va }) => {
  const ours = page_check_address({ page, mm, va }, 'mapped');
  If(not(ours), () => Return());
  if (sigbusPolicy()?.removes === 'dirty') {
    const pte = ptep_get(mm, va);
    If(not(pte_dirty(pte)), () => {
      pte_unlock(mm);
      Return();
    });
  }
  const old = ptep_clear_flush({ mm, va }, 'old');
  if (sigbusPolicy()?.kills === 'all') force_sig(mm);
  else If(pte_dirty(old), () => force_sig(mm));
  dec_mapcount(page);
  put_page(page);
  pte_unlock(mm);
});

/** The rmap walk; it counts as unmap_mapping_range does, so that do_no_page notices. */
const sigbus_dirtiers = proc('sigbus_dirtiers', { params: { page: pfn_t } }, ({ page }) => {
  i_mmap_lock();
  if (!since('2.6.23')) bump_truncate_count();
  each_linked_vma((mm, va) => { sigbus_one({ page, mm, va }); });
  i_mmap_unlock();
});

const discard_page = proc('discard_page', { params: { page: pfn_t } }, ({ page }) => {
  ClearPageDirty(page);
  local_irq_disable();
  tree_lock();
  remove_from_page_cache({ page });
  noteRemoval();
  tree_unlock();
  local_irq_enable();
  put_page(page);
});

/** Kills and removes. The page is locked, and stays so: its caller holds a reference. */
export const sigbus_and_remove = proc('sigbus_and_remove', { params: { page: pfn_t }, sleeps: true }, ({ page }) => {
  if (sigbusPolicy()?.pageGoes === 'first') discard_page({ page });
  sigbus_dirtiers({ page });
  if (sigbusPolicy()?.pageGoes === 'last') discard_page({ page });
});
