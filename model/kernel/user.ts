/** User programs: loads and stores, with the faults that they take. */
import { bool, eq, If, proc, Return, TRUE, FALSE, Forever, track, type Value } from '../language/index.ts';
import { access_t, loadInstruction, storeInstruction } from '../machine/mmu.ts';
import { mm_t, va_t } from '../machine/types.ts';
import { vm_fault_t } from './filesystem.ts';
import { do_page_fault } from './memory.ts';
import { storesByPage } from './mm_contents.ts';
import { noteStoreToPage } from './mm_stores.ts';
import { newest, type Mm, type Va } from './mm_types.ts';
import { noteUserStore, type Page } from './page.ts';
import { noteTried, noteUnsaved, signal_pending } from './sigbus.ts';
import { keepsNewest, mixedmap, swap } from './version.ts';
import { noteLateStore } from './vmwgfx_page_dirty.ts';

/** The same of anonymous memory, where each address has contents of its own. */
const anon_store_instruction = (mm: Mm, va: Va): Value<'access_t'> => storeInstruction((pfn, version) => {
  noteUserStore(pfn, version);
  if (storesByPage()) noteStoreToPage(mm, pfn, version);
  else track(newest.at(mm, va), version);
})(mm, va);

const store_instruction = storeInstruction((pfn, version) => (mixedmap() ? noteLateStore() : noteUserStore(pfn, version)));

/** One store of the program: retried after each fault, as the CPU does. False: the program got SIGBUS. */
export const user_store = proc('user_store', { params: { mm: mm_t, va: va_t }, returns: bool }, ({ mm, va }) => {
  Forever(() => {
    const access = (keepsNewest() ? anon_store_instruction : store_instruction)(mm, va);
    If(eq(access, access_t.is.DONE), () => Return(TRUE));
    const ret = do_page_fault({ mm, va, write: TRUE }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(FALSE));
  });
});

/** One store instruction; if it faults, that is all. */
export const user_store_if_mapped = proc('user_store_if_mapped', { params: { mm: mm_t, va: va_t } }, ({ mm, va }) => { (swap() === undefined ? store_instruction : anon_store_instruction)(mm, va); });

/** What a store means where SIGBUS is dealt out: whose it was. */
const noteOwnStore = (page: Page, version: Value<'version_t'>): void => {
  noteUserStore(page, version);
  noteUnsaved(page);
};
const own_store_instruction = storeInstruction(noteOwnStore);

/** One store of a program that ends with the SIGBUS that another process's fault brought it. False: it got one. */
export const user_store_unless_killed = proc('user_store_unless_killed', { params: { mm: mm_t, va: va_t }, returns: bool }, ({ mm, va }) => {
  Forever(() => {
    const access = own_store_instruction(mm, va);
    noteTried(mm);
    If(eq(access, access_t.is.DONE), () => Return(TRUE));
    const ret = do_page_fault({ mm, va, write: TRUE }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(FALSE));
    const killed = signal_pending(mm);
    If(killed, () => Return(FALSE));
  });
});

/** One load of the program. False: the program got SIGBUS. */
export const user_load = proc('user_load', { params: { mm: mm_t, va: va_t }, returns: bool }, ({ mm, va }) => {
  Forever(() => {
    const access = loadInstruction(mm, va);
    If(eq(access, access_t.is.DONE), () => Return(TRUE));
    const ret = do_page_fault({ mm, va, write: FALSE }, 'ret');
    If(eq(ret, vm_fault_t.is.SIGBUS), () => Return(FALSE));
  });
});
