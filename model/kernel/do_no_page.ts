/** A fault on a none entry of a file mapping (mm/memory.c): find the page, install it. */
import { and, bool, eq, If, ne, not, or, proc, Return, select, TRUE, type Value } from '../language/index.ts';
import { mk_pte, mm_t, pte_mkdirty, va_t } from '../machine/types.ts';
import { of_version, version_nopage } from './cow.ts';
import { beginDirtying, dirty_unlocked, endDirtying, finish_dirty, mkwriteFirst } from './dirty_after_fault.ts';
import { backOut, do_cow_fault, do_cow_no_page } from './do_cow_fault.ts';
import { besidePunching, mkwriteBesidePunching } from './extents.ts';
import { filemap_nopage, i_size_read } from './filemap.ts';
import { page_mkwrite, vm_fault_t } from './filesystem.ts';
import { pin_t } from './follow_page.ts';
import { pte_occupied } from './migration_entry.ts';
import { maybe_mkwrite, pte_lock, pte_unlock, vma_t, type Mm, type Va } from './mm_types.ts';
import { get_page, inc_mapcount, lock_page, page_mapping, put_page, slot_t, unlock_page, type Page } from './page.ts';
import { balance_dirty_pages } from './page_writeback.ts';
import { ptep_get, set_pte_at } from './pgtable.ts';
import { refpage_fault } from './refpage_v1.ts';
import { truncate_count } from './truncate_count.ts';
import { balance, cow, is, refpages, since, source, truncationNoticed, variant, writeProtection } from './version.ts';
import { break_protection, byNode, farMms, map_copy, map_copy_of_node, mapping_passed_down } from './write_protect.ts';

function pageOfFile(mm: Mm): Page {
  const slot = cow() === undefined ? besidePunching(() => filemap_nopage({}, 'slot')) : version_nopage({ mm }, 'slot');
  If(not(slot_t.get(slot, 'present')), () => Return(vm_fault_t.is.SIGBUS));
  return slot_t.get(slot, 'pfn');
}

function pageOfReference(mm: Mm, va: Va): Page {
  const found = refpage_fault({ mm, va }, 'found');
  If(not(pin_t.get(found, 'ok')), () => Return(vm_fault_t.is.SIGBUS));
  return pin_t.get(found, 'pfn');
}

/** Fault on a none entry of a file mapping: find the page, install it. do_no_page until 2.6.22, __do_fault after. */
export const do_no_page = proc('do_no_page', {
  params: { mm: mm_t, va: va_t, vma: vma_t, write: bool }, returns: vm_fault_t, models: source('do_no_page', 'mm/memory.c'),
}, ({ mm, va, vma, write }) => {
  if (writeProtection() && byNode()) mapCopyOfNode(mm, va, write);
  const sequence = since('2.6.23') ? null : truncate_count();
  const page = refpages() === 'v1' ? pageOfReference(mm, va) : pageOfFile(mm);
  if (since('2.6.23') && refpages() !== 'v1') {
    lock_page(page);
    recheckMapping(mm, page);
    if (truncationNoticed()) recheckSize(page);
  }
  // What v1's handler would do last.
  if (variant('reference page locked by its fault handler')) lock_page(page);
  If(and(write, not(vma_t.get(vma, 'S'))), () => {
    if (sequence !== null && truncationNoticed()) Return(do_cow_no_page({ mm, va, vma, page, sequence }));
    else Return(do_cow_fault({ mm, va, vma, page }));
  });
  if (mkwriteFirst()) If(write, () => mkwriteOnFault(mm, page));
  if (writeProtection()) If(write, () => { break_protection({ page }); }, () => mapCopyIfFar(mm, va, page));
  pte_lock(mm);
  if (sequence !== null) {
    const now = truncate_count();
    If(ne(sequence, now), () => backOut(mm, page));
  }
  const pte = ptep_get(mm, va);
  If(pte_occupied(pte), () => backOut(mm, page));
  const entry = mk_pte(page, vma_t.get(vma, 'prot_W'));
  if (since('2.6.30')) inc_mapcount(page);
  If(write, () => beginDirtying(mm, va));
  set_pte_at(mm, va, select(write, maybe_mkwrite(pte_mkdirty(entry), vma), entry));
  if (!since('2.6.30')) inc_mapcount(page);
  if (is('2.6.17')) {
    pte_unlock(mm);
    endDirtying(mm, va);
    Return(vm_fault_t.is.NONE);
    return;
  }
  const keepRef = !variant('no page reference over set_page_dirty');
  if (keepRef) If(write, () => get_page(page));
  pte_unlock(mm);
  if (since('2.6.23') && !since('2.6.30')) unlock_page(page);
  If(write, () => {
    if (since('2.6.30')) finish_dirty({ mm, va, page, locked: TRUE });
    else dirty_unlocked({ mm, va, page });
  });
  if (since('2.6.30')) unlock_page(page);
  if (balance() !== undefined && since('2.6.30')) If(write, () => { balance_dirty_pages({ page }); });
  if (keepRef) If(write, () => put_page(page));
  Return(vm_fault_t.is.NONE);
});

/** A reader on another node maps that node's copy of the page, if there is one. */
function mapCopyIfFar(mm: Mm, va: Va, page: Page): void {
  const far = byNode() ? [] : farMms();
  if (far.length === 0) return;
  If(or(...far.map((m) => eq(mm, m))), () => {
    const mapped = map_copy({ mm, va }, 'mapped');
    If(mapped, () => {
      unlock_page(page);
      put_page(page);
      Return(vm_fault_t.is.NONE);
    });
  });
}

/** The same, where each node has a cache of its own and the fault looks there first. */
function mapCopyOfNode(mm: Mm, va: Va, write: Value<'bool'>): void {
  If(and(not(write), or(...farMms().map((m) => eq(mm, m)))), () => {
    const mapped = map_copy_of_node({ mm, va }, 'mapped');
    If(mapped, () => Return(vm_fault_t.is.NONE));
  });
}

/** What a fault takes for page->mapping. */
const mappingOf = (page: Page): Value<'bool'> => (variant('a protected page is taken to be in the file that is asked for') ? mapping_passed_down(page) : page_mapping(page));

/** Since 2.6.23 the page is locked here: gone from the file means fault again. */
function recheckMapping(mm: Mm, page: Page): void {
  const mapping = cow() === undefined ? mappingOf(page) : of_version({ mm, page }, 'mapping');
  If(not(mapping), () => {
    unlock_page(page);
    put_page(page);
    Return(vm_fault_t.is.NOPAGE);
  });
}

/** filemap_fault: "Must recheck i_size under page lock". */
function recheckSize(page: Page): void {
  const beyond = i_size_read();
  If(beyond, () => {
    unlock_page(page);
    put_page(page);
    Return(vm_fault_t.is.SIGBUS);
  });
}

/** page_mkwrite on the page just found; from 2.6.23 the page is locked around it, from 2.6.30 it comes back locked. */
function mkwriteOnFault(mm: Mm, page: Page): void {
  if (since('2.6.23')) unlock_page(page);
  const ret = mkwriteBesidePunching(() => page_mkwrite({ page }, 'ret'));
  If(or(eq(ret, vm_fault_t.is.SIGBUS), eq(ret, vm_fault_t.is.NOPAGE)), () => {
    put_page(page);
    Return(ret);
  });
  if (since('2.6.23') && !since('2.6.30')) {
    lock_page(page);
    recheckMapping(mm, page);
  }
}
