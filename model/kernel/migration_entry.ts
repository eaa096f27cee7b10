/**
 * What a PTE says when hardware finds it not present (include/linux/swapops.h; the bits are an architecture's matter). It is the same
 * word as a present entry, and hardware looks at P alone: A without P is a migration entry, whose W says that the entry was writable;
 * W without P and A is PROT_NONE, which keeps its D bit; D alone is a page in a device's memory, which may be written.
 */
import { and, eq, FALSE, macro, not, TRUE, type Value } from '../language/index.ts';
import { PTE_NONE, pte_present, pte_t, type Pte } from '../machine/types.ts';
import type { Page } from './page.ts';
import { migration, protnone } from './version.ts';

/** page: the one that is under way; it is locked as long as the entry stands. */
export const make_migration_entry = macro('make_migration_entry', (page: Page, writable: Value<'bool'>) => pte_t.of({ pfn: page, W: writable, A: TRUE }));
export const is_migration_entry = macro('is_migration_entry', (pte: Pte) => and(not(pte_t.get(pte, 'P')), pte_t.get(pte, 'A')));
export const is_writable_migration_entry = macro('is_writable_migration_entry', (pte: Pte) => and(is_migration_entry(pte), pte_t.get(pte, 'W')));
export const is_migration_entry_of = (pte: Pte, page: Page): Value<'bool'> => and(is_migration_entry(pte), eq(pte_t.get(pte, 'pfn'), page));

export const make_device_private_entry = macro('make_device_private_entry', (page: Page) => pte_t.of({ pfn: page, D: TRUE }));
export const is_device_private_entry = macro('is_device_private_entry', (pte: Pte) => and(pte_t.get(pte, 'D'), not(pte_t.get(pte, 'P')), not(pte_t.get(pte, 'W')), not(pte_t.get(pte, 'A'))));

/** pte_modify(pte, PAGE_NONE), of a present entry. */
export const pte_mknone = macro('pte_mkprotnone', (pte: Pte) => pte_t.with(pte_t.with(pte_t.with(pte, 'P', FALSE), 'A', FALSE), 'W', TRUE));
export const pte_protnone = macro('pte_protnone', (pte: Pte) => and(not(pte_t.get(pte, 'P')), not(pte_t.get(pte, 'A')), pte_t.get(pte, 'W')));

/** Whether the entry is taken. Where the world has no entries but present ones, P says it. */
export const pte_occupied = (pte: Pte): Value<'bool'> => (migration() || protnone() ? not(eq(pte, PTE_NONE())) : pte_present(pte));
