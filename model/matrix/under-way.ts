/** What those who walk the rmap owe whoever comes next, where PMD entries lead to small ones. */
import { and, eq, forall, implies, or, peek, property, type Value } from '../language/index.ts';
import { is_migration_entry } from '../kernel/migration_entry.ts';
import { mmap_sem_at, vma_at, vma_t } from '../kernel/mm_types.ts';
import { frozen, frozen_data, PG_locked } from '../kernel/page.ts';
import { rwsem_t } from '../machine/locks.ts';
import { data } from '../machine/mmu.ts';
import { pmd, pmd_is_table, pmd_t, range_t, sub_t, table_pte } from '../machine/pmd.ts';
import { mm_t, owner_t, pfn_t, pte_pfn, va_t, type Pte } from '../machine/types.ts';

type Bool = Value<'bool'>;

/** Of every address that a table is for: each has one of its own here. */
function everyEntry(holds: (mm: Value<'mm_t'>, va: Value<'va_t'>, entry: Pte) => Bool): Bool {
  return and(...mm_t.all().flatMap((mm) => va_t.all().map((va, i) => {
    const e = peek(pmd.at(mm, range_t.lit(i)));
    return implies(pmd_is_table(e), holds(mm, va, peek(table_pte.at(pmd_t.get(e, 'table'), sub_t.lit(0)))));
  })));
}

export const UnderWay = property('I13-migration', 'entry identity: a migration entry is of a page that is locked, for whoever put it there is to take it away; and none is outside a VMA', () => ({
  'page not locked': everyEntry((_mm, _va, entry) => implies(is_migration_entry(entry), owner_t.get(peek(PG_locked.at(pte_pfn(entry))), 'held'))),
  'outside a VMA': everyEntry((mm, va, entry) => implies(is_migration_entry(entry), or(rwsem_t.get(peek(mmap_sem_at.at(mm)), 'writer'), vma_t.get(peek(vma_at.at(mm, va)), 'linked')))),
}));

/** I6's first half. */
export const Frozen = property('I6-merged', 'isolation: the contents of a page that is protected for sharing never change', () => ({
  'shared contents changed': forall(pfn_t, 'page', (page) => implies(peek(frozen.at(page)), eq(peek(data.at(page)), peek(frozen_data.at(page))))),
}));
